"""SMS through a provider's HTTP interface, by template."""

import base64
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from urllib.parse import quote

import httpx
import msgspec

from gotovo.notices.channels.port import (
    ChannelError,
    ChannelHealth,
    ChannelUnavailable,
    MessageCost,
    MessageRefused,
    Receipt,
    ReceiptRefused,
    ReceiptRequest,
    Sent,
)
from gotovo.notices.channels.sms.account import SmsAccount
from gotovo.notices.channels.sms.callbacks import ReceiptAddress, wire_id
from gotovo.notices.channels.sms.cost import SmsCost
from gotovo.notices.channels.sms.exchange import exchange
from gotovo.notices.channels.sms.provider_words import safe_code, safe_words
from gotovo.notices.channels.sms.template import RequestTemplate, SmsTemplate, filled
from gotovo.notices.channels.sms.template_receipts import ReceiptKeys, read_receipts
from gotovo.outbound.exchange import SECONDS_MAX, HttpResponse
from gotovo.store.tables.messages.phone_messages import PhoneMessage

SEGMENTS_MAX: Final = 1_000
"""More than this is no number of segments."""

SUM_MAX: Final = Decimal(10**12)
DECIMALS_MAX: Final = 12
"""A sum with more than this is none: it could not be stored, after the message was sent."""

CURRENCY_MAX: Final = 3

_SUCCESS: Final = range(200, 300)


class HttpSmsChannel:
    """Sends messages to phones through one provider."""

    def __init__(
        self,
        template: SmsTemplate,
        account: SmsAccount,
        address: ReceiptAddress,
        client: httpx.AsyncClient,
        seconds_max: float = SECONDS_MAX,
    ) -> None:
        """The client is the caller's, who closes it."""
        self._template = template
        self._account = account
        self._address = address
        self._client = client
        self._seconds_max = seconds_max

    @property
    def has_receipts(self) -> bool:
        """Return whether the template knows how to read call-backs."""
        return self._template.receipt is not None

    @property
    def receipts_url(self) -> str:
        """Return the address that the provider calls."""
        return self._address.url

    @property
    def receipts_response(self) -> str:
        """Return the body that the provider expects after a call-back."""
        return self._template.receipt.response if self._template.receipt else ""

    def check_receipt_path(self, path: str) -> None:
        """Raise ReceiptRefused for a path that the provider was not told."""
        self._address.check(path)

    def cost_of(self, message: PhoneMessage) -> SmsCost:
        """Return what a message is expected to cost, before it is sent."""
        return self._account.cost_of(message)

    async def send(self, message: PhoneMessage) -> Sent:
        """Send a message; raise ChannelError when the provider does not take it."""
        account, answer = self._account, self._template.answer
        text = account.text_of(message)
        values = self._values(
            phone=message.phone,
            digits=message.phone.removeprefix("+"),
            text=text,
            id=wire_id(message.key),
            callback=self._address.url,
        )
        read, where = await self._ask(self._template.send, values)
        self._raise_error(read, where, text)
        provider_id = _at(read, answer.id)
        if not provider_id:
            raise ChannelUnavailable(f"{where}: the answer has no id", maybe_taken=True)
        segments = _count(_at(read, answer.segments)) or account.cost_of(message).segments
        return Sent(
            provider_id=provider_id[:128] if provider_id.isprintable() else "",
            segments=segments,
            cost=_cost(_at(read, answer.cost), answer.currency)
            or account.prices.cost(message.phone, segments),
        )

    async def health(self) -> ChannelHealth:
        """Ask for the balance, which shows as well that the account is right."""
        if self._template.balance is None:
            return ChannelHealth(reachable=None, reason="the template has no request for a balance")
        answer = self._template.answer
        try:
            read, where = await self._ask(self._template.balance, self._values())
            self._raise_error(read, where, "")
        except ChannelError as error:
            return ChannelHealth(reachable=False, reason=str(error))
        currency = _currency(_at(read, answer.balance_currency)) or answer.currency
        balance = _cost(_at(read, answer.balance), currency)
        if balance is None:
            return ChannelHealth(reachable=False, reason=f"{where}: the answer has no balance")
        return ChannelHealth(reachable=True, balance=balance)

    def receipts(self, request: ReceiptRequest) -> Sequence[Receipt]:
        """Return what a call-back tells; raise ReceiptRefused for a forged or unreadable one."""
        account, template = self._account, self._template.receipt
        if template is None:
            raise ReceiptRefused("the template has no receipts")
        keys = ReceiptKeys(account.user, account.password, account.secret)
        return read_receipts(template, request, self._address, keys)

    def _values(self, **more: str) -> Mapping[str, str]:
        account = self._account
        basic = base64.b64encode(f"{account.user}:{account.password}".encode()).decode()
        return {
            "sender": account.sender,
            "user": account.user,
            "password": account.password,
            "basic": basic,
            **more,
        }

    async def _ask(
        self, template: RequestTemplate, values: Mapping[str, str]
    ) -> tuple[Mapping[str, Any], str]:
        """Return an answer as it was read, and the host it came from."""
        request = _request(self._client, template, values)
        response = await exchange(self._client, request, self._seconds_max)
        where = request.url.host
        try:
            read = msgspec.json.decode(response.body, type=dict[str, Any])
        except (msgspec.DecodeError, RecursionError):
            is_success = response.status in _SUCCESS
            reason = f"{where}: {_unreadable(response)}"
            raise ChannelUnavailable(reason, maybe_taken=is_success) from None
        if response.status not in _SUCCESS and not self._error_code(read):
            raise ChannelUnavailable(f"{where}: HTTP {response.status} without a code")
        return read, where

    def _error_code(self, read: Mapping[str, Any]) -> str:
        """Return the code of an error, empty for an answer that has none."""
        codes = (_at(read, [path]) for path in self._template.answer.error)
        return next((x for x in codes if x and x not in self._template.answer.accepted), "")

    def _raise_error(self, read: Mapping[str, Any], where: str, text: str) -> None:
        code, answer = self._error_code(read), self._template.answer
        if not code:
            return
        words, shown = safe_words(_at(read, answer.words), text), safe_code(code)
        reason = f"{where}: code {shown}" + (f": {words}" if words else "")
        if code in answer.refused:
            raise MessageRefused(reason, code=shown, words=words)
        raise ChannelUnavailable(reason, retry_after=answer.wait_seconds.get(code), code=shown)


def _request(
    client: httpx.AsyncClient, template: RequestTemplate, values: Mapping[str, str]
) -> httpx.Request:
    fields = {name: filled(value, values) for name, value in template.fields.items()}
    fields = {name: value for name, value in fields.items() if value}
    headers = {name: filled(value, values) for name, value in template.headers.items()}
    quoted = {name: quote(value, safe="") for name, value in values.items()}
    url = filled(template.url, quoted)
    try:
        if template.body == "json":
            return client.build_request(template.method, url, headers=headers, json=fields)
        if template.body == "query":
            return client.build_request(
                template.method, url, headers=headers, params=fields or None
            )
        return client.build_request(template.method, url, headers=headers, data=fields)
    except (httpx.InvalidURL, ValueError):
        raise ChannelUnavailable("the template makes no request of this message") from None


def _unreadable(response: HttpResponse) -> str:
    return f"HTTP {response.status} without the JSON that was expected"


def _at(read: Any, paths: Sequence[str]) -> str:
    """Return the first text or number that one of the paths leads to, empty for none."""
    for path in paths:
        found = read
        for key in path.split("."):
            found = _member(found, key)
        if isinstance(found, str | int | float | Decimal) and not isinstance(found, bool):
            return str(found)
    return ""


def _member(found: Any, key: str) -> Any:
    if isinstance(found, dict):
        members: dict[str, Any] = found
        if key == "*":
            return next(iter(members.values())) if len(members) == 1 else None
        return members.get(key)
    if isinstance(found, list):
        items: list[Any] = found
        return items[0] if key == "*" and len(items) == 1 else None
    return None


def _count(text: str) -> int:
    """Return a number of segments, 0 for what is none."""
    is_count = text.isascii() and text.isdigit() and 0 < len(text) <= len(str(SEGMENTS_MAX))
    return int(text) if is_count and int(text) <= SEGMENTS_MAX else 0


def _cost(text: str, currency: str) -> MessageCost | None:
    """Return a sum, None for what is none; signs are of balances that are overdrawn."""
    try:
        amount = Decimal(text)
    except InvalidOperation:
        return None
    exponent = amount.as_tuple().exponent
    if not isinstance(exponent, int) or not -DECIMALS_MAX <= exponent <= DECIMALS_MAX:
        return None
    return MessageCost(amount, currency) if abs(amount) < SUM_MAX else None


def _currency(text: str) -> str:
    """Return a currency (ISO 4217), empty for what is none."""
    return text if text.isascii() and text.isalpha() and len(text) <= CURRENCY_MAX else ""

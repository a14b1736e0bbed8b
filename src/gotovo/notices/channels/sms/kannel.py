"""SMS through Kannel, the gateway to operators that speak SMPP and the like.

Its smsbox takes messages over HTTP and calls back with receipts, its bearerbox knows the state of
the connections. A message that was taken has none of Kannel's own ids: receipts bring ours, in
the address of the call-back.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import parse_qsl, quote
from xml.etree import ElementTree as ET

import httpx
from msgspec import Struct

from gotovo.notices.channels.port import (
    ChannelHealth,
    ChannelUnavailable,
    DeliveryState,
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
from gotovo.notices.channels.sms.provider_words import safe_words
from gotovo.notices.channels.sms.segments import segments_of
from gotovo.outbound.exchange import SECONDS_MAX, HttpResponse
from gotovo.store.tables.messages.phone_messages import PhoneMessage

RECEIPTS_OF_EVERYTHING: Final = 31
"""The sum of all states that Kannel tells (dlr-mask)."""

STATES: Final[Mapping[str, DeliveryState]] = {
    "1": DeliveryState.DELIVERED,
    "2": DeliveryState.UNDELIVERED,
    "4": DeliveryState.SENT,  # it waits at the operator
    "8": DeliveryState.SENT,  # the operator took it
    "16": DeliveryState.UNDELIVERED,  # the operator refused it
    "34": DeliveryState.EXPIRED,
    "66": DeliveryState.UNKNOWN,
}
"""States by the value of %d in the address of the call-back."""

_CODINGS: Final = {"gsm7": "0", "ucs2": "2"}
_TAKEN: Final = re.compile(rb"(0: Accepted for delivery|3: Queued for later delivery)")
_ACCEPTED: Final = 202
_SUCCESS: Final = range(200, 300)
_BAD_REQUEST: Final = 400
_FORBIDDEN: Final = 403
_NOT_ROUTABLE: Final = "Not routable"
_WRONG_RECEIVER: Final = ("receiver number", "black-lists", "number")
_ID: Final = re.compile(r"[0-9a-f]{32}")


class KannelGateway(Struct, frozen=True):
    """Where Kannel is: the addresses of smsbox and, for its state, of the admin port of bearerbox.

    Addresses are scheme, host and port. Without `status_url` the health is that smsbox answers.
    """

    url: str
    status_url: str = ""
    status_password: str = ""


class KannelChannel:
    """Sends messages to phones through one Kannel."""

    def __init__(
        self,
        gateway: KannelGateway,
        account: SmsAccount,
        address: ReceiptAddress,
        client: httpx.AsyncClient,
        seconds_max: float = SECONDS_MAX,
    ) -> None:
        """The client is the caller's, who closes it."""
        self._gateway = gateway
        self._account = account
        self._address = address
        self._client = client
        self._seconds_max = seconds_max

    @property
    def has_receipts(self) -> bool:
        """Return that receipts come: every message asks for them."""
        return True

    @property
    def receipts_url(self) -> str:
        """Return the address that Kannel is sent with each message."""
        return self._address.url

    @property
    def receipts_response(self) -> str:
        """Return that Kannel expects no body."""
        return ""

    def check_receipt_path(self, path: str) -> None:
        """Raise ReceiptRefused for a path that the provider was not told."""
        self._address.check(path)

    def cost_of(self, message: PhoneMessage) -> SmsCost:
        """Return what a message is expected to cost, before it is sent."""
        return self._account.cost_of(message)

    async def send(self, message: PhoneMessage) -> Sent:
        """Send a message; raise ChannelError when Kannel does not take it."""
        account, message_id = self._account, wire_id(message.key)
        text = account.text_of(message)
        fields = {
            "username": account.user,
            "password": account.password,
            "from": account.sender,
            "to": message.phone,
            "text": text,
            "charset": "utf-8",
            "coding": _CODINGS[segments_of(text).alphabet],
            "dlr-mask": str(RECEIPTS_OF_EVERYTHING),
            "dlr-url": f"{self._address.url}?id={message_id}&state=%d",
        }
        sent = {name: value for name, value in fields.items() if value}
        try:
            request = self._client.build_request(
                "GET", f"{self._gateway.url}/cgi-bin/sendsms", params=sent
            )
        except ValueError:
            raise ChannelUnavailable("no request can be made of this message") from None
        response = await exchange(self._client, request, self._seconds_max)
        if response.status != _ACCEPTED or not _TAKEN.match(response.body):
            raise _refusal(response, request.url.host, text)
        expected = account.cost_of(message)
        return Sent(provider_id=message_id, segments=expected.segments, cost=expected.cost)

    async def health(self) -> ChannelHealth:
        """Ask bearerbox for its state: it has to run, with an operator that is online."""
        gateway = self._gateway
        if not gateway.status_url:
            return await self._smsbox_health()
        password = quote(gateway.status_password, safe="")
        url = f"{gateway.status_url}/status.xml?password={password}"
        try:
            request = self._client.build_request("GET", url)
            response = await exchange(self._client, request, self._seconds_max)
        except ChannelUnavailable as error:
            return ChannelHealth(reachable=False, reason=str(error))
        return _state(response.body)

    def receipts(self, request: ReceiptRequest) -> Sequence[Receipt]:
        """Return what a call-back tells; raise ReceiptRefused for a forged or unreadable one."""
        self._address.check(request.path)
        try:
            fields = dict(parse_qsl(request.query, max_num_fields=20, errors="strict"))
        except ValueError as error:
            raise ReceiptRefused("the fields can't be read") from error
        message_id, state = fields.get("id", ""), fields.get("state", "")
        if not _ID.fullmatch(message_id) or not re.fullmatch(r"[0-9]{1,3}", state):
            raise ReceiptRefused("id or state is missing")
        known = STATES.get(state, DeliveryState.UNKNOWN)
        return [Receipt(provider_id=message_id, state=known, status=state)]

    async def _smsbox_health(self) -> ChannelHealth:
        request = self._client.build_request("GET", self._gateway.url)
        try:
            await exchange(self._client, request, self._seconds_max)
        except ChannelUnavailable as error:
            return ChannelHealth(reachable=False, reason=str(error))
        return ChannelHealth(reachable=True)


def _refusal(response: HttpResponse, where: str, text: str) -> MessageRefused | ChannelUnavailable:
    """Return what an answer means that took nothing.

    A 403 is the account or, in its own words, a phone that no operator of this Kannel serves. A 400
    about the receiver is for good; any other one is about what came with it, like the sender.
    """
    said = response.body.decode("utf-8", "replace")
    words, code = safe_words(said, text), str(response.status)
    reason = f"{where}: HTTP {code}" + (f": {words}" if words else "")
    is_receiver = response.status == _BAD_REQUEST and any(
        each in said.lower() for each in _WRONG_RECEIVER
    )
    is_unroutable = response.status == _FORBIDDEN and said.startswith(_NOT_ROUTABLE)
    if is_receiver or is_unroutable:
        return MessageRefused(reason, code=code, words=words)
    return ChannelUnavailable(reason, code=code, maybe_taken=response.status in _SUCCESS)


def _state(body: bytes) -> ChannelHealth:
    """Return the health that a status page tells."""
    reason = _trouble(body)
    return ChannelHealth(reachable=not reason, reason=reason)


def _trouble(body: bytes) -> str:
    """Return why a message would not go out, empty where it would."""
    not_kannel = "the status is not that of Kannel"
    try:
        if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
            return not_kannel
        page = ET.fromstring(body)  # noqa: S314  (no entities, see above)
    except ET.ParseError:
        return not_kannel
    status = page.findtext("status", "").strip()
    if not status:
        return "the status password is wrong" if "Denied" in (page.text or "") else not_kannel
    if not status.startswith("running"):
        return f"bearerbox is {status.partition(',')[0][:40]}"
    if "smsbox" not in [each.findtext("type", "") for each in page.iter("box")]:
        return "no smsbox is connected"
    operators = [each.findtext("status", "") for each in page.iter("smsc")]
    is_online = any(each.startswith("online") for each in operators)
    return "" if is_online else "no operator is online"

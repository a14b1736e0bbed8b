"""Payments through YooKassa, API v3: https://yookassa.ru/developers/api.

A key makes a request happen once for 24 hours, by the documentation. Later the same key would move
money again, so a refund is looked for among those of its payment before it is asked for. A payment
needs no such search: one that nobody has confirmed expires within hours.
"""

import hashlib
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Final, TypeVar

import httpx
import msgspec
from msgspec import Struct
from typing_extensions import override

from gotovo.outbound.exchange import HttpResponse
from gotovo.payments.providers.port import (
    NotificationRefused,
    NotificationRequest,
    NotifiedOf,
    PaymentMethod,
    PaymentRequest,
    ProviderError,
    ProviderHealth,
    ProviderNotification,
    ProviderPayment,
    ProviderRefund,
    ProviderRefused,
    ProviderUnavailable,
    ProviderUnreadable,
    RefundRequest,
    RefusedBecause,
    UnreadableEntry,
)
from gotovo.payments.providers.provider_http import (
    SECONDS_MAX,
    provider_response,
    read_answer,
    read_entry,
    read_list,
)
from gotovo.payments.providers.yookassa_messages import (
    YooError,
    YooList,
    YooNotification,
    YooPayment,
    YooProcessing,
    YooRefund,
    YooShop,
    is_id,
    payment_body,
    payment_of,
    refund_body,
    refund_of,
)

NAME: Final = "yookassa"
YOOKASSA_URL: Final = "https://api.yookassa.ru/v3"

KEY_MAX: Final = 64
"""Characters of an idempotency key that YooKassa takes."""

PAGE_MAX: Final = 100
PAGES_MAX: Final = 100_000
"""Ten million payments: a list that goes on is one that repeats itself."""

RETRY_AFTER_MAX: Final = 3_600.0

_ABOUT: Final[Mapping[str, NotifiedOf]] = {
    "payment": NotifiedOf.PAYMENT,
    "refund": NotifiedOf.REFUND,
}
_OURS: Final = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})
"""Errors of the account or its secret: once they are put right, the same request is done."""

Shape = TypeVar("Shape")


class YooKassaAccount(Struct, frozen=True):
    """A shop at YooKassa: its number, its secret key, and the address of the API."""

    shop: str
    secret: str
    url: str = YOOKASSA_URL

    @property
    def is_test(self) -> bool:
        """Return whether the key is of a shop for trying out."""
        return self.secret.startswith("test_")

    @override
    def __repr__(self) -> str:
        """Return it without its secret."""
        return f"YooKassaAccount(shop={self.shop!r})"


class YooKassa:
    """One shop at YooKassa."""

    def __init__(
        self,
        account: YooKassaAccount,
        client: httpx.AsyncClient,
        seconds_max: float = SECONDS_MAX,
    ) -> None:
        """The client is the caller's, who closes it."""
        self._account = account
        self._client = client
        self._seconds_max = seconds_max
        self._where = httpx.URL(account.url).host

    @property
    def name(self) -> str:
        """Return what it is called."""
        return NAME

    @property
    def account(self) -> str:
        """Return the number of the shop."""
        return self._account.shop

    def methods(self, currency: str) -> tuple[PaymentMethod, ...]:
        """Return how roubles are paid; shops have accounts in no other currency."""
        return (PaymentMethod.SBP, PaymentMethod.CARD) if currency == "RUB" else ()

    async def create(self, request: PaymentRequest) -> ProviderPayment:
        """Ask for money; a payment that is pending has the page that it is paid on."""
        body = payment_body(request)
        answer = await self._post("/payments", request.attempt.key, body, YooPayment)
        payment = self._payment(answer)
        if answer.status == "pending" and not payment.url:
            raise self._unreadable()
        return payment

    async def payment(self, reference: str) -> ProviderPayment:
        """Look a payment up."""
        return self._payment(await self._found_payment(reference))

    async def cancel(self, reference: str) -> ProviderPayment:
        """Give up money that is only held; a payment that waits for its buyer can't be called off.

        Nothing that is asked for here is ever only held: the shop may ask for it elsewhere.
        """
        found = await self._found_payment(reference)
        if found.status != "waiting_for_capture":
            return self._payment(found)
        path, key = f"/payments/{found.id}/cancel", f"gotovo-cancel-{found.id}"
        return self._payment(await self._post(path, key, b"{}", YooPayment))

    async def refund(self, request: RefundRequest) -> ProviderRefund:
        """Give money back, once for each key, however late it is asked again."""
        if not is_id(request.payment_id):
            raise self._unknown()
        query = {"payment_id": request.payment_id}
        async for page in self._pages("/refunds", query):
            for each in page.items:
                refund = read_entry(each, YooRefund, refund_of)
                if isinstance(refund, UnreadableEntry):
                    raise self._unreadable()  # It may be the one that is looked for.
                if refund.key == request.key and refund.payment_id == request.payment_id:
                    return refund
        body = refund_body(request)
        return self._refund(await self._post("/refunds", request.key, body, YooRefund))

    async def refund_of(self, refund_id: str) -> ProviderRefund:
        """Look a refund up."""
        if not is_id(refund_id):
            raise self._unknown()
        refund = await self._get(f"/refunds/{refund_id}", {}, YooRefund)
        if refund.id != refund_id:
            raise self._unreadable()
        return self._refund(refund)

    async def payments(
        self, since: datetime, until: datetime
    ) -> AsyncIterator[ProviderPayment | UnreadableEntry]:
        """Yield the payments that were created in a period, the newest first."""
        seen: set[str] = set()
        period = since, until
        async for page in self._pages("/payments", _period(since, until)):
            for each in read_list(page.items, YooPayment, payment_of, period, seen):
                yield each

    async def refunds(
        self, since: datetime, until: datetime
    ) -> AsyncIterator[ProviderRefund | UnreadableEntry]:
        """Yield the refunds that were created in a period, the newest first."""
        seen: set[str] = set()
        period = since, until
        async for page in self._pages("/refunds", _period(since, until)):
            for each in read_list(page.items, YooRefund, refund_of, period, seen):
                yield each

    def notification(
        self,
        request: NotificationRequest,
        now: datetime,  # noqa: ARG002  (nothing in it is signed with a time)
    ) -> ProviderNotification:
        """Read a notification. Nothing signs it: whoever sends it only makes us look.

        It has no id of its own, so that a replay is the same event of the same object.
        """
        try:
            told = msgspec.json.decode(request.body, type=YooNotification)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            reason = "a notification that can't be read"
            raise NotificationRefused(RefusedBecause.MALFORMED, reason) from None
        thing = told.event.partition(".")[0]
        parts = f"{told.event}\n{told.object.id}\n{told.object.status}"
        return ProviderNotification(
            id=hashlib.sha256(parts.encode()).hexdigest(),
            about=_ABOUT.get(thing, NotifiedOf.OTHER),
            reference=told.object.id,
            kind=told.event,
        )

    async def health(self) -> ProviderHealth:
        """Ask for the shop's own settings: the secret has to be that of the shop."""
        try:
            shop = await self._get("/me", {}, YooShop)
        except ProviderError as error:
            return ProviderHealth(reachable=False, reason=str(error))
        if shop.account_id != self._account.shop:
            return ProviderHealth(reachable=False, reason="the secret is of another shop")
        if shop.status != "enabled":
            return ProviderHealth(reachable=False, reason=f"the shop is {shop.status}")
        return ProviderHealth(reachable=True)

    async def _found_payment(self, reference: str) -> YooPayment:
        if not is_id(reference):
            raise self._unknown()
        payment = await self._get(f"/payments/{reference}", {}, YooPayment)
        if payment.id != reference:
            raise self._unreadable()
        return payment

    async def _pages(self, path: str, query: Mapping[str, str]) -> AsyncIterator[YooList]:
        """Yield the pages of a list; raise ProviderUnavailable for one that does not end."""
        cursors: set[str] = set()
        cursor = ""
        while len(cursors) < PAGES_MAX:
            more = {"cursor": cursor} if cursor else {}
            page = await self._get(path, {**query, "limit": str(PAGE_MAX), **more}, YooList)
            yield page
            cursor = page.next_cursor
            if not cursor:
                return
            if cursor in cursors:
                break
            cursors.add(cursor)
        raise ProviderUnavailable(f"{self._where}: a list without an end")

    async def _get(self, path: str, query: Mapping[str, str], kind: type[Shape]) -> Shape:
        request = self._client.build_request("GET", f"{self._account.url}{path}", params=query)
        return await self._answered(request, kind)

    async def _post(self, path: str, key: str, body: bytes, kind: type[Shape]) -> Shape:
        request = self._client.build_request(
            "POST",
            f"{self._account.url}{path}",
            content=body,
            headers={"content-type": "application/json", "idempotence-key": _wire_key(key)},
        )
        return await self._answered(request, kind)

    async def _answered(self, request: httpx.Request, kind: type[Shape]) -> Shape:
        account = self._account
        auth = httpx.BasicAuth(account.shop, account.secret)
        signed = next(auth.auth_flow(request))
        response = await provider_response(self._client, signed, self._seconds_max)
        if response.status == HTTPStatus.OK:
            return read_answer(response.body, kind, self._where)
        raise self._error(response)

    def _error(self, response: HttpResponse) -> ProviderError:
        """Return what an answer means that is not what was asked for."""
        status = response.status
        if status == HTTPStatus.ACCEPTED:
            told = _read_or(response.body, YooProcessing())
            seconds = None if told.retry_after is None else told.retry_after / 1_000
            wait = None if seconds is None else min(seconds, RETRY_AFTER_MAX)
            return ProviderUnavailable(f"{self._where}: not done yet", retry_after=wait)
        told = _read_or(response.body, YooError())
        words = " ".join(each for each in (told.code, told.parameter) if each)
        reason = f"{self._where}: HTTP {status}" + (f": {words}" if words else "")
        if status < HTTPStatus.BAD_REQUEST or status in _OURS:
            return ProviderUnavailable(reason)
        return ProviderRefused(reason, code=told.code or str(status))

    def _payment(self, payment: YooPayment) -> ProviderPayment:
        try:
            return payment_of(payment)
        except ValueError:
            raise self._unreadable() from None

    def _refund(self, refund: YooRefund) -> ProviderRefund:
        try:
            return refund_of(refund)
        except ValueError:
            raise self._unreadable() from None

    def _unreadable(self) -> ProviderUnreadable:
        return ProviderUnreadable(f"{self._where}: an answer that contradicts itself")

    def _unknown(self) -> ProviderRefused:
        return ProviderRefused("there is no such id at YooKassa", code="not_found")


def _read_or(body: bytes, without: Shape) -> Shape:
    """Read what an error says; the status alone says enough."""
    try:
        return msgspec.json.decode(body, type=type(without))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return without


def _period(since: datetime, until: datetime) -> Mapping[str, str]:
    """Return the filter of a list, as wide as milliseconds make it."""
    latest = until + timedelta(milliseconds=1)
    return {"created_at.gte": _instant(since), "created_at.lt": _instant(latest)}


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _wire_key(key: str) -> str:
    """Return a key as YooKassa takes it; a longer one becomes its digest."""
    is_short = 0 < len(key) <= KEY_MAX and key.isascii() and key.isprintable()
    return key if is_short else hashlib.sha256(key.encode()).hexdigest()

"""Payments through Stripe: Checkout Sessions, on Stripe's own page.

https://docs.stripe.com/api. A key makes a request happen once for at least 24 hours, by the
documentation. Later the same key would move money again, so a refund is looked for among those of
its payment before it is asked for. A page to pay on needs no such search: one that nobody has used
expires within a day.
"""

import hashlib
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Final, TypeVar

import httpx
import msgspec
from msgspec import Struct
from typing_extensions import override

from gotovo.outbound.exchange import HttpResponse, retry_after
from gotovo.payments.providers.port import (
    NotificationRequest,
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
    UnreadableEntry,
)
from gotovo.payments.providers.provider_http import (
    SECONDS_MAX,
    entry_id,
    provider_response,
    read_answer,
    read_entry,
    read_list,
)
from gotovo.payments.providers.stripe_currencies import PAYABLE, NotPayable
from gotovo.payments.providers.stripe_events import check_size, read_event
from gotovo.payments.providers.stripe_messages import (
    StripeError,
    StripeErrorCause,
    StripeList,
    StripePaymentIntent,
    StripeRefund,
    StripeSession,
    StripeSessionPage,
    form_fields,
    is_stripe_id,
    payment_of_intent,
    payment_of_session,
    refund_form,
    refund_of,
    session_form,
)
from gotovo.payments.providers.stripe_signature import SIGNATURE_HEADER, verified_at

NAME: Final = "stripe"
STRIPE_URL: Final = "https://api.stripe.com"

STRIPE_VERSION: Final = "2025-09-30.clover"
"""The version of the API that all of this was written for; an account's own may be any."""

KEY_MAX: Final = 255
"""Characters of an idempotency key that Stripe takes."""

PAGE_MAX: Final = 100
PAGES_MAX: Final = 100_000
"""Ten million payments: a list that goes on is one that repeats itself."""

_SESSION_PREFIX: Final = "cs_"
_EXPAND_SESSION: Final = {"expand[0]": "payment_intent.latest_charge"}
_EXPAND_INTENT: Final = {"expand[0]": "latest_charge"}
_EXPAND_INTENTS: Final = {"expand[0]": "data.latest_charge"}
_EXPAND_SESSIONS: Final = {"expand[0]": "data.payment_intent.latest_charge"}

_FOR_NOW: Final = frozenset(
    {
        HTTPStatus.UNAUTHORIZED,  # of the secret: once it is put right, the same request is done
        HTTPStatus.FORBIDDEN,
        HTTPStatus.CONFLICT,  # another request holds the same object or the same key
        HTTPStatus.FAILED_DEPENDENCY,  # somebody behind Stripe has failed
    }
)
"""Errors below 500 after which the same may be asked again."""

_MISSING: Final = frozenset({"resource_missing", str(HTTPStatus.NOT_FOUND.value)})
"""What Stripe calls a thing that it does not have, in words or by the status alone."""

Shape = TypeVar("Shape")


class StripeAccount(Struct, frozen=True):
    """An account at Stripe: its secret key, the secrets of its notifications, the API's address.

    `webhook_secrets` are all that count, the newest first: two while one is being replaced.
    """

    secret: str
    webhook_secrets: Sequence[bytes] = ()
    url: str = STRIPE_URL

    @property
    def is_test(self) -> bool:
        """Return whether the key is one for trying out: `sk_test_…`."""
        return "_test_" in self.secret[:8]

    @override
    def __repr__(self) -> str:
        """Return it without its secrets."""
        return f"StripeAccount(url={self.url!r})"


class Stripe:
    """One account at Stripe."""

    def __init__(
        self,
        account: StripeAccount,
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
        """Return nothing: Stripe's payments do not name the account that they are of."""
        return ""

    def methods(self, currency: str) -> tuple[PaymentMethod, ...]:
        """Return that cards are taken, in the currencies that Stripe has."""
        return (PaymentMethod.CARD,) if currency in PAYABLE else ()

    async def create(self, request: PaymentRequest) -> ProviderPayment:
        """Ask for money, on a page of Stripe's; its session is what the payment is looked up by."""
        form = _written(session_form, request)
        session = await self._post(
            "/v1/checkout/sessions", request.attempt.key, form, StripeSession
        )
        if isinstance(session.payment_intent, str):
            return await self.payment(session.id)
        return self._read(payment_of_session, session)

    async def payment(self, reference: str) -> ProviderPayment:
        """Look a payment up by its session, or by the id of its money."""
        if not is_stripe_id(reference):
            raise self._unknown()
        if reference.startswith(_SESSION_PREFIX):
            path = f"/v1/checkout/sessions/{reference}"
            session = await self._found(path, _EXPAND_SESSION, StripeSession)
            return self._of(reference, session.id, self._read(payment_of_session, session))
        path = f"/v1/payment_intents/{reference}"
        intent = await self._found(path, _EXPAND_INTENT, StripePaymentIntent)
        return self._of(reference, intent.id, self._read(payment_of_intent, intent))

    async def cancel(self, reference: str) -> ProviderPayment:
        """Let the page of a payment expire; one that was paid or has ended stays as it is."""
        session = reference
        if is_stripe_id(reference) and not reference.startswith(_SESSION_PREFIX):
            session = await self._session_of(reference)
        if not session or not is_stripe_id(session):
            return await self.payment(reference)
        with suppress(ProviderRefused):  # It is not open, or not there; the look-up tells which.
            path = f"/v1/checkout/sessions/{session}/expire"
            await self._post(path, "", {}, StripeSession)
        return await self.payment(reference)

    async def refund(self, request: RefundRequest) -> ProviderRefund:
        """Give money back, once for each key, however late it is asked again."""
        if not is_stripe_id(request.payment_id):
            raise self._unknown()
        form = _written(refund_form, request)
        query = {"payment_intent": request.payment_id}
        async for page in self._pages("/v1/refunds", query):
            for each in page.data:
                made = read_entry(each, StripeRefund, refund_of)
                if isinstance(made, UnreadableEntry):
                    raise self._unreadable()  # It may be the one that is looked for.
                if made.key == request.key and made.payment_id == request.payment_id:
                    return made
        refund = await self._post("/v1/refunds", request.key, form, StripeRefund)
        return self._read(refund_of, refund)

    async def refund_of(self, refund_id: str) -> ProviderRefund:
        """Look a refund up."""
        if not is_stripe_id(refund_id):
            raise self._unknown()
        refund = await self._found(f"/v1/refunds/{refund_id}", {}, StripeRefund)
        return self._of(refund_id, refund.id, self._read(refund_of, refund))

    async def payments(
        self, since: datetime, until: datetime
    ) -> AsyncIterator[ProviderPayment | UnreadableEntry]:
        """Yield the payments that were begun in a period, the newest first.

        A page that nobody began to pay on has no payment yet, and is not among them.
        """
        query = {**_period(since, until), **_EXPAND_INTENTS}
        seen: set[str] = set()
        period, read = (since, until), payment_of_intent
        async for page in self._pages("/v1/payment_intents", query):
            for each in read_list(page.data, StripePaymentIntent, read, period, seen):
                yield each

    async def refunds(
        self, since: datetime, until: datetime
    ) -> AsyncIterator[ProviderRefund | UnreadableEntry]:
        """Yield the refunds that were made in a period, the newest first."""
        seen: set[str] = set()
        period = since, until
        async for page in self._pages("/v1/refunds", _period(since, until)):
            for each in read_list(page.data, StripeRefund, refund_of, period, seen):
                yield each

    def notification(self, request: NotificationRequest, now: datetime) -> ProviderNotification:
        """Read a notification that one of the secrets has signed lately."""
        header = request.headers.get(SIGNATURE_HEADER, "")
        signed_by = self._account.webhook_secrets
        check_size(request.body)
        return read_event(request.body, verified_at(header, request.body, signed_by, now))

    async def health(self) -> ProviderHealth:
        """Ask for the latest payment: the secret has to be one of the account."""
        try:
            query = {"limit": "1", **_EXPAND_INTENTS}
            await self._get("/v1/payment_intents", query, StripeList)
        except ProviderError as error:
            return ProviderHealth(reachable=False, reason=str(error))
        return ProviderHealth(reachable=True)

    async def _session_of(self, payment_id: str) -> str:
        """Return the session that a payment was made on; empty for one made otherwise."""
        query = {"payment_intent": payment_id, "limit": "1", **_EXPAND_SESSIONS}
        page = await self._get("/v1/checkout/sessions", query, StripeSessionPage)
        return page.data[0].id if page.data else ""

    async def _pages(self, path: str, query: Mapping[str, str]) -> AsyncIterator[StripeList]:
        """Yield the pages of a list; raise ProviderUnavailable for one that does not end."""
        after: set[str] = set()
        last = ""
        while len(after) < PAGES_MAX:
            more = {"starting_after": last} if last else {}
            page = await self._get(path, {**query, "limit": str(PAGE_MAX), **more}, StripeList)
            yield page
            if not page.has_more:
                return
            last = entry_id(page.data[-1]) if page.data else ""
            if not last or last in after:
                break
            after.add(last)
        raise ProviderUnavailable(f"{self._where}: a list without an end")

    async def _found(self, path: str, query: Mapping[str, str], kind: type[Shape]) -> Shape:
        """Read one thing; that there is none has the same word as at any other provider."""
        try:
            return await self._get(path, query, kind)
        except ProviderRefused as error:
            if error.code in _MISSING:
                raise self._unknown() from None
            raise

    async def _get(self, path: str, query: Mapping[str, str], kind: type[Shape]) -> Shape:
        request = self._client.build_request("GET", f"{self._account.url}{path}", params=query)
        return await self._answered(request, kind)

    async def _post(self, path: str, key: str, form: Mapping[str, str], kind: type[Shape]) -> Shape:
        request = self._client.build_request(
            "POST",
            f"{self._account.url}{path}",
            data=form,
            headers={"idempotency-key": _wire_key(key)} if key else {},
        )
        return await self._answered(request, kind)

    async def _answered(self, request: httpx.Request, kind: type[Shape]) -> Shape:
        request.headers["authorization"] = f"Bearer {self._account.secret}"
        request.headers["stripe-version"] = STRIPE_VERSION
        response = await provider_response(self._client, request, self._seconds_max)
        if response.status == HTTPStatus.OK:
            return read_answer(response.body, kind, self._where)
        raise self._error(response)

    def _error(self, response: HttpResponse) -> ProviderError:
        """Return what an answer means that is not what was asked for."""
        status, told = response.status, _cause(response.body)
        words = " ".join(x for x in (told.type, told.code, told.decline_code, told.param) if x)
        reason = f"{self._where}: HTTP {status}" + (f": {words}" if words else "")
        if status < HTTPStatus.BAD_REQUEST or status in _FOR_NOW:
            wait = retry_after(response.headers.get("retry-after", ""), datetime.now(UTC))
            return ProviderUnavailable(reason, retry_after=wait)
        code = told.decline_code or told.code or told.type
        return ProviderRefused(reason, code=code or str(status))

    def _read(self, read: Callable[[Shape], Any], answer: Shape) -> Any:
        """Return what an answer means; one that contradicts itself may be right the next time."""
        try:
            return read(answer)
        except ValueError:
            raise self._unreadable() from None

    def _of(self, asked: str, got: str, found: Any) -> Any:
        if asked != got:
            raise self._unreadable()
        return found

    def _unreadable(self) -> ProviderUnreadable:
        return ProviderUnreadable(f"{self._where}: an answer that contradicts itself")

    def _unknown(self) -> ProviderRefused:
        return ProviderRefused("there is no such id at Stripe", code="not_found")


def _cause(body: bytes) -> StripeErrorCause:
    """Read what an error says; the status alone says enough."""
    try:
        return msgspec.json.decode(body, type=StripeError).error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return StripeErrorCause()


def _written(write: Callable[[Shape], Mapping[str, Any]], request: Shape) -> Mapping[str, str]:
    """Return the form of a request; Stripe would never take a sum that it can't write."""
    try:
        return form_fields(write(request))
    except NotPayable as error:
        raise ProviderRefused(str(error), code="amount_not_payable") from None


def _period(since: datetime, until: datetime) -> Mapping[str, str]:
    """Return the filter of a list, as wide as whole seconds make it."""
    latest = -int(-until.timestamp() // 1)
    return {"created[gte]": str(int(since.timestamp())), "created[lt]": str(latest)}


def _wire_key(key: str) -> str:
    """Return a key as Stripe takes it; a longer one becomes its digest."""
    is_short = len(key) <= KEY_MAX and key.isascii() and key.isprintable()
    return key if is_short else hashlib.sha256(key.encode()).hexdigest()

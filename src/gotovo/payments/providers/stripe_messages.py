"""Objects of Stripe's API, as far as they are read, and what they mean.

https://docs.stripe.com/api. Anything that is missing or of another shape raises ValueError or
msgspec's ValidationError, which is one: an answer is believed whole, or not at all.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta, Struct

from gotovo.order.values import number as order_number
from gotovo.payments.providers.port import (
    AttemptName,
    PaymentRequest,
    ProviderPayment,
    ProviderPaymentState,
    ProviderRefund,
    ProviderRefundState,
    RefundRequest,
)
from gotovo.payments.providers.stripe_currencies import money_of_stripe, stripe_amount
from gotovo.words.language import LANGUAGES

TITLE_MAX: Final = 250
"""Characters of the title on the page, and of descriptions."""

METADATA_MAX: Final = 500
"""Characters of a value in metadata."""

_ID: Final = r"^[0-9A-Za-z_]{1,255}\Z"
_Id = Annotated[str, Meta(pattern=_ID)]
_Word = Annotated[str, Meta(pattern=r"^[0-9a-zA-Z_.-]{0,64}\Z")]
_Amount = Annotated[int, Meta(ge=0, lt=10**15)]
_Currency = Annotated[str, Meta(pattern=r"^[a-z]{3,10}\Z")]
_Seconds = Annotated[int, Meta(ge=0, lt=10**11)]

_ATTEMPT: Final = re.compile(r"[1-9][0-9]{0,5}", re.ASCII)
_ORDER, _NTH, _SHOP, _KEY = "gotovo_order", "gotovo_attempt", "gotovo_shop", "gotovo_key"

IntentStatus = Literal[
    "requires_payment_method",
    "requires_confirmation",
    "requires_action",
    "requires_capture",
    "processing",
    "succeeded",
    "canceled",
]
RefundStatus = Literal["pending", "requires_action", "succeeded", "failed", "canceled"]
_REFUND_STATES: Final[Mapping[RefundStatus, ProviderRefundState]] = {
    "pending": ProviderRefundState.PENDING,
    "requires_action": ProviderRefundState.PENDING,
    "succeeded": ProviderRefundState.SUCCEEDED,
    "failed": ProviderRefundState.FAILED,
    "canceled": ProviderRefundState.FAILED,
}


class StripeMethod(Struct, frozen=True):
    """How a charge was paid: `card`."""

    type: _Word = ""


class StripeCharge(Struct, frozen=True, kw_only=True):
    """The charge of a payment: when the money was taken, and what of it was given back."""

    id: _Id
    created: _Seconds
    amount_refunded: _Amount = 0
    payment_method_details: StripeMethod | None = None


class StripePaymentError(Struct, frozen=True):
    """Why the last card was refused."""

    code: _Word = ""
    decline_code: _Word = ""


class StripePaymentIntent(Struct, frozen=True, kw_only=True):
    """A payment, which a page or a program of the account has begun."""

    id: _Id
    status: IntentStatus
    amount: _Amount
    amount_received: _Amount = 0
    currency: _Currency
    created: _Seconds
    livemode: bool
    metadata: Any = None
    latest_charge: _Id | StripeCharge | None = None
    last_payment_error: StripePaymentError | None = None
    cancellation_reason: _Word | None = None


class StripeSession(Struct, frozen=True, kw_only=True):
    """A page to pay on, with its payment once there is one."""

    id: _Id
    status: Literal["open", "complete", "expired"]
    amount_total: _Amount
    currency: _Currency
    created: _Seconds
    livemode: bool
    metadata: Any = None
    url: Annotated[str, Meta(max_length=4_096)] | None = None
    payment_intent: _Id | StripePaymentIntent | None = None


class StripeRefund(Struct, frozen=True, kw_only=True):
    """A refund."""

    id: _Id
    amount: _Amount
    currency: _Currency
    created: _Seconds
    status: RefundStatus
    charge: _Id | None = None
    payment_intent: _Id | None = None
    metadata: Any = None
    failure_reason: _Word | None = None


class StripeList(Struct, frozen=True):
    """A page of payments or of refunds, the newest first; each is read by itself."""

    data: list[msgspec.Raw]
    has_more: bool


class StripeSessionPage(Struct, frozen=True):
    """A page of pages to pay on, the newest first."""

    data: list[StripeSession]
    has_more: bool


class StripeErrorCause(Struct, frozen=True):
    """What is wrong, in words of Stripe's lists; its sentence may hold anything and is not read."""

    type: _Word = ""
    code: _Word = ""
    decline_code: _Word = ""
    param: Annotated[str, Meta(pattern=r"^[0-9a-zA-Z_.\[\]-]{0,128}\Z")] = ""


class StripeError(Struct, frozen=True):
    """The body of an error."""

    error: StripeErrorCause


class StripeEventObject(Struct, frozen=True):
    """The object that a notification is about; what else it says is not believed."""

    id: Annotated[str, Meta(max_length=255)] = ""
    payment_intent: Any = None


class StripeEventData(Struct, frozen=True):
    """What a notification carries."""

    object: StripeEventObject


class StripeEvent(Struct, frozen=True):
    """A notification."""

    id: _Id
    type: Annotated[str, Meta(pattern=r"^[a-z0-9_.]{1,100}\Z")]
    data: StripeEventData


def is_stripe_id(text: str) -> bool:
    """Tell whether a text can be an id of Stripe's, and so a part of an address."""
    return re.match(_ID, text) is not None


def payment_of_session(session: StripeSession) -> ProviderPayment:
    """Return what a page and its payment mean; the payment has to be expanded, if there is one."""
    intent = session.payment_intent
    if isinstance(intent, str):
        raise ValueError("a payment that was asked for whole is only named")  # noqa: TRY004
    state = _state_of_session(session, intent)
    is_open = state is ProviderPaymentState.PENDING and session.status == "open"
    if intent is not None and intent.currency != session.currency:
        raise ValueError("a page and its payment have different currencies")
    known = None if intent is None else payment_of_intent(intent)
    is_paid = state is ProviderPaymentState.SUCCEEDED
    reason = known.reason if known is not None else ""
    return ProviderPayment(
        reference=session.id,
        payment_id="" if known is None else known.payment_id,
        state=state,
        amount=known.amount
        if known is not None and is_paid
        else money_of_stripe(session.amount_total, session.currency),
        created_at=_instant(session.created),
        captured_at=known.captured_at if known is not None and is_paid else None,
        attempt=_attempt_of(session.metadata),
        url=_url_of(session) if is_open else "",
        reason="" if is_paid else reason or ("expired" if session.status == "expired" else ""),
        method="" if known is None else known.method,
        refunded=0 if known is None else known.refunded,
        is_test=not session.livemode,
    )


def payment_of_intent(intent: StripePaymentIntent) -> ProviderPayment:
    """Return what a payment means; it is its own reference."""
    if intent.status == "succeeded":
        state = ProviderPaymentState.SUCCEEDED
    elif intent.status == "canceled":
        state = ProviderPaymentState.CANCELLED
    else:
        state = ProviderPaymentState.PENDING
    is_paid = state is ProviderPaymentState.SUCCEEDED
    if is_paid and not intent.amount_received:
        raise ValueError("a payment that succeeded has brought nothing")
    charge = intent.latest_charge if isinstance(intent.latest_charge, StripeCharge) else None
    if is_paid and charge is None:
        raise ValueError("the charge of a payment was asked for whole and is not there")
    taken = intent.amount_received if is_paid else intent.amount
    refunded = 0 if charge is None or not is_paid else charge.amount_refunded
    method = None if charge is None else charge.payment_method_details
    return ProviderPayment(
        reference=intent.id,
        payment_id=intent.id,
        state=state,
        amount=money_of_stripe(taken, intent.currency),
        created_at=_instant(intent.created),
        captured_at=_instant(charge.created) if charge is not None and is_paid else None,
        attempt=_attempt_of(intent.metadata),
        reason="" if is_paid else _reason_of(intent),
        method="" if method is None else method.type,
        refunded=money_of_stripe(refunded, intent.currency).amount,
        is_test=not intent.livemode,
    )


def refund_of(refund: StripeRefund) -> ProviderRefund:
    """Return what a refund means."""
    state = _REFUND_STATES[refund.status]
    is_failed = state is ProviderRefundState.FAILED
    return ProviderRefund(
        refund_id=refund.id,
        payment_id=refund.payment_intent or refund.charge or "",
        state=state,
        amount=money_of_stripe(refund.amount, refund.currency),
        created_at=_instant(refund.created),
        key=_texts(refund.metadata).get(_KEY, ""),
        reason=(refund.failure_reason or refund.status) if is_failed else "",
    )


def session_form(request: PaymentRequest) -> Mapping[str, Any]:
    """Return what asks for a page to pay on; the money is captured at once.

    The page lives for 24 hours by default. An end of its own would differ when the same is asked
    for again, and then the key would be refused. No price is converted to another currency.
    """
    attempt = request.attempt
    metadata = {
        _ORDER: attempt.number,
        _NTH: str(attempt.attempt),
        _SHOP: _cut(request.shop, METADATA_MAX),
    }
    title = _cut(request.description, TITLE_MAX)
    return {
        "mode": "payment",
        "submit_type": "pay",
        "payment_method_types": ["card"],
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": request.amount.currency.lower(),
                    "unit_amount": stripe_amount(request.amount),
                    "product_data": {"name": title},
                },
            }
        ],
        "adaptive_pricing": {"enabled": "false"},
        "payment_intent_data": {
            "capture_method": "automatic",
            "description": title,
            "metadata": metadata,
        },
        "metadata": metadata,
        "client_reference_id": attempt.key,
        "success_url": request.return_url,
        "cancel_url": request.return_url,
        "locale": request.language if request.language in LANGUAGES else "auto",
    }


def refund_form(request: RefundRequest) -> Mapping[str, Any]:
    """Return what asks for a refund."""
    return {
        "payment_intent": request.payment_id,
        "amount": stripe_amount(request.amount),
        "metadata": {_KEY: request.key, "description": _cut(request.description, METADATA_MAX)},
    }


def form_fields(form: Mapping[str, Any]) -> Mapping[str, str]:
    """Return a form as Stripe reads it: `line_items[0][price_data][currency]`."""
    return dict(_flat(form, ""))


def _flat(value: Any, name: str) -> list[tuple[str, str]]:
    if isinstance(value, Mapping):
        pairs = [(f"{name}[{key}]" if name else str(key), each) for key, each in value.items()]
    elif isinstance(value, list):
        pairs = [(f"{name}[{place}]", each) for place, each in enumerate(value)]
    else:
        return [(name, str(value))]
    return [field for each_name, each in pairs for field in _flat(each, each_name)]


def _state_of_session(
    session: StripeSession, intent: StripePaymentIntent | None
) -> ProviderPaymentState:
    """Return the state of a page; what became of its money counts more than the page itself."""
    if intent is not None and intent.status == "succeeded":
        return ProviderPaymentState.SUCCEEDED
    if intent is not None and intent.status in {"processing", "requires_capture"}:
        return ProviderPaymentState.PENDING
    is_canceled = intent is not None and intent.status == "canceled"
    # A page that was completed takes no other card: a delayed payment has failed.
    return (
        ProviderPaymentState.PENDING
        if session.status == "open" and not is_canceled
        else ProviderPaymentState.CANCELLED
    )


def _reason_of(intent: StripePaymentIntent) -> str:
    error = intent.last_payment_error
    told = "" if error is None else error.decline_code or error.code
    return intent.cancellation_reason or told or ""


def _attempt_of(metadata: object) -> AttemptName | None:
    """Return the attempt that metadata name; a site may share the account, with its own."""
    texts = _texts(metadata)
    number, nth = texts.get(_ORDER, ""), texts.get(_NTH, "")
    if not order_number.is_valid(number) or not _ATTEMPT.fullmatch(nth):
        return None
    return AttemptName(number, int(nth))


def _texts(metadata: object) -> Mapping[str, str]:
    try:
        return msgspec.convert(metadata, dict[str, str])
    except msgspec.ValidationError:
        return {}


def _url_of(session: StripeSession) -> str:
    """Return the address that the buyer's browser is sent to."""
    url = session.url or ""
    if urlsplit(url).scheme not in {"https", "http"} or not url.isprintable():
        raise ValueError("a page to pay on that no browser opens")
    return url


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _cut(text: str, characters: int) -> str:
    return text if len(text) <= characters else f"{text[: characters - 1]}…"

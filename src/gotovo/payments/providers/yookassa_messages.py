"""Objects of YooKassa's API, as far as they are read, and what they mean.

https://yookassa.ru/developers/api. Anything that is missing or of another shape raises ValueError
or msgspec's ValidationError, which is one: an answer is believed whole, or not at all.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit

import msgspec
from babel.core import get_global
from msgspec import Meta, Struct

from gotovo.order.values import number as order_number
from gotovo.payments.providers.decimal_amounts import decimal_amount, money_of
from gotovo.payments.providers.port import (
    AttemptName,
    PaymentMethod,
    PaymentRequest,
    ProviderPayment,
    ProviderPaymentState,
    ProviderRefund,
    ProviderRefundState,
    RefundRequest,
)

DESCRIPTION_MAX: Final = 128
REFUND_DESCRIPTION_MAX: Final = 250
"""Characters that YooKassa takes of a description."""

_ID: Final = r"^[0-9A-Za-z_-]{1,64}\Z"
_Id = Annotated[str, Meta(pattern=_ID)]
_Instant = Annotated[datetime, Meta(tz=True)]
_Word = Annotated[str, Meta(pattern=r"^[0-9a-zA-Z_.-]{0,64}\Z")]

_ATTEMPT: Final = re.compile(r"[1-9][0-9]{0,5}", re.ASCII)
_ORDER, _NTH, _SHOP, _KEY = "gotovo_order", "gotovo_attempt", "gotovo_shop", "gotovo_key"

_METHODS: Final = {PaymentMethod.CARD: "bank_card", PaymentMethod.SBP: "sbp"}

PaymentStatus = Literal["pending", "waiting_for_capture", "succeeded", "canceled"]
_STATES: Final[Mapping[PaymentStatus, ProviderPaymentState]] = {
    "pending": ProviderPaymentState.PENDING,
    "waiting_for_capture": ProviderPaymentState.PENDING,
    "succeeded": ProviderPaymentState.SUCCEEDED,
    "canceled": ProviderPaymentState.CANCELLED,
}
RefundStatus = Literal["pending", "succeeded", "canceled"]
_REFUND_STATES: Final[Mapping[RefundStatus, ProviderRefundState]] = {
    "pending": ProviderRefundState.PENDING,
    "succeeded": ProviderRefundState.SUCCEEDED,
    "canceled": ProviderRefundState.FAILED,
}


class YooAmount(Struct, frozen=True):
    """A sum: `{"value": "100.00", "currency": "RUB"}`."""

    value: str
    currency: str


class YooRecipient(Struct, frozen=True):
    """Who gets the money: the shop."""

    account_id: _Word


class YooConfirmation(Struct, frozen=True):
    """Where the buyer confirms a payment."""

    confirmation_url: Annotated[str, Meta(max_length=2_048)] = ""


class YooCancellation(Struct, frozen=True):
    """Why something was cancelled, in words of YooKassa's list."""

    reason: _Word = ""


class YooMethod(Struct, frozen=True):
    """How a payment was made."""

    type: _Word = ""


class YooPayment(Struct, frozen=True, kw_only=True):
    """A payment."""

    id: _Id
    status: PaymentStatus
    amount: YooAmount
    created_at: _Instant
    paid: bool
    recipient: YooRecipient | None = None
    captured_at: _Instant | None = None
    confirmation: YooConfirmation | None = None
    cancellation_details: YooCancellation | None = None
    payment_method: YooMethod | None = None
    refunded_amount: YooAmount | None = None
    metadata: Any = None
    test: bool = False


class YooRefund(Struct, frozen=True, kw_only=True):
    """A refund."""

    id: _Id
    payment_id: _Id
    status: RefundStatus
    amount: YooAmount
    created_at: _Instant
    cancellation_details: YooCancellation | None = None
    metadata: Any = None


class YooList(Struct, frozen=True):
    """A page of payments or of refunds, the newest first; without a cursor it is the last one."""

    items: list[msgspec.Raw]
    next_cursor: Annotated[str, Meta(max_length=512)] = ""


class YooShop(Struct, frozen=True):
    """The shop that the credentials are of."""

    account_id: _Word
    status: _Word = "enabled"


class YooError(Struct, frozen=True):
    """An error; its description may hold anything, and is not read."""

    code: _Word = ""
    parameter: _Word = ""


class YooProcessing(Struct, frozen=True):
    """An answer that comes later: ask again after so many milliseconds."""

    retry_after: Annotated[int, Meta(ge=0)] | None = None


class YooNotified(Struct, frozen=True):
    """The object that a notification is about; what else it says is not believed."""

    id: _Id
    status: _Word = ""


class YooNotification(Struct, frozen=True):
    """A notification: unsigned, so that it is nothing but a hint."""

    type: Literal["notification"]
    event: Annotated[str, Meta(pattern=r"^[a-z_]{1,40}\.[a-z_]{1,40}\Z")]
    object: YooNotified


def is_id(text: str) -> bool:
    """Tell whether a text can be an id of YooKassa's, and so a part of an address."""
    return re.match(_ID, text) is not None


def payment_of(payment: YooPayment) -> ProviderPayment:
    """Return what a payment means."""
    state = _STATES[payment.status]
    is_captured = state is ProviderPaymentState.SUCCEEDED
    if state is not ProviderPaymentState.PENDING and is_captured is not payment.paid:
        raise ValueError("a payment's status and whether it is paid contradict each other")
    refunded = payment.refunded_amount
    amount = money_of(payment.amount.value, payment.amount.currency)
    given = money_of(refunded.value, refunded.currency) if refunded else None
    if given is not None and given.currency != amount.currency:
        raise ValueError("a payment's refunds have another currency")
    return ProviderPayment(
        reference=payment.id,
        payment_id=payment.id,
        state=state,
        amount=amount,
        created_at=payment.created_at,
        captured_at=payment.captured_at,
        account=payment.recipient.account_id if payment.recipient else "",
        attempt=_attempt_of(payment.metadata),
        url=_url_of(payment) if state is ProviderPaymentState.PENDING else "",
        reason=payment.cancellation_details.reason if payment.cancellation_details else "",
        method=payment.payment_method.type if payment.payment_method else "",
        refunded=given.amount if given else 0,
        is_test=payment.test,
    )


def refund_of(refund: YooRefund) -> ProviderRefund:
    """Return what a refund means."""
    key = _texts(refund.metadata).get(_KEY, "")
    return ProviderRefund(
        refund_id=refund.id,
        payment_id=refund.payment_id,
        state=_REFUND_STATES[refund.status],
        amount=money_of(refund.amount.value, refund.amount.currency),
        created_at=refund.created_at,
        key=key,
        reason=refund.cancellation_details.reason if refund.cancellation_details else "",
    )


def payment_body(request: PaymentRequest) -> bytes:
    """Return what asks for a payment: captured at once, confirmed on YooKassa's page."""
    attempt = request.attempt
    return msgspec.json.encode(
        {
            "amount": {
                "value": decimal_amount(request.amount),
                "currency": request.amount.currency,
            },
            "capture": True,
            "payment_method_data": {"type": _METHODS[request.method]},
            "confirmation": {
                "type": "redirect",
                "return_url": request.return_url,
                **_locale_of(request.language),
            },
            "description": _cut(request.description, DESCRIPTION_MAX),
            "metadata": {
                _ORDER: attempt.number,
                _NTH: str(attempt.attempt),
                _SHOP: request.shop,
            },
        }
    )


def refund_body(request: RefundRequest) -> bytes:
    """Return what asks for a refund."""
    return msgspec.json.encode(
        {
            "payment_id": request.payment_id,
            "amount": {
                "value": decimal_amount(request.amount),
                "currency": request.amount.currency,
            },
            "description": _cut(request.description, REFUND_DESCRIPTION_MAX),
            "metadata": {_KEY: request.key},
        }
    )


def _locale_of(language: str) -> Mapping[str, str]:
    """Return the locale of the page: a language where it is spoken most, like `ru_RU`."""
    likely = str(get_global("likely_subtags").get(language, ""))
    return {"locale": f"{language}_{likely.rpartition('_')[2]}"} if likely else {}


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


def _url_of(payment: YooPayment) -> str:
    """Return the address that the buyer's browser is sent to; empty where there is none."""
    url = payment.confirmation.confirmation_url if payment.confirmation else ""
    if url and (urlsplit(url).scheme not in {"https", "http"} or not url.isprintable()):
        raise ValueError("a page to pay on that no browser opens")
    return url


def _cut(text: str, characters: int) -> str:
    return text if len(text) <= characters else f"{text[: characters - 1]}…"

"""The bodies of visits: how a buyer is identified, and how the hand-over of each order ends."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from gotovo.api.dispatch.errors import ApiError
from gotovo.api.dispatch.normal_texts import MULTILINE
from gotovo.api.schemas.desk.goods_bodies import RefusedUnitsBody, refused_units
from gotovo.api.schemas.desk.return_bodies import ReturnBody
from gotovo.api.schemas.placement import Currency
from gotovo.api.schemas.step_bodies import (
    LIST_ITEMS_MAX,
    NOTE_CHARACTERS_MAX,
    TEXT_CHARACTERS_MAX,
    Instant,
    check_times,
)
from gotovo.desk.handover.completion import ORDERS_MAX, OrderEnd
from gotovo.desk.handover.identification import (
    ByClerk,
    ByNumber,
    ByPhone,
    ByQr,
    Identification,
)
from gotovo.order.steps.payment import PAYMENT_MAX
from gotovo.order.steps.point_payment import PayAtPoint
from gotovo.order.values.handover.proofs import NoCodeReason
from gotovo.order.values.money import Money
from gotovo.order.values.payments.payment import Tender
from gotovo.value import Value
from gotovo.words.request_errors import RequestErrorCode

_Note = Annotated[str, Meta(max_length=NOTE_CHARACTERS_MAX, extra={MULTILINE: True})]
_Text = Annotated[str, Meta(min_length=1, max_length=TEXT_CHARACTERS_MAX)]
_Barcode = Annotated[str, Meta(min_length=1, max_length=64)]
_Code = Annotated[str, Meta(min_length=1, max_length=64)]

_WAYS = "qr | number + code | phone_last4 + code | number | number + without_code"


class WithoutCodeBody(Value, frozen=True, forbid_unknown_fields=True):
    """Why nothing was shown; `note` says it in words, `approval` is of a second person."""

    reason: NoCodeReason
    note: _Note = ""
    approval: UUID | None = None


class VisitBody(Value, frozen=True, forbid_unknown_fields=True):
    """What the buyer shows, in one of five ways.

    The QR; an order's number with a code; the last four digits of the phone with a code; the number
    alone, where the point asks for no more; or a number, and why there is no code. A code may be
    the buyer's or the trusted person's.
    """

    qr: _Text | None = None
    number: _Text | None = None
    code: _Code | None = None
    phone_last4: Annotated[str, Meta(pattern=r"^[0-9]{4}\Z")] | None = None
    without_code: WithoutCodeBody | None = None
    at: Instant | None = None


class PaidBody(Value, frozen=True, forbid_unknown_fields=True):
    """What the terminal or the till took; `reference` is on the slip."""

    amount: Annotated[int, Meta(ge=0, le=PAYMENT_MAX)]
    currency: Currency
    reference: _Text
    method: Tender = Tender.CARD


class OrderEndBody(Value, frozen=True, forbid_unknown_fields=True):
    """How the hand-over of one order ends.

    `scanned` are the parcels that were ticked off: of several every one, save those whose goods are
    all refused. `leaves`: the buyer does not take the order now; it goes back to its shelf.
    """

    number: _Text
    scanned: Annotated[tuple[_Barcode, ...], Meta(max_length=LIST_ITEMS_MAX)] = ()
    refused: Annotated[tuple[RefusedUnitsBody, ...], Meta(max_length=LIST_ITEMS_MAX)] = ()
    payment: PaidBody | None = None
    leaves: bool = False


class CompletionBody(Value, frozen=True, forbid_unknown_fields=True):
    """All orders of the visit that are still open, each with how it ends."""

    orders: Annotated[tuple[OrderEndBody, ...], Meta(min_length=1, max_length=ORDERS_MAX)]
    at: Instant | None = None


class StopBody(Value, frozen=True, forbid_unknown_fields=True):
    """Nothing but when it happened, if that was not now."""

    at: Instant | None = None


class CorrectionBody(Value, frozen=True, forbid_unknown_fields=True):
    """A hand-over that was a mistake: whose, why, and who agreed where that is needed.

    `version` is the version of the event that is wrong, the last hand-over if it is left out.
    """

    order: _Text
    note: Annotated[str, Meta(min_length=1, max_length=NOTE_CHARACTERS_MAX)]
    version: Annotated[int, Meta(ge=1, le=2**31 - 1)] | None = None
    approval: UUID | None = None
    at: Instant | None = None


TimedBody = VisitBody | CompletionBody | StopBody | CorrectionBody | ReturnBody


def identification_of(body: VisitBody) -> Identification:
    """Return what was shown, or raise the error of a body that mixes the ways or names none."""
    given = {
        name
        for name in ("qr", "number", "code", "phone_last4", "without_code")
        if getattr(body, name) is not None
    }
    qr, number, code, digits = body.qr or "", body.number or "", body.code or "", body.phone_last4
    if given == {"qr"}:
        return ByQr(qr)
    if given in ({"number", "code"}, {"number"}):
        return ByNumber(number, code)
    if given == {"phone_last4", "code"}:
        return ByPhone(digits or "", code)
    why = body.without_code
    if why is not None and given == {"number", "without_code"}:
        if why.reason is NoCodeReason.OTHER and not why.note:
            raise ApiError(RequestErrorCode.INVALID_BODY, "without_code.note", "", "1..")
        return ByClerk(number, why.reason, why.note, why.approval)
    shown = " + ".join(sorted(given))
    raise ApiError(RequestErrorCode.INVALID_BODY, "", shown, _WAYS)


def ends_of(body: CompletionBody, point: str) -> list[OrderEnd]:
    """Return what the clerk says of each order; one that is named twice is an error."""
    seen: set[str] = set()
    for index, each in enumerate(body.orders):
        number = "".join(each.number.split())
        if number in seen:
            field = f"orders[{index}].number"
            raise ApiError(RequestErrorCode.INVALID_BODY, field, each.number, "once")
        seen.add(number)
    return [
        OrderEnd(
            each.number,
            each.scanned,
            tuple(map(refused_units, each.refused)),
            _payment(each.payment, point) if each.payment else None,
            each.leaves,
        )
        for each in body.orders
    ]


def told_time(body: TimedBody) -> datetime | None:
    """Return when it is said to have happened, None for now."""
    check_times(body, ("at",))
    return None if body.at is None else body.at.astimezone(UTC)


def _payment(paid: PaidBody, point: str) -> PayAtPoint:
    return PayAtPoint(Money(paid.amount, paid.currency), point, paid.reference, paid.method)

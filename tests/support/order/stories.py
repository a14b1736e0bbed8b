"""How an order comes to each stage, told once: `stories.shelved()` is a `Play` that is there."""

from collections.abc import Callable
from datetime import timedelta

from msgspec import structs

from gotovo.order.steps.arrival import Arrive
from gotovo.order.steps.attempt import AttemptReason, RecordAttempt
from gotovo.order.steps.call import LogCall
from gotovo.order.steps.cancellation import Cancel
from gotovo.order.steps.departure import Depart
from gotovo.order.steps.dispatch import Dispatch
from gotovo.order.steps.handover import HandOver
from gotovo.order.steps.handover_opening import OpenHandover
from gotovo.order.steps.packing import Box, Pack
from gotovo.order.steps.payment import Pay
from gotovo.order.steps.picking import StartPicking
from gotovo.order.steps.point_payment import PayAtPoint
from gotovo.order.steps.reception import Receive
from gotovo.order.steps.return_refusal import RefuseReturn
from gotovo.order.steps.shelving import Shelve
from gotovo.order.steps.slot import AgreeSlot
from gotovo.order.steps.storage_expiry import ExpireStorage
from gotovo.order.steps.withdrawal import Withdraw
from gotovo.order.values.handover.declined_units import DeclinedUnits, ReturnDecline
from gotovo.order.values.money import Money
from gotovo.order.values.order import Delivery, Pickup, Stage, Units
from gotovo.order.values.payments.payment import PaymentTerm
from tests.support.order.cast import (
    AT_HOME,
    BASKET_COST,
    KOLYA,
    POINTS,
    Play,
    Stock,
    basket,
)

WITH_TERMINAL = {
    code: structs.replace(point, pays_at_point=code in {"KZN-1", "KZN-3"})
    for code, point in POINTS.items()
}
"""The points, two of them with a terminal."""

TWO_BOXES = (Box((Units(1, 2),)), Box((Units(2, 1), Units(3, 1))))
"""The tea in one parcel, the cup and the last tea in the other."""


def pay(amount: int = BASKET_COST, payment_id: str = "first", currency: str = "RUB") -> Pay:
    return Pay(Money(amount, currency), "demo", payment_id)


def pay_at_point(amount: int = BASKET_COST, reference: str = "slip 1") -> PayAtPoint:
    return PayAtPoint(Money(amount, "RUB"), "KZN-1", reference)


def placed(delivery: Delivery | None = None, stock: Stock | None = None) -> Play:
    return Play(stock).do(basket(delivery))


def paid(delivery: Delivery | None = None) -> Play:
    return placed(delivery).do(pay())


def picking(delivery: Delivery | None = None) -> Play:
    return paid(delivery).do(StartPicking("wave 1"))


def packed(delivery: Delivery | None = None, boxes: tuple[Box, ...] = ()) -> Play:
    return picking(delivery).do(Pack(boxes))


def dispatched(delivery: Delivery | None = None, boxes: tuple[Box, ...] = ()) -> Play:
    return packed(delivery, boxes).do(Dispatch(manifest="m1"))


def arrived(delivery: Delivery | None = None, boxes: tuple[Box, ...] = ()) -> Play:
    return dispatched(delivery, boxes).do(Arrive())


def shelved(delivery: Delivery | None = None, boxes: tuple[Box, ...] = ()) -> Play:
    return arrived(delivery, boxes).do(Shelve(cell="A1"))


def unpaid(stock: Stock | None = None) -> Play:
    """An order that is paid at its point, which the others offer or not."""
    play = Play(stock, points=WITH_TERMINAL)
    return play.do(basket(payment=PaymentTerm.AT_POINT))


def unpaid_and_shelved() -> Play:
    return unpaid().do(Pack()).do(Dispatch()).do(Arrive()).do(Shelve(cell="A1"))


def handing_over() -> Play:
    play = shelved()
    return play.do(OpenHandover(code=play.code()))


def declined(line: int) -> RefuseReturn:
    """Return what a point says that does not take a unit of a line back."""
    return RefuseReturn((DeclinedUnits(line, 1, ReturnDecline.USED),), "KZN-1")


def issued() -> Play:
    play = shelved()
    return play.do(HandOver(code=play.code()))


def refused_in_part() -> Play:
    play = shelved()
    return play.do(HandOver(code=play.code(), refused=(Units(1, 1),)))


def with_courier() -> Play:
    return dispatched(AT_HOME)


def slot_agreed() -> Play:
    play = with_courier().do(LogCall(answered=True))
    begins_at = play.now + timedelta(hours=1)
    return play.do(AgreeSlot(begins_at, begins_at + timedelta(hours=2)), KOLYA)


def out_for_delivery() -> Play:
    return slot_agreed().do(Depart())


def attempt_failed() -> Play:
    return out_for_delivery().do(RecordAttempt(AttemptReason.ABSENT))


def delivered() -> Play:
    play = out_for_delivery()
    return play.do(HandOver(code=play.code()))


def cancelled() -> Play:
    return paid().do(Cancel())


def turned_round() -> Play:
    return shelved().do(Cancel())


def expired() -> Play:
    return shelved().wait(days=8).do(ExpireStorage())


def withdrawn() -> Play:
    return turned_round().do(Withdraw())


def in_return() -> Play:
    return withdrawn().do(Dispatch())


def received_back() -> Play:
    return in_return().do(Receive())


AT: dict[Stage, Callable[[], Play]] = {
    Stage.PLACED: placed,
    Stage.PAID: paid,
    Stage.PICKING: picking,
    Stage.PACKED: packed,
    Stage.DISPATCHED: dispatched,
    Stage.ARRIVED_AT_POINT: arrived,
    Stage.SHELVED: shelved,
    Stage.HANDING_OVER: handing_over,
    Stage.WITH_COURIER: with_courier,
    Stage.SLOT_AGREED: slot_agreed,
    Stage.OUT_FOR_DELIVERY: out_for_delivery,
    Stage.ATTEMPT_FAILED: attempt_failed,
    Stage.ISSUED: issued,
    Stage.CANCELLED: cancelled,
    Stage.TURNED_ROUND: turned_round,
    Stage.WITHDRAWN: withdrawn,
    Stage.IN_RETURN: in_return,
    Stage.RECEIVED_BACK: received_back,
}
"""A story for every stage."""

BEFORE_DISPATCH = (Stage.PLACED, Stage.PAID, Stage.PICKING, Stage.PACKED)
AFTER_DISPATCH = (
    Stage.DISPATCHED,
    Stage.ARRIVED_AT_POINT,
    Stage.SHELVED,
    Stage.HANDING_OVER,
    Stage.WITH_COURIER,
    Stage.SLOT_AGREED,
    Stage.OUT_FOR_DELIVERY,
    Stage.ATTEMPT_FAILED,
)
OPEN = BEFORE_DISPATCH + AFTER_DISPATCH
CLOSED = tuple(stage for stage in AT if stage not in OPEN)
TO_LAKE = Pickup("KZN-2")

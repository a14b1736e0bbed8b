"""Sample orders that were not simply paid: in part, too much, too late, in dollars, not at all."""

from datetime import timedelta

from gotovo.order.steps.cancellation import Cancel
from gotovo.order.steps.handover import HandOver
from gotovo.order.steps.payment import Pay
from gotovo.order.steps.payment_expiry import ExpirePayment
from gotovo.order.steps.point_payment import PayAtPoint
from gotovo.order.values.actor import Role
from gotovo.order.values.money import Money
from gotovo.order.values.order import Order, Pickup, Units, total
from gotovo.order.values.payments.payment import PaymentTerm
from gotovo.order.values.settlement.charge import Charge, ChargeKind
from tests.support.web.cast import ALINA, BORIS, DAY, HOUR, NOW, Cast, code_of
from tests.support.web.goods import BOOTS, HEADPHONES, KETTLE, LAMP, LAST_ONE, MUG
from tests.support.web.network import CLOSING_POINT, FULL_POINT

MINUTE = timedelta(minutes=1)
COUPON = Charge(ChargeKind.COUPON, "", -MUG.price * MUG.quantity)
"""Pays for both mugs."""


async def paid_in_part(cast: Cast) -> Order:
    """A part of the sum was paid; the rest is due."""
    order = await cast.place(ALINA, NOW - 3 * HOUR, HEADPHONES)
    return await cast.pay(order, NOW - 2 * HOUR, Money(200_000, order.currency))


async def paid_too_much(cast: Cast) -> Order:
    """More was paid than the order costs; what was too much is refunded."""
    order = await cast.place(ALINA, NOW - 3 * HOUR, KETTLE, delivery=Pickup(FULL_POINT.code))
    return await cast.pay(order, NOW - 2 * HOUR, Money(total(order) + 50_000, order.currency))


async def paid_in_dollars(cast: Cast) -> Order:
    """Paid in another currency, which a person has to look at."""
    order = await cast.place(ALINA, NOW - 3 * HOUR, BOOTS)
    return await cast.pay(order, NOW - 2 * HOUR, Money(29_99, "USD"))


async def paid_after_cancelling(cast: Cast) -> Order:
    """Cancelled before it was paid, and paid all the same."""
    order = await cast.place(ALINA, NOW - 4 * HOUR, LAMP)
    order = await cast.step(order, Cancel(), NOW - 3 * HOUR, Role.BUYER)
    return await cast.pay(order, NOW - 2 * HOUR)


async def contested(cast: Cast) -> Order:
    """Reported as paid by a payment that belongs to somebody else's order."""
    other = await cast.place(BORIS, NOW - 5 * HOUR, LAMP)
    payment = Pay(Money(total(other), other.currency), "demo", f"payment-of-{other.number}")
    await cast.step(other, payment, NOW - 4 * HOUR)
    order = await cast.place(ALINA, NOW - 3 * HOUR, LAMP)
    return await cast.step(order, payment, NOW - 2 * HOUR)


async def nothing_to_pay(cast: Cast) -> Order:
    """A coupon pays for all of it."""
    return await cast.place(ALINA, NOW - 2 * HOUR, MUG, charges=(COUPON,))


async def revived(cast: Cast) -> Order:
    """Closed as unpaid, until a payment was reported that was made in time."""
    order = await cast.place(ALINA, NOW - DAY - 3 * HOUR, MUG)
    order = await cast.step(order, ExpirePayment(), NOW - 3 * HOUR, Role.SYSTEM)
    return await cast.pay(order, NOW - 2 * HOUR, told=NOW - 4 * HOUR)


async def reported_too_late(cast: Cast) -> Order:
    """Closed as unpaid; when the payment was reported, somebody else had bought the last one."""
    order = await cast.place(ALINA, NOW - DAY - 3 * HOUR, LAST_ONE)
    order = await cast.step(order, ExpirePayment(), NOW - 3 * HOUR, Role.SYSTEM)
    await cast.pay(await cast.place(BORIS, NOW - 3 * HOUR, LAST_ONE), NOW - 3 * HOUR + MINUTE)
    return await cast.pay(order, NOW - 2 * HOUR, told=NOW - 4 * HOUR)


async def to_pay_at_point(cast: Cast) -> Order:
    """In processing although it is not paid: that is done where it is handed over."""
    return await cast.place(
        ALINA,
        NOW - 3 * HOUR,
        KETTLE,
        delivery=Pickup(CLOSING_POINT.code),
        payment=PaymentTerm.AT_POINT,
    )


async def ready_to_pay(cast: Cast) -> Order:
    """On the shelf, a part of it paid, the rest due at the desk."""
    order = await cast.place(
        ALINA,
        NOW - 3 * DAY,
        LAMP,
        delivery=Pickup(CLOSING_POINT.code),
        payment=PaymentTerm.AT_POINT,
    )
    order = await cast.pay(order, NOW - 3 * DAY + HOUR, Money(10_000, order.currency))
    order = await cast.send_unpaid(order, NOW - 3 * DAY + 2 * HOUR)
    return await cast.shelve(order, NOW - 2 * DAY)


async def paid_at_the_desk(cast: Cast) -> Order:
    """One of two things was taken; both had been paid at the desk, so one goes back there."""
    point = CLOSING_POINT.code
    order = await cast.place(
        ALINA,
        NOW - 3 * DAY,
        LAMP,
        MUG,
        delivery=Pickup(point),
        payment=PaymentTerm.AT_POINT,
    )
    order = await cast.send_unpaid(order, NOW - 3 * DAY + 2 * HOUR)
    order = await cast.shelve(order, NOW - 2 * DAY)
    slip = PayAtPoint(Money(total(order), order.currency), point, "633412345678")
    order = await cast.step(order, slip, NOW - HOUR)
    left = (Units(2, MUG.quantity),)
    return await cast.step(order, HandOver(code_of(order), refused=left), NOW - HOUR / 2)


async def being_paid(cast: Cast) -> Order:
    """Its buyer is at the bank (`pages.py` begins the payment)."""
    return await cast.place(ALINA, NOW - HOUR, LAMP)


async def declined_by_bank(cast: Cast) -> Order:
    """Its buyer tried twice to pay, and the bank declined it."""
    return await cast.place(ALINA, NOW - HOUR, LAMP, MUG)


async def unanswered_by_bank(cast: Cast) -> Order:
    """Its buyer wanted to pay, and the bank gave no answer."""
    return await cast.place(ALINA, NOW - HOUR, MUG)

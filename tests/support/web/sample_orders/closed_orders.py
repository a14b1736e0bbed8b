"""Sample orders that are closed: issued, cancelled, returned."""

from msgspec import structs

from gotovo.order.steps.cancellation import Cancel
from gotovo.order.steps.payment_expiry import ExpirePayment
from gotovo.order.steps.reception import Receive
from gotovo.order.steps.refund_completion import CompleteRefund
from gotovo.order.steps.return_acceptance import AcceptReturn
from gotovo.order.steps.return_claim import ClaimReturn
from gotovo.order.steps.storage_expiry import ExpireStorage
from gotovo.order.steps.storage_reminder import RemindOfStorage
from gotovo.order.values.actor import Role
from gotovo.order.values.order import Condition, Order, ReceivedUnits, Units
from tests.support.web.cast import ALINA, BORIS, DAY, HOUR, NOW, Cast
from tests.support.web.goods import BOOTS, CATALOGUE, HEADPHONES, KETTLE, LAMP, LAST_ONE, MUG


async def partly_issued(cast: Cast) -> Order:
    """Issued last week; one of two mugs stayed at the desk and was refunded."""
    order = await cast.place(ALINA, NOW - 9 * DAY, KETTLE, MUG)
    order = await cast.shelve(await cast.send(order, NOW - 9 * DAY + HOUR), NOW - 8 * DAY)
    order = await cast.hand_over(order, NOW - 7 * DAY, Units(2, 1))
    return await cast.step(order, CompleteRefund(order.refunds[0].id), NOW - 5 * DAY)


async def issued_lately(cast: Cast) -> Order:
    """Issued two days ago, so that it can still be brought back."""
    order = await cast.place(ALINA, NOW - 5 * DAY, KETTLE, MUG)
    order = await cast.shelve(await cast.send(order, NOW - 5 * DAY + HOUR), NOW - 4 * DAY)
    return await cast.hand_over(order, NOW - 2 * DAY)


async def claimed(cast: Cast) -> Order:
    """Issued two days ago; a mug is to be brought back."""
    order = await issued_lately(cast)
    claim = ClaimReturn((Units(2, 1),), "defect")
    return await cast.step(order, claim, NOW - DAY, Role.BUYER)


async def partly_back(cast: Cast) -> Order:
    """Issued, and three mugs brought back: two have come, one of them broken."""
    order = await cast.place(ALINA, NOW - 9 * DAY, KETTLE, structs.replace(MUG, quantity=3))
    order = await cast.shelve(await cast.send(order, NOW - 9 * DAY + HOUR), NOW - 8 * DAY)
    order = await cast.hand_over(order, NOW - 7 * DAY)
    claim = ClaimReturn((Units(2, 3),), "other")
    order = await cast.step(order, claim, NOW - 6 * DAY, Role.BUYER)
    order = await cast.step(order, AcceptReturn(point="KZN-1"), NOW - 5 * DAY)
    came = (
        ReceivedUnits(2, 1, Condition.RESTOCKED),
        ReceivedUnits(2, 1, Condition.DEFECTIVE),
    )
    return await cast.step(order, Receive(units=came), NOW - 3 * HOUR)


async def sold_out(cast: Cast) -> Order:
    """Paid a moment after somebody else had bought the last one."""
    order = await cast.place(ALINA, NOW - 5 * HOUR, LAST_ONE)
    other = await cast.place(BORIS, NOW - 5 * HOUR, LAST_ONE)
    await cast.pay(other, NOW - 4 * HOUR)
    return await cast.pay(order, NOW - 4 * HOUR + HOUR / 60)


async def cancelled(cast: Cast) -> Order:
    """Cancelled by the buyer after dispatch."""
    order = await cast.send(await cast.place(ALINA, NOW - 12 * DAY, BOOTS), NOW - 12 * DAY + HOUR)
    return await cast.step(order, Cancel(), NOW - 12 * DAY + 5 * HOUR)


async def never_paid(cast: Cast) -> Order:
    """Closed by the timer."""
    order = await cast.place(ALINA, NOW - 15 * DAY, LAMP)
    return await cast.step(order, ExpirePayment(), NOW - 14 * DAY, Role.SYSTEM)


async def not_collected(cast: Cast) -> Order:
    """Reminded and then closed, because nobody came."""
    order = await cast.place(ALINA, NOW - 20 * DAY, LAMP)
    order = await cast.shelve(await cast.send(order, NOW - 20 * DAY + HOUR), NOW - 19 * DAY)
    order = await cast.step(order, RemindOfStorage(), NOW - 15 * DAY + HOUR, Role.SYSTEM)
    return await cast.step(order, ExpireStorage(), NOW - 11 * DAY, Role.SYSTEM)


async def returned(cast: Cast) -> Order:
    """Issued, brought back, looked at, refunded."""
    order = await cast.place(ALINA, NOW - 25 * DAY, HEADPHONES)
    order = await cast.shelve(await cast.send(order, NOW - 25 * DAY + HOUR), NOW - 24 * DAY)
    order = await cast.hand_over(order, NOW - 23 * DAY)
    order = await cast.step(order, AcceptReturn(point="KZN-1"), NOW - 20 * DAY)
    return await cast.step(order, Receive(condition=Condition.RESTOCKED), NOW - 19 * DAY)


async def long_ago(cast: Cast, number: int) -> Order:
    """Issued months ago, one of many."""
    at = NOW - (60 + number) * DAY
    order = await cast.place(ALINA, at, CATALOGUE[number % len(CATALOGUE)])
    order = await cast.shelve(await cast.send(order, at + HOUR), at + DAY)
    return await cast.hand_over(order, at + 2 * DAY)

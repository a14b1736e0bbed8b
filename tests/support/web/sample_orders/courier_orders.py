"""Sample orders that a courier brings."""

from gotovo.order.steps.attempt import AttemptReason, RecordAttempt
from gotovo.order.steps.call import LogCall
from gotovo.order.steps.departure import Depart
from gotovo.order.steps.slot import AgreeSlot
from gotovo.order.values.order import Courier, Order
from tests.support.web.cast import ALINA, HOUR, NOW, Cast
from tests.support.web.goods import BOOTS, KETTLE


async def with_a_courier(cast: Cast) -> Order:
    """The courier is on the way to the door."""
    order = await cast.place(ALINA, NOW - 28 * HOUR, BOOTS, delivery=Courier())
    order = await cast.send(order, NOW - 27 * HOUR)
    order = await cast.step(order, LogCall(answered=True), NOW - 3 * HOUR)
    order = await cast.step(order, AgreeSlot(NOW, NOW + 2 * HOUR), NOW - 3 * HOUR)
    return await cast.step(order, Depart(), NOW - HOUR)


async def attempted(cast: Cast) -> Order:
    """The courier came when nobody was at home; a new time is to be agreed."""
    order = await cast.place(ALINA, NOW - 30 * HOUR, KETTLE, delivery=Courier())
    order = await cast.send(order, NOW - 29 * HOUR)
    order = await cast.step(order, LogCall(answered=True), NOW - 6 * HOUR)
    order = await cast.step(order, AgreeSlot(NOW - 5 * HOUR, NOW - 3 * HOUR), NOW - 6 * HOUR)
    order = await cast.step(order, Depart(), NOW - 5 * HOUR)
    return await cast.step(order, RecordAttempt(AttemptReason.ABSENT), NOW - 3 * HOUR)

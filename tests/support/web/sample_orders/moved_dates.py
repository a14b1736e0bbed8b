"""Sample orders whose dates moved: a closure entered later, a message that waited for morning."""

from gotovo.order.steps.promise_recalculation import RecalculatePromise
from gotovo.order.steps.storage_recalculation import RecalculateStorage, RecalculationReason
from gotovo.order.values.actor import Role
from gotovo.order.values.order import Order, Pickup
from tests.support.web.cast import ALINA, DAY, HOUR, NOW, Cast
from tests.support.web.goods import HEADPHONES, KETTLE, LAMP
from tests.support.web.network import SHUT_POINT, SHUT_POINT_BEFORE, as_it_was


async def kept_longer(cast: Cast) -> Order:
    """On the shelf when the point closed a day of its term."""
    with as_it_was(SHUT_POINT_BEFORE):
        order = await cast.place(ALINA, NOW - 4 * DAY, KETTLE, delivery=Pickup(SHUT_POINT.code))
        order = await cast.send(order, NOW - 4 * DAY + HOUR)
        order = await cast.shelve(order, NOW - 3 * DAY)
    return await cast.step(order, RecalculateStorage(), NOW - 2 * HOUR, Role.SYSTEM)


async def promised_later(cast: Cast) -> Order:
    """Paid this morning, before the point closed the day that was promised."""
    with as_it_was(SHUT_POINT_BEFORE):
        order = await cast.place(ALINA, NOW - 5 * HOUR, LAMP, delivery=Pickup(SHUT_POINT.code))
        order = await cast.pay(order, NOW - 4 * HOUR)
    return await cast.step(order, RecalculatePromise(), NOW - 2 * HOUR, Role.SYSTEM)


async def told_in_the_morning(cast: Cast) -> Order:
    """Shelved late in the evening, and told when the quiet hours were over."""
    order = await cast.place(ALINA, NOW - 2 * DAY, HEADPHONES)
    order = await cast.send(order, NOW - 2 * DAY + HOUR)
    return await cast.shelve(order, NOW - 17 * HOUR)


async def told_late(cast: Cast) -> Order:
    """On the shelf since yesterday, and told some hours later."""
    order = await _shelved_yesterday(cast)
    arrived = RecalculateStorage(RecalculationReason.MESSAGE_DELIVERED, NOW - 22 * HOUR)
    return await cast.step(order, arrived, NOW - 22 * HOUR, Role.SYSTEM)


async def told_perhaps(cast: Cast) -> Order:
    """On the shelf since yesterday, and told by a message that nobody knows to have arrived."""
    order = await _shelved_yesterday(cast)
    unconfirmed = RecalculateStorage(RecalculationReason.MESSAGE_UNCONFIRMED)
    return await cast.step(order, unconfirmed, NOW - 12 * HOUR, Role.SYSTEM)


async def told_in_vain(cast: Cast) -> Order:
    """On the shelf since yesterday, and no message could be delivered."""
    order = await _shelved_yesterday(cast)
    lost = RecalculateStorage(RecalculationReason.MESSAGE_NOT_DELIVERED)
    return await cast.step(order, lost, NOW - 20 * HOUR, Role.SYSTEM)


async def _shelved_yesterday(cast: Cast) -> Order:
    order = await cast.place(ALINA, NOW - 3 * DAY, KETTLE)
    order = await cast.send(order, NOW - 3 * DAY + HOUR)
    return await cast.shelve(order, NOW - 26 * HOUR)

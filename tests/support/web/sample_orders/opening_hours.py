"""Sample orders at points with unusual hours: at night, round the clock, on a closed weekday."""

from gotovo.order.values.order import Order, Pickup
from tests.support.web.cast import ALINA, DAY, HOUR, NOW, Cast
from tests.support.web.goods import BOOTS, KETTLE, LAMP, MUG
from tests.support.web.network import ALWAYS_OPEN_POINT, NIGHT_POINT, SUNDAY_POINT

_AT_NIGHT = Pickup(NIGHT_POINT.code)
_ROUND_THE_CLOCK = Pickup(ALWAYS_OPEN_POINT.code)


async def ready_at_night(cast: Cast) -> Order:
    """Ready where it is open from 22:00 to 02:00."""
    order = await cast.place(ALINA, NOW - 3 * DAY, BOOTS, delivery=_AT_NIGHT)
    order = await cast.send(order, NOW - 3 * DAY + HOUR)
    return await cast.shelve(order, NOW - DAY - 14 * HOUR)


async def promised_at_night(cast: Cast) -> Order:
    """Promised for tomorrow, which lasts until 02:00 where it goes."""
    order = await cast.place(ALINA, NOW - 4 * HOUR, LAMP, delivery=_AT_NIGHT)
    return await cast.pay(order, NOW - 3 * HOUR)


async def ready_round_the_clock(cast: Cast) -> Order:
    """Ready where it is open 24 hours."""
    order = await cast.place(ALINA, NOW - 3 * DAY, KETTLE, delivery=_ROUND_THE_CLOCK)
    return await cast.shelve(await cast.send(order, NOW - 3 * DAY + HOUR), NOW - 2 * DAY)


async def promised_round_the_clock(cast: Cast) -> Order:
    """Promised for tomorrow, which ends at midnight where it goes."""
    order = await cast.place(ALINA, NOW - 4 * HOUR, MUG, delivery=_ROUND_THE_CLOCK)
    return await cast.pay(order, NOW - 3 * HOUR)


async def ready_on_a_sunday(cast: Cast) -> Order:
    """Ready on a Sunday that is open by exception, and kept until another."""
    order = await cast.place(ALINA, NOW - DAY - HOUR, LAMP, delivery=Pickup(SUNDAY_POINT.code))
    order = await cast.send(order, NOW - DAY)
    return await cast.shelve(order, NOW - 2 * HOUR)

"""Sample orders that are under way or wait at a point."""

from gotovo.order.steps.attention import RaiseAttention
from gotovo.order.steps.handover_opening import OpenHandover
from gotovo.order.steps.lateness import MarkLate
from gotovo.order.steps.packing import Box
from gotovo.order.steps.picking import StartPicking
from gotovo.order.steps.trusted_person import NameTrusted
from gotovo.order.values.actor import Role
from gotovo.order.values.order import Attention, Order, Pickup, Units
from tests.support.web.cast import ALINA, DAY, HOUR, NOW, Cast, code_of
from tests.support.web.goods import BOOTS, HEADPHONES, KETTLE, LAMP, MUG


async def waiting_for_payment(cast: Cast) -> Order:
    """Placed an hour ago."""
    return await cast.place(ALINA, NOW - HOUR, HEADPHONES, MUG)


async def being_picked(cast: Cast) -> Order:
    """Paid this morning."""
    order = await cast.place(ALINA, NOW - 5 * HOUR, KETTLE)
    order = await cast.pay(order, NOW - 4 * HOUR)
    return await cast.step(order, StartPicking("wave-1"), NOW - 2 * HOUR)


async def on_the_way(cast: Cast) -> Order:
    """Promised for today."""
    order = await cast.place(ALINA, NOW - 27 * HOUR, LAMP, MUG)
    return await cast.send(order, NOW - 26 * HOUR)


async def late(cast: Cast) -> Order:
    """Promised for yesterday, and still on its way."""
    order = await cast.place(ALINA, NOW - 52 * HOUR, BOOTS)
    order = await cast.send(order, NOW - 50 * HOUR)
    return await cast.step(order, MarkLate(), NOW - 16 * HOUR, Role.SYSTEM)


async def ready(cast: Cast) -> Order:
    """On the shelf since this morning, in two parcels, promise kept."""
    order = await cast.place(ALINA, NOW - 30 * HOUR, HEADPHONES, LAMP)
    boxes = (Box((Units(1, 1),)), Box((Units(2, 1),)))
    order = await cast.send(order, NOW - 29 * HOUR, boxes)
    return await cast.shelve(order, NOW - 5 * HOUR)


async def ready_where_it_closes(cast: Cast) -> Order:
    """Ready a day later than promised, at a point that closes within the week."""
    order = await cast.place(ALINA, NOW - 4 * DAY, KETTLE, delivery=Pickup("KZN-2"))
    order = await cast.send(order, NOW - 4 * DAY + HOUR)
    return await cast.shelve(order, NOW - 2 * DAY)


async def being_handed_over(cast: Cast) -> Order:
    """At the desk this very minute."""
    order = await cast.place(ALINA, NOW - 3 * DAY, MUG)
    order = await cast.shelve(await cast.send(order, NOW - 3 * DAY + HOUR), NOW - 2 * DAY)
    return await cast.step(order, OpenHandover(code_of(order)), NOW - HOUR / 60)


async def far_away(cast: Cast) -> Order:
    """Ready in another time zone, damaged on the way, for somebody else to collect."""
    order = await cast.place(ALINA, NOW - 4 * DAY, LAMP, delivery=Pickup("EKB-1"))
    order = await cast.shelve(await cast.send(order, NOW - 4 * DAY + HOUR), NOW - DAY)
    order = await cast.step(order, NameTrusted(), NOW - DAY + HOUR, Role.BUYER)
    return await cast.step(order, RaiseAttention(Attention.DAMAGED, "вмятина"), NOW - DAY + HOUR)

"""Getting at an order: only its owner can, and everybody else finds nothing."""

from msgspec import Struct

from gotovo.access.buyer.sessions import key_of
from gotovo.engine.batch import Places
from gotovo.order.values.number import is_valid
from gotovo.order.values.order import Courier, Order, Pickup
from gotovo.points.point import Point
from gotovo.points.warehouse import Warehouse
from gotovo.store.reads.buyer import Opened
from gotovo.web.answer import Answer
from gotovo.web.site.errors import PageNotFound
from gotovo.web.site.visit import Visit

_NO_ZONE = "UTC"


class Place(Struct, frozen=True):
    """Where an order is handed over; a courier's has no point. `time_zone` is what counts there."""

    point: Point | None
    warehouse: Warehouse | None
    time_zone: str


async def own_order(visit: Visit, number: str) -> Order | Answer:
    """Return the order, or the way to sign in; somebody else's is a PageNotFound."""
    if visit.session is None:
        return visit.go("/", number=number if is_valid(number) else "")
    if not is_valid(number):
        raise PageNotFound
    order = await visit.parts.orders.order(visit.session.customer, number)
    if order is None:
        raise PageNotFound
    return order


async def opened(visit: Visit, number: str) -> tuple[Order, Opened] | Answer:
    """Do the same for a page that stays true: session, order and history are one read.

    It finds the session, and tells the cursor that news come after.
    """
    if visit.kept is None:
        return visit.go("/", number=number if is_valid(number) else "")
    if not is_valid(number):
        raise PageNotFound
    found = await visit.parts.orders.order_of(key_of(visit.kept.token), visit.now, number)
    if found is None:
        return visit.go("/", number=number)
    visit.session = found.session
    if found.order is None:
        raise PageNotFound
    return found.order, found


def place_of(order: Order, places: Places) -> Place:
    """Return where it is handed over; a point that is gone leaves the warehouse's zone."""
    points, warehouses = places
    warehouse = warehouses.get(order.warehouse)
    zone = warehouse.timetable.time_zone if warehouse else _NO_ZONE
    match order.delivery:
        case Pickup(code) if code in points:
            point = points[code]
            return Place(point, warehouse, point.timetable.time_zone)
        case Pickup() | Courier():
            return Place(None, warehouse, zone)

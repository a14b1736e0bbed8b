"""Redirection: another point, or a point in place of the courier; the promise is said first."""

from collections.abc import Mapping, Sequence
from typing import Final

from gotovo.order.lifecycle import status_of
from gotovo.order.order import AT_THE_DOOR, Courier, Delivery, Order, Pickup, Stage
from gotovo.order.order import place_of as place_code
from gotovo.order.steps.redirection import Redirect
from gotovo.points.point import Point
from gotovo.web.answer import Answer
from gotovo.web.customer.asking import ask_engine
from gotovo.web.customer.owned import Place, own_order, place_of
from gotovo.web.customer.possible import possible
from gotovo.web.customer.promise import would_be
from gotovo.web.faults import BadRequest, PageNotFound
from gotovo.web.visit import Visit

POINTS_SHOWN: Final = 30
"""A network has more points than anybody reads; the search finds the others."""

_IN_WAREHOUSE = frozenset({Stage.PLACED, Stage.PAID, Stage.PICKING, Stage.PACKED})


async def redirection_places(visit: Visit, number: str) -> Answer:
    """List the points to choose from, those of the same city first."""
    order = await own_order(visit, number)
    if not isinstance(order, Order):
        return order
    points, _ = places = visit.parts.places()
    place = place_of(order, places)
    if not possible(order, place.point, visit.parts.terms, visit.now).redirect:
        return visit.go(f"/orders/{order.number}")
    wanted = visit.query("q")
    found = found_points(points, order, place, wanted)
    return visit.page(
        "customer/redirection.html",
        order=order,
        place=place,
        wanted=wanted,
        points=found[:POINTS_SHOWN],
        more=len(found) - POINTS_SHOWN,
        to_the_door=await _has_address(visit, order),
    )


async def redirection_asked(visit: Visit, number: str, place: str) -> Answer:
    """Say what becomes of the promise and of the code, before it is done."""
    order = await own_order(visit, number)
    if not isinstance(order, Order):
        return order
    now_at = place_of(order, visit.parts.places())
    may = possible(order, now_at.point, visit.parts.terms, visit.now).redirect
    if not may or place == place_code(order):
        return visit.go(f"/orders/{order.number}")
    new = _new_place(visit, order, place)
    if new.point is None and not await _has_address(visit, order):
        raise PageNotFound
    return visit.page(
        "customer/redirection_asked.html",
        order=order,
        status=status_of(order),
        place=new,
        where=place,
        before=now_at,
        promise=would_be(new, visit.now),
    )


async def redirection(visit: Visit, number: str) -> Answer:
    """Send the order elsewhere."""
    form = await visit.form()
    order = await own_order(visit, number)
    if not isinstance(order, Order):
        return order
    to = form.get("place", "")
    if not to:
        raise BadRequest
    if to == AT_THE_DOOR and not await _knows_address(visit, order):
        raise PageNotFound
    return await ask_engine(visit, order, Redirect(_delivery(to)), form.get("once", ""))


def found_points(
    points: Mapping[str, Point], order: Order, place: Place, wanted: str
) -> Sequence[Point]:
    """Return the points that take orders and fit a search, the same city and zone first."""
    city = city_of(place.point.address) if place.point else ""
    words = _plain(wanted).split()

    def nearness(point: Point) -> tuple[bool, bool, str, str]:
        away = city_of(point.address) != city
        return away, point.timetable.time_zone != place.time_zone, point.address, point.code

    fitting = (
        point
        for point in points.values()
        if point.accepting
        and point.code != place_code(order)
        and all(word in _plain(f"{point.title} {point.address}") for word in words)
    )
    return sorted(fitting, key=nearness)


def city_of(address: str) -> str:
    """Return the city of an address, which comes first in it."""
    return address.partition(",")[0].strip().casefold()


def _plain(text: str) -> str:
    return text.casefold().replace("ё", "е").replace(",", " ")


def _delivery(place: str) -> Delivery:
    return Courier() if place == AT_THE_DOOR else Pickup(place)


def _new_place(visit: Visit, order: Order, code: str) -> Place:
    points, warehouses = visit.parts.places()
    warehouse = warehouses.get(order.warehouse)
    if code == AT_THE_DOOR and warehouse is not None:
        return Place(None, warehouse, warehouse.timetable.time_zone)
    point = points.get(code)
    if point is None or not point.accepting:
        raise PageNotFound
    return Place(point, warehouse, point.timetable.time_zone)


async def _has_address(visit: Visit, order: Order) -> bool:
    """Tell whether a courier can take over: the goods are still here, and the door is known."""
    if isinstance(order.delivery, Courier) or order.stage not in _IN_WAREHOUSE:
        return False
    return await _knows_address(visit, order)


async def _knows_address(visit: Visit, order: Order) -> bool:
    contact = await visit.parts.orders.contact(order.number)
    return bool(contact and contact.address)

"""Where an order could go instead: points that fit a search, and how far the promise would move."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final, Literal

from msgspec import Struct

from gotovo.order.account.promise_status import PromiseStatus, delivery_terms, offered_promise
from gotovo.order.values.order import Order
from gotovo.order.values.order import place_of as place_code
from gotovo.points.capacity import full_points
from gotovo.points.point import Point
from gotovo.web.customer.steps.own_order import HandoverPlace
from gotovo.web.site.visit import Visit

POINTS_SHOWN: Final = 30
"""A network has more points than anybody reads; the search finds the others."""

_LOOKED_AT: Final = 60
"""Points whose shelves are counted: twice as many as are shown, as some of them are full."""


class PromiseComparison(Struct, frozen=True):
    """The promise as it would be, beside the one that holds; `days` is how far it moves."""

    new: PromiseStatus | None
    until: datetime | None
    days: int | None


class PointChoice(Struct, frozen=True):
    """A point, and either what it would mean or why it can't be chosen."""

    point: Point
    change: PromiseComparison | None
    why_not: Literal["", "closed", "full"] = ""


class PointSearch(Struct, frozen=True):
    """What a search shows; `more` fit it as well."""

    choices: Sequence[PointChoice]
    more: int


async def choices(visit: Visit, order: Order, place: HandoverPlace, wanted: str) -> PointSearch:
    """Return the points to choose from; those that take nothing are explained to who seeks them."""
    points, warehouses = visit.dependencies.places()
    fitting = found_points(points, order, place, wanted)
    looked_at = fitting[:_LOOKED_AT]
    full = await _full(visit, [point for point in looked_at if point.accepting])
    open_, shut = list[PointChoice](), list[PointChoice]()
    for point in looked_at:
        if not point.accepting:
            shut.append(PointChoice(point, None, "closed"))
        elif point.code in full:
            shut.append(PointChoice(point, None, "full"))
        else:
            there = HandoverPlace(point, warehouses.get(order.warehouse), point.timetable.time_zone)
            change = compared(order, place, there, visit.now)
            known = change.new is not None and change.new.promised_until is not None
            one = PointChoice(point, change, "" if known else "closed")
            (open_ if known else shut).append(one)
    shown = [*open_, *(shut if wanted else ())][:POINTS_SHOWN]
    unseen = [*open_, *(shut if wanted else ())][POINTS_SHOWN:]
    return PointSearch(shown, len(unseen) + sum(each.accepting for each in fitting[_LOOKED_AT:]))


def compared(
    order: Order, before: HandoverPlace, after: HandoverPlace, now: datetime
) -> PromiseComparison:
    """Return what would be promised there; an unpaid order has only what it would be promised."""
    new = _offered(after, now)
    old = order.promise or _offered(before, now)
    if new is None or old is None:
        return PromiseComparison(new, None, None)
    return PromiseComparison(new, old.promised_until, (new.promised_for - old.promised_for).days)


async def is_full(visit: Visit, order: Order, place: HandoverPlace) -> bool:
    """Tell whether the shelves of a point have no room for one more order."""
    point = place.point
    if point is None or point.code == place_code(order):
        return False
    return point.code in await _full(visit, [point])


def found_points(
    points: Mapping[str, Point], order: Order, place: HandoverPlace, wanted: str
) -> Sequence[Point]:
    """Return the points that fit a search, the same city and zone first."""
    city = city_of(place.point.address) if place.point else ""
    words = _plain(wanted).split()

    def nearness(point: Point) -> tuple[bool, bool, str, str]:
        away = city_of(point.address) != city
        return away, point.timetable.time_zone != place.time_zone, point.address, point.code

    fitting = (
        point
        for point in points.values()
        if point.code != place_code(order)
        and (point.accepting or words)
        and all(word in _plain(f"{point.title} {point.address}") for word in words)
    )
    return sorted(fitting, key=nearness)


def city_of(address: str) -> str:
    """Return the city of an address, which comes first in it."""
    return address.partition(",")[0].strip().casefold()


async def _full(visit: Visit, points: Iterable[Point]) -> frozenset[str]:
    there = list(points)
    held = await visit.dependencies.orders.held_at([point.code for point in there])
    return full_points(there, held)


def _plain(text: str) -> str:
    return text.casefold().replace("ё", "е").replace(",", " ")


def _offered(place: HandoverPlace, now: datetime) -> PromiseStatus | None:
    terms = delivery_terms(place.point, place.warehouse)
    return None if terms is None else offered_promise(terms, now)

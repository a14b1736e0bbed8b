"""Where an order could go instead: points that match a search, and how the promise would move."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Final, Literal

from msgspec import Struct

from gotovo.order.account.handover_place import HandoverPlace
from gotovo.order.account.promise_status import PromiseStatus, delivery_terms, offered_promise
from gotovo.order.checks.warehouse_choice import previewed_warehouse
from gotovo.order.values.order import Order, Pickup, Promised
from gotovo.order.values.order import place_of as place_code
from gotovo.order.values.payments.captured import is_due_at_point
from gotovo.order.values.status import status_of
from gotovo.points.capacity import full_points
from gotovo.points.local_time import zone
from gotovo.points.nearness import city_of
from gotovo.points.point import Point
from gotovo.text import search_key
from gotovo.web.site.visit import Visit
from gotovo.words.formats.dates import last_day

POINTS_SHOWN: Final = 30
"""A network has more points than anybody scrolls through; the search finds the others."""

_CHECKED_MAX: Final = 60
"""Points whose shelves are counted: twice as many as are shown, as some of them are full."""


class PromiseComparison(Struct, frozen=True):
    """The promise as it would be, beside the one that holds; `days` is how far it moves."""

    new: PromiseStatus | None
    until: datetime | None
    days: int | None


class PlaceChange(Struct, frozen=True):
    """Another place for an order of this status, and the promise there."""

    status: str
    before: HandoverPlace
    after: HandoverPlace
    promise: PromiseComparison


class PointChoice(Struct, frozen=True):
    """A point, and either the promise there or why it can't be chosen."""

    point: Point
    promise: PromiseComparison | None
    why_not: Literal["", "closed", "full"] = ""


class PointSearch(Struct, frozen=True):
    """A search for points: what was typed, the first matches, and how many more there are."""

    typed: str
    choices: Sequence[PointChoice]
    more: int


async def search_points(
    visit: Visit, order: Order, place: HandoverPlace, typed: str
) -> PointSearch:
    """Return the points to choose from; a search also shows those that accept nothing now."""
    points, warehouses = visit.dependencies.places()
    matches = matching_points(points, order, place, typed)
    checked = matches[:_CHECKED_MAX]
    full = await _full(visit, [point for point in checked if point.accepting])
    available, unavailable = list[PointChoice](), list[PointChoice]()
    for point in checked:
        if not point.accepting:
            unavailable.append(PointChoice(point, None, "closed"))
        elif point.code in full:
            unavailable.append(PointChoice(point, None, "full"))
        else:
            there = HandoverPlace(
                point,
                warehouses.get(previewed_warehouse(order, Pickup(point.code), points, warehouses)),
                point.timetable.time_zone,
            )
            promise = compare_promises(order, place, there, visit.now)
            is_open = promise.new is not None and promise.new.promised_until is not None
            choice = PointChoice(point, promise, "" if is_open else "closed")
            (available if is_open else unavailable).append(choice)
    choices = [*available, *(unavailable if typed else ())]
    unchecked = sum(each.accepting for each in matches[_CHECKED_MAX:])
    more = len(choices[POINTS_SHOWN:]) + unchecked
    return PointSearch(typed, choices[:POINTS_SHOWN], more)


def place_change(
    visit: Visit, order: Order, before: HandoverPlace, after: HandoverPlace
) -> PlaceChange:
    """Return what another place means for an order now."""
    promise = compare_promises(order, before, after, visit.now)
    return PlaceChange(status_of(order), before, after, promise)


def compare_promises(
    order: Order, before: HandoverPlace, after: HandoverPlace, now: datetime
) -> PromiseComparison:
    """Return what would be promised there; an unpaid order has only what it would be promised."""
    new = _offered(after, now)
    old = order.promise or _offered(before, now)
    if new is None or old is None:
        return PromiseComparison(new, None, None)
    days = (_shown_day(new, after) - _shown_day(old, before)).days
    return PromiseComparison(new, old.promised_until, days)


async def is_full(visit: Visit, order: Order, place: HandoverPlace) -> bool:
    """Tell whether the shelves of a point have no room for one more order."""
    point = place.point
    if point is None or point.code == place_code(order):
        return False
    return point.code in await _full(visit, [point])


def matching_points(
    points: Mapping[str, Point], order: Order, place: HandoverPlace, typed: str
) -> Sequence[Point]:
    """Return the points that match a search, those of the same city and time zone first.

    What is to be paid at its point goes only where this is possible.
    """
    city = city_of(place.point.address) if place.point else ""
    words = search_key(typed.replace(",", " ")).split()

    def nearness(point: Point) -> tuple[bool, bool, str, str]:
        away = city_of(point.address) != city
        return away, point.timetable.time_zone != place.time_zone, point.address, point.code

    matches = (
        point
        for point in points.values()
        if point.code != place_code(order)
        and (point.accepting or words)
        and (point.pays_at_point or not is_due_at_point(order))
        and all(word in search_key(f"{point.title} {point.address}") for word in words)
    )
    return sorted(matches, key=nearness)


async def _full(visit: Visit, points: Iterable[Point]) -> frozenset[str]:
    candidates = list(points)
    held = await visit.dependencies.orders.held_at([point.code for point in candidates])
    return full_points(candidates, held)


def _shown_day(promise: PromiseStatus | Promised, place: HandoverPlace) -> date:
    """Return the day that a buyer reads: where it is open past midnight, the one after."""
    until = promise.promised_until
    return last_day(until.astimezone(zone(place.time_zone))) if until else promise.promised_for


def _offered(place: HandoverPlace, now: datetime) -> PromiseStatus | None:
    terms = delivery_terms(place.point, place.warehouse)
    return None if terms is None else offered_promise(terms, now)

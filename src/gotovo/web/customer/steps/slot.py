"""Slot: when the courier comes; the buyer agrees to the time, or takes another."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import partial
from itertools import groupby
from typing import Final

from starlette.responses import Response

from gotovo.order.steps.slot import AgreeSlot
from gotovo.order.values.order import Order
from gotovo.points.local_time import DAY, beginning, local_date
from gotovo.points.timetable import Timetable, is_working_day
from gotovo.web.customer.order.order_page import is_confirmed
from gotovo.web.customer.steps.action_unavailable import ActionUnavailable
from gotovo.web.customer.steps.own_order import Place, place_of
from gotovo.web.customer.steps.possible import possible
from gotovo.web.customer.steps.submit_action import submit_action
from gotovo.web.site.visit import Visit
from gotovo.words.translations import msgid

WINDOWS: Final = (
    (time(9), time(12)),
    (time(12), time(15)),
    (time(15), time(18)),
    (time(18), time(21)),
)
"""Three hours each, as couriers' rounds are planned; none at night."""

DAYS_AHEAD: Final = 4
"""Today and the next three days: goods that wait longer are better off at a point."""

NOTICE: Final = timedelta(hours=2)
"""A courier who is on a round already can't come sooner."""

_CONFLICT: Final = 409
_GONE: Final = msgid("This time can't be chosen any more. Choose another, please.")

Window = tuple[datetime, datetime]


async def slot_page(visit: Visit, order: Order) -> Response:
    """Show the agreed time to be confirmed, and the times to choose from."""
    place = place_of(order, visit.parts.places())
    if not possible(order, place.point, visit.parts.terms, visit.now).slot:
        raise ActionUnavailable(order)
    return await _page(visit, order, place, "")


async def agree_slot(visit: Visit, order: Order) -> Response:
    """Agree to one of the times that were offered; the present one is offered, too."""
    place = place_of(order, visit.parts.places())
    chosen = _chosen(visit, order, place, visit.field("window"))
    if chosen is None:
        return await _page(visit, order, place, visit.translate(_GONE))
    return await submit_action(visit, order, AgreeSlot(*chosen), leads_to="#now")


def windows(place: Place, now: datetime) -> Iterator[Window]:
    """Yield the times a courier can be asked for, by the clock of the place of delivery."""
    timetable = _timetable(place)
    if timetable is None:
        return
    today = local_date(now, timetable.time_zone)
    for day in (today + ahead * DAY for ahead in range(DAYS_AHEAD)):
        if not is_working_day(timetable, day):
            continue
        for begins, ends in WINDOWS:
            begins_at = beginning(timetable.time_zone, day, begins)
            if begins_at >= now + NOTICE:
                yield begins_at, beginning(timetable.time_zone, day, ends)


def window_said(visit: Visit, window: Window) -> str:
    """Return a window as the form sends it (ISO 8601): two may begin at the same time."""
    return "/".join(map(visit.format.rfc3339, window))


def _chosen(visit: Visit, order: Order, place: Place, said: str) -> Window | None:
    offered = [*([order.slot] if order.slot else []), *windows(place, visit.now)]
    return next((each for each in offered if window_said(visit, each) == said), None)


async def _page(visit: Visit, order: Order, place: Place, wrong: str) -> Response:
    offered = (each for each in windows(place, visit.now) if each != order.slot)

    def day_of(window: Window) -> date:
        return local_date(window[0], place.time_zone)

    confirmed = is_confirmed(await visit.parts.orders.history(order.number))
    return visit.page(
        "customer/steps/slot.html",
        _CONFLICT if wrong else 200,
        order=order,
        zone=place.time_zone,
        window_said=partial(window_said, visit),
        days=[list(times) for _, times in groupby(offered, day_of)],
        confirmed=confirmed,
        wrong=wrong,
    )


def _timetable(place: Place) -> Timetable | None:
    return place.warehouse.timetable if place.warehouse else None

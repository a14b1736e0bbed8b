"""Slot: when the courier comes; the buyer confirms the time, or chooses another."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import partial
from http import HTTPStatus
from itertools import groupby
from typing import Final

from starlette.responses import Response

from gotovo.order.steps.slot import AgreeSlot
from gotovo.order.story import story_of
from gotovo.order.values.order import Order
from gotovo.points.delivery_slots import DeliverySlot, delivery_slots
from gotovo.points.local_time import local_date
from gotovo.web.customer.steps.action_unavailable import ActionUnavailable
from gotovo.web.customer.steps.own_order import HandoverPlace, handover_place
from gotovo.web.customer.steps.permissions import may
from gotovo.web.customer.steps.submit_action import submit_action
from gotovo.web.site.responses import render
from gotovo.web.site.visit import Visit
from gotovo.words.translations import msgid

_GONE: Final = msgid("This time is no longer available. Please choose another.")


async def slot_page(visit: Visit, order: Order) -> Response:
    """Show the agreed time for confirmation, and the times to choose from."""
    place = handover_place(order, visit.dependencies.places())
    if not may(visit, order, "slot"):
        raise ActionUnavailable(order)
    return await _page(visit, order, place, "")


async def agree_slot(visit: Visit, order: Order) -> Response:
    """Agree to one of the offered times; the present one is among them."""
    place = handover_place(order, visit.dependencies.places())
    chosen = _chosen(visit, order, place, visit.field("window"))
    if chosen is None:
        return await _page(visit, order, place, visit.translate(_GONE))
    return await submit_action(visit, order, AgreeSlot(*chosen), leads_to="#now")


def window_value(visit: Visit, window: DeliverySlot) -> str:
    """Return a window as its field's value in ISO 8601: both ends, as two may begin at once."""
    return "/".join(map(visit.format.rfc3339, window))


def _chosen(visit: Visit, order: Order, place: HandoverPlace, value: str) -> DeliverySlot | None:
    present = [DeliverySlot(*order.slot)] if order.slot else []
    offered = [*present, *_offered(place, visit.now)]
    return next((each for each in offered if window_value(visit, each) == value), None)


async def _page(visit: Visit, order: Order, place: HandoverPlace, wrong: str) -> Response:
    offered = (each for each in _offered(place, visit.now) if each != order.slot)

    def day_of(window: DeliverySlot) -> date:
        return local_date(window[0], place.time_zone)

    story = story_of(await visit.dependencies.orders.history(order.number))
    return render(
        visit,
        "customer/steps/slot.html",
        HTTPStatus.CONFLICT if wrong else HTTPStatus.OK,
        order=order,
        zone=place.time_zone,
        window_value=partial(window_value, visit),
        days=[list(times) for _, times in groupby(offered, day_of)],
        confirmed=story is not None and story.is_slot_confirmed,
        wrong=wrong,
    )


def _offered(place: HandoverPlace, now: datetime) -> Iterable[DeliverySlot]:
    return delivery_slots(place.warehouse.timetable, now) if place.warehouse else ()

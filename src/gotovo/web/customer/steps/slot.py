"""Slot: when the courier comes; the buyer confirms the time, or chooses another."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from http import HTTPStatus
from itertools import groupby
from typing import Final

from starlette.responses import Response

from gotovo.order.account.handover_place import HandoverPlace, handover_place
from gotovo.order.refusals import Code
from gotovo.order.steps.slot import AgreeSlot
from gotovo.order.story import story_of
from gotovo.order.values.order import Order
from gotovo.points.delivery_slots import DeliverySlot, delivery_slots
from gotovo.points.local_time import local_date
from gotovo.web.customer.steps.action_unavailable import ActionUnavailable
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
    """Agree to the present time or to another; one that is not offered any more is shown again."""
    place, window = handover_place(order, visit.dependencies.places()), visit.field("window")
    slot = _slot_of(window)
    if slot is None:
        return await _page(visit, order, place, visit.translate(_GONE))
    once = f"{visit.field('once')}:{window}"
    try:
        return await submit_action(visit, order, AgreeSlot(*slot), once, leads_to="#now")
    except ActionUnavailable as unavailable:
        if unavailable.refusal.code is not Code.WRONG_TIME:
            raise
        return await _page(visit, order, place, visit.translate(_GONE))


def window_value(window: DeliverySlot) -> str:
    """Return a window as its field's value in ISO 8601: both ends, as two may begin at once."""
    return "/".join(instant.astimezone(UTC).isoformat() for instant in window)


def _slot_of(value: str) -> DeliverySlot | None:
    """Return the window of a field's value, None where it is none."""
    try:
        begins_at, ends_at = map(_instant, value.split("/"))
    except (ValueError, OverflowError):
        return None
    return DeliverySlot(begins_at, ends_at)


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError(text)
    return instant.astimezone(UTC)


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
        window_value=window_value,
        days=[list(times) for _, times in groupby(offered, day_of)],
        confirmed=story is not None and story.is_slot_confirmed,
        wrong=wrong,
    )


def _offered(place: HandoverPlace, now: datetime) -> Iterable[DeliverySlot]:
    return delivery_slots(place.warehouse.timetable, now) if place.warehouse else ()

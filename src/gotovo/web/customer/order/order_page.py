"""One order, whole: what to do now, the promise, the story, the goods, the money."""

from collections.abc import Sequence
from functools import partial
from typing import Final

from starlette.responses import Response

from gotovo.order.account_codes import shown_pickup_code, shown_trusted_code
from gotovo.order.rating import can_be_rated
from gotovo.order.refusals import Refusal
from gotovo.order.replay import Recorded, decode
from gotovo.order.steps.attempt import AttemptFailed, AttemptReason, NotAttempted
from gotovo.order.timeline import timeline
from gotovo.order.values.order import Attention, Order, Stage, total
from gotovo.order.values.status import status_of
from gotovo.web.customer.handover.trusted_person import offers_trusted_person
from gotovo.web.customer.order.story import NEXT_STEP, story
from gotovo.web.customer.promise.expectation import outlook_of
from gotovo.web.customer.promise.promise import promise_shown
from gotovo.web.customer.return_claim.return_shipment import ways_back
from gotovo.web.customer.steps.action_unavailable import ActionUnavailable
from gotovo.web.customer.steps.own_order import OrderWithHistory, handover_place
from gotovo.web.customer.steps.permissions import may
from gotovo.web.site.visit import Visit
from gotovo.words.promise_rule import promise_rule_sentence
from gotovo.words.refusals import refusal_notice
from gotovo.words.storage_rule import storage_rule_sentence

CONFLICT: Final = 409
"""The order has moved on since the page was made; the page is shown again as it stands now."""


_OF_THE_ROUND: Final = frozenset(
    {
        "courier.slot_agreed",
        "courier.departed",
        "courier.attempt_failed",
        "courier.not_attempted",
    }
)


async def order_page(visit: Visit, read: OrderWithHistory) -> Response:
    """Show an order to its owner; one read has found it with its history."""
    return await _page(visit, read.order, read.history, address=read.address, cursor=read.cursor)


async def action_unavailable(visit: Visit, error: ActionUnavailable) -> Response:
    """Show the order as it stands now, with the reason why the action was refused on top."""
    order = error.order
    history = await visit.dependencies.orders.history(order.number)
    contact = await visit.dependencies.orders.contact(order.number)
    address = contact.address if contact else ""
    return await _page(visit, order, history, address=address, refusal=error.refusal)


def is_confirmed(history: Sequence[Recorded]) -> bool:
    """Tell whether the time that holds was agreed to by the buyer here, not only on the phone."""
    agreed = [each for each in history if each.type == "courier.slot_agreed"]
    return bool(agreed) and agreed[-1].actor.startswith("buyer:")


async def _page(
    visit: Visit,
    order: Order,
    history: Sequence[Recorded],
    *,
    address: str,
    cursor: int | None = None,
    refusal: Refusal | None = None,
) -> Response:
    dependencies = visit.dependencies
    place = handover_place(order, dependencies.places())
    shown = promise_shown(order, history, place, visit.now)
    told = timeline(history)
    rule = order.storage.rule if order.storage else None
    language = visit.language
    return visit.render(
        "customer/order/order.html",
        200 if refusal is None else CONFLICT,
        cursor=cursor,
        order=order,
        status=status_of(order),
        place=place,
        address=address,
        zone=place.time_zone,
        total=total(order),
        story=story(order, told),
        notes=told.notes,
        next_step=NEXT_STEP.get(order.stage, ""),
        outlook=outlook_of(visit, order, place),
        promise=shown,
        promise_rule=promise_rule_sentence(shown.whole, language) if shown and shown.whole else "",
        storage_rule=storage_rule_sentence(rule, language) if rule else "",
        code=shown_pickup_code(order, dependencies.secret),
        trusted=shown_trusted_code(order, dependencies.secret),
        attempt=_attempt(order, history),
        is_slot_confirmed=is_confirmed(history),
        ways_back=ways_back(order, history),
        may=partial(may, visit, order),
        offers_trusted_person=offers_trusted_person(visit, order),
        can_be_rated=can_be_rated(order),
        attention=_attention(order),
        is_answered=await _has_unread_answer(visit, order, history),
        refused=refusal_notice(refusal, language) if refusal else "",
    )


def _attention(order: Order) -> Sequence[Attention]:
    """Return what a buyer has to know; of a closed order only that people still look at it."""
    if order.outcome is None:
        return [flag for flag in order.attention if flag is not Attention.CONTRADICTION]
    return [flag for flag in order.attention if flag is Attention.DISPUTE]


async def _has_unread_answer(visit: Visit, order: Order, history: Sequence[Recorded]) -> bool:
    """Tell whether support has answered and the buyer has not read it; most need no look."""
    answered = any(event.type == "order.help_answered" for event in history)
    return answered and await visit.dependencies.help.has_unread(order.number)


def _attempt(order: Order, history: Sequence[Recorded]) -> AttemptReason | None:
    """Return why nothing was handed over at the door, as long as that is the newest word."""
    if order.stage not in {Stage.ATTEMPT_FAILED, Stage.WITH_COURIER}:
        return None
    newest = next((x for x in reversed(history) if x.type in _OF_THE_ROUND), None)
    if newest is None:
        return None
    event = decode(newest.type, newest.body)
    if isinstance(event, NotAttempted):
        return AttemptReason.NO_ATTEMPT
    return event.reason if isinstance(event, AttemptFailed) else None

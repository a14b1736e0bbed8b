"""One order, whole: what to do now, the promise, the story, the goods, the money."""

from collections.abc import Sequence
from functools import partial
from typing import Final

from starlette.responses import Response

from gotovo.order.account.progress import NEXT_STEP, progress
from gotovo.order.account.promise_status import PromiseStatus, delivery_terms, promise_status
from gotovo.order.account.rating import can_be_rated
from gotovo.order.account.shown_codes import shown_pickup_code, shown_trusted_code
from gotovo.order.refusals import Refusal
from gotovo.order.replay import Recorded
from gotovo.order.story import Story, story_of
from gotovo.order.values.order import Attention, Order, total
from gotovo.order.values.status import status_of
from gotovo.web.customer.handover.trusted_person import offers_trusted_person
from gotovo.web.customer.promise.expectation import outlook_of
from gotovo.web.customer.steps.action_unavailable import ActionUnavailable
from gotovo.web.customer.steps.own_order import OrderWithHistory, handover_place
from gotovo.web.customer.steps.permissions import may
from gotovo.web.site.responses import render
from gotovo.web.site.visit import Visit
from gotovo.words.language import Language
from gotovo.words.promise_rule import promise_rule_sentence
from gotovo.words.refusals import refusal_notice
from gotovo.words.storage_rule import storage_rule_sentence

CONFLICT: Final = 409
"""The order has moved on since the page was made; the page is shown again as it stands now."""


async def order_page(visit: Visit, read: OrderWithHistory) -> Response:
    """Show an order to its owner; one read has found it with its history."""
    return await _page(visit, read.history, address=read.address, cursor=read.cursor)


async def action_unavailable(visit: Visit, error: ActionUnavailable) -> Response:
    """Show the order as it stands now, with the reason why the action was refused on top."""
    number = error.order.number
    history = await visit.dependencies.orders.history(number)
    contact = await visit.dependencies.orders.contact(number)
    address = contact.address if contact else ""
    return await _page(visit, history, address=address, refusal=error.refusal)


async def _page(
    visit: Visit,
    history: Sequence[Recorded],
    *,
    address: str,
    cursor: int | None = None,
    refusal: Refusal | None = None,
) -> Response:
    dependencies = visit.dependencies
    story = story_of(history)
    assert story is not None, "an order has a history"
    order = story.order
    place = handover_place(order, dependencies.places())
    terms = delivery_terms(place.point, place.warehouse)
    promise = promise_status(order, terms, visit.now, story.promises)
    rule = order.storage.rule if order.storage else None
    language = visit.language
    return render(
        visit,
        "customer/order/order.html",
        200 if refusal is None else CONFLICT,
        cursor=cursor,
        order=order,
        status=status_of(order),
        place=place,
        address=address,
        zone=place.time_zone,
        total=total(order),
        story=story,
        progress=progress(story),
        next_step=NEXT_STEP.get(order.stage, ""),
        outlook=outlook_of(visit, order, place),
        promise=promise,
        promise_rule=_promise_rule(promise, language),
        storage_rule=storage_rule_sentence(rule, language) if rule else "",
        code=shown_pickup_code(order, dependencies.secret),
        trusted=shown_trusted_code(order, dependencies.secret),
        may=partial(may, visit, order),
        offers_trusted_person=offers_trusted_person(visit, order),
        can_be_rated=can_be_rated(order),
        attention=_attention(order),
        is_answered=await _has_unread_answer(visit, story),
        refused=refusal_notice(refusal, language) if refusal else "",
    )


def _attention(order: Order) -> Sequence[Attention]:
    """Return what a buyer has to know; of a closed order only that people still look at it."""
    if order.outcome is None:
        return [flag for flag in order.attention if flag is not Attention.CONTRADICTION]
    return [flag for flag in order.attention if flag is Attention.DISPUTE]


async def _has_unread_answer(visit: Visit, story: Story) -> bool:
    """Tell whether support has answered and the buyer has not read it; most need no look."""
    return story.is_help_answered and await visit.dependencies.help.has_unread(story.order.number)


def _promise_rule(status: PromiseStatus | None, language: Language) -> str:
    promise = status.promise if status else None
    return promise_rule_sentence(promise, language) if promise else ""

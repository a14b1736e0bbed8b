"""The page of one order: what to do now, the promise, the story, the goods, the money."""

from collections.abc import Sequence
from typing import Final

from starlette.responses import Response

from gotovo.order.refusals import Refusal
from gotovo.order.replay import TYPE_OF, Recorded
from gotovo.order.steps.help_answer import HelpAnswered
from gotovo.order.story import Story, story_of
from gotovo.order.values.texts.order_text import digest_in
from gotovo.payments.checkout import NO_OFFER
from gotovo.store.tables.money.fiscal_receipts import FiscalRow
from gotovo.web.customer.contact.live import live_cursor
from gotovo.web.customer.order.order_view import order_notices, order_view
from gotovo.web.customer.steps.action_unavailable import ActionUnavailable
from gotovo.web.customer.steps.own_order import OrderWithHistory
from gotovo.web.site.responses import render
from gotovo.web.site.visit import Visit

CONFLICT: Final = 409
"""The order has changed since its page was made; the page is shown again with its present state."""


_HELP_ANSWERED: Final = TYPE_OF[HelpAnswered]


async def order_page(visit: Visit, read: OrderWithHistory) -> Response:
    """Show an order to its owner; one read has found it with its history."""
    cursor = live_cursor(visit, read.cursor)
    if not any(digest_in(each.body) or each.type == _HELP_ANSWERED for each in read.history):
        visit.read_at = read.cursor  # Words are erased, and answers read, without an event.
    return await _page(visit, read.history, address=read.address, cursor=cursor)


async def action_unavailable(visit: Visit, error: ActionUnavailable) -> Response:
    """Show the order in its present state, below the reason why the action was refused."""
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
    cursor: str | None = None,
    refusal: Refusal | None = None,
) -> Response:
    story = story_of(history, await visit.dependencies.texts.of_history(history))
    assert story is not None, "an order has a history"
    has_unread_answer = await _has_unread_answer(visit, story)
    receipts = await _receipts(visit, story)
    notices = order_notices(visit, story.order, refusal, has_unread_answer=has_unread_answer)
    payment = await visit.dependencies.checkout.offer(story.order)
    if payment is not NO_OFFER:
        visit.read_at = None  # What becomes of an attempt to pay is no event of its order.
    return render(
        visit,
        "customer/order/order.html",
        200 if refusal is None else CONFLICT,
        page=order_view(visit, story, address, notices, payment, cursor=cursor),
        receipts=receipts,
    )


async def _receipts(visit: Visit, story: Story) -> Sequence[FiscalRow]:
    """Return the order's receipts, where there are any to make; no event tells of their end."""
    store = visit.dependencies.receipts
    if store is None or not story.order.payments:
        return ()
    visit.read_at = None
    return await store.of_order(story.order.number)


async def _has_unread_answer(visit: Visit, story: Story) -> bool:
    """Tell whether support's answer is still unread; most orders need no query for it."""
    return story.is_help_answered and await visit.dependencies.help.has_unread(story.order.number)

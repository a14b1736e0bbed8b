"""Help: a thread on the order that support answers, and the ways to ask elsewhere."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Final

from msgspec import Struct
from starlette.responses import Response

from gotovo.notices.help.help_questions import (
    MESSAGE_MAX,
    HelpDesk,
    QuestionRefusal,
    RefusedQuestion,
    refused_question_sentence,
)
from gotovo.order.account.handover_place import handover_place
from gotovo.order.values.help.help_clock import HelpChannel
from gotovo.order.values.order import Order
from gotovo.store.tables.orders.help_threads import HelpMessage
from gotovo.web.customer.contact.live import live_cursor
from gotovo.web.customer.steps.action_unavailable import ActionUnavailable
from gotovo.web.customer.steps.own_order import OrderWithHistory
from gotovo.web.site.responses import render, see_other
from gotovo.web.site.visit import Visit
from gotovo.words.translations import tie_short_words

_STATUS_OF: Final = {
    QuestionRefusal.EMPTY: HTTPStatus.UNPROCESSABLE_ENTITY,
    QuestionRefusal.TOO_LONG: HTTPStatus.UNPROCESSABLE_ENTITY,
    QuestionRefusal.TOO_MANY: HTTPStatus.TOO_MANY_REQUESTS,
    QuestionRefusal.FULL: HTTPStatus.CONFLICT,
}


class HelpPage(Struct, frozen=True):
    """The thread of an order and the form below it; templates name it `page`.

    `typed` is a message that was refused. Live updates begin after `cursor`; without one the page
    is not updated.
    """

    zone: str
    thread: Sequence[HelpMessage]
    typed: str
    cursor: str | None

    @property
    def answer(self) -> HelpMessage | None:
        """Return the latest answer of support."""
        return next((each for each in reversed(self.thread) if each.author == "support"), None)

    @property
    def message_max(self) -> int:
        """Return how many characters a message may have."""
        return MESSAGE_MAX


async def help_page(visit: Visit, read: OrderWithHistory) -> Response:
    """Show the thread; the answers that are shown count as read."""
    order = read.order
    thread = await visit.dependencies.help.thread(order.number)
    page = _page(visit, order, thread, cursor=live_cursor(visit, read.cursor))
    if any(_is_unread(each) for each in thread) and visit.request.method != "HEAD":
        await visit.dependencies.help.read_until(order.number, thread[-1].written_at, visit.now)
    return page


async def ask_for_help(visit: Visit, order: Order) -> Response:
    """Add a message, once; a refused one stays in the field, to be sent again."""
    message, dependencies = visit.field("said"), visit.dependencies
    desk = HelpDesk(
        dependencies.help,
        dependencies.rate_limits,
        dependencies.limits_key,
        dependencies.engine.submit,
        HelpChannel.PAGE,
    )
    result = await desk.ask(order, message, visit.field("once"), visit.now)
    if isinstance(result, RefusedQuestion):
        wrong = tie_short_words(refused_question_sentence(result, visit.language))
        return await _refused(visit, order, _STATUS_OF[result.why], message, wrong)
    if result.refusal is not None:
        raise ActionUnavailable(result.order or order, result.refusal)
    return see_other(visit, f"/orders/{order.number}/help#newest")


async def _refused(visit: Visit, order: Order, status: int, typed: str, wrong: str) -> Response:
    thread = await visit.dependencies.help.thread(order.number)
    return _page(visit, order, thread, status, typed=typed, wrong=wrong)


def _is_unread(message: HelpMessage) -> bool:
    return message.author == "support" and message.settled_at is None


def _page(
    visit: Visit,
    order: Order,
    thread: Sequence[HelpMessage],
    status: int = 200,
    *,
    cursor: str | None = None,
    typed: str = "",
    wrong: str = "",
) -> Response:
    page = HelpPage(
        zone=handover_place(order, visit.dependencies.places()).time_zone,
        thread=thread,
        typed=typed,
        cursor=cursor,
    )
    return render(visit, "customer/contact/help.html", status, order=order, wrong=wrong, page=page)

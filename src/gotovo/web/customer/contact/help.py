"""Help: a thread on the order that support answers, and the ways to ask elsewhere."""

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from starlette.responses import Response

from gotovo.access.rate_limits import RateLimit, refused_for
from gotovo.order.values.order import Order
from gotovo.store.tables.orders.help_threads import HelpMessage
from gotovo.web.customer.steps.own_order import OrderWithHistory, handover_place
from gotovo.web.site.responses import render, see_other
from gotovo.web.site.visit import Visit
from gotovo.words.translations import msgid

MESSAGES_PER_BUYER: Final = RateLimit("help per buyer", 8, timedelta(minutes=3))
"""People send a thought in three messages; a program sends hundreds."""

SAID_MAX: Final = 900
"""Below what a form's field may hold, as browsers send two signs for each new line."""

_INVALID: Final = 422
_TOO_OFTEN: Final = 429
_CONFLICT: Final = 409
_NOTHING: Final = msgid("Tell us what it is about.")
_TOO_LONG: Final = msgid("That is too long: 900 characters at most.")
_FULL: Final = msgid("This conversation is full. Please call us.")
_WAIT: Final = msgid("Too many messages at once. Send it again in {span}.")


async def help_page(visit: Visit, read: OrderWithHistory) -> Response:
    """Show what was asked and answered; what is shown to its buyer counts as read."""
    order = read.order
    thread = await visit.dependencies.help.thread(order.number)
    page = _page(visit, order, thread, cursor=read.cursor)
    if any(_is_unread(each) for each in thread) and visit.request.method != "HEAD":
        await visit.dependencies.help.read_until(order.number, thread[-1].written_at, visit.now)
    return page


async def ask_for_help(visit: Visit, order: Order) -> Response:
    """Add a message, once; a refused one stands in the field, to be sent again."""
    said = visit.field("said").replace("\r\n", "\n").strip()
    if not said or len(said) > SAID_MAX:
        wrong = visit.translate(_TOO_LONG if said else _NOTHING)
        return await _again(visit, order, _INVALID, said, wrong)
    dependencies = visit.dependencies
    limit = MESSAGES_PER_BUYER
    wait = await refused_for(
        dependencies.sign_in, dependencies.secret, limit, order.customer, visit.now
    )
    if wait is not None:
        wrong = visit.translate(_WAIT, span=visit.format.duration(wait, accusative=True))
        return await _again(visit, order, _TOO_OFTEN, said, wrong)
    key = f"help:{order.number}:{visit.form.get('once', '')}:{said}".encode()
    id_ = UUID(bytes=hashlib.sha256(key).digest()[:16])
    if not await dependencies.help.ask(order.number, id_, said, visit.now):
        return await _again(visit, order, _CONFLICT, said, visit.translate(_FULL))
    return see_other(visit, f"/orders/{order.number}/help#newest")


async def _again(visit: Visit, order: Order, status: int, typed: str, wrong: str) -> Response:
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
    cursor: int | None = None,
    typed: str = "",
    wrong: str = "",
) -> Response:
    return render(
        visit,
        "customer/contact/help.html",
        status,
        order=order,
        zone=handover_place(order, visit.dependencies.places()).time_zone,
        cursor=cursor,
        thread=thread,
        answer=next((each for each in reversed(thread) if each.author == "support"), None),
        hotline=visit.dependencies.hotline,
        bot_url=visit.dependencies.bot_url,
        said_max=SAID_MAX,
        typed=typed,
        wrong=wrong,
    )

"""Help: a thread on the order that support answers, and the ways to ask elsewhere."""

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from http import HTTPStatus
from typing import Final
from uuid import UUID

from msgspec import Struct
from starlette.responses import Response

from gotovo.access.rate_limits import RateLimit, refused_for
from gotovo.engine.submission import Submission
from gotovo.notices.help_thread import ask_help
from gotovo.order.steps.help_question import AskHelp
from gotovo.order.values.actor import Actor, Role
from gotovo.order.values.help.help_clock import HelpChannel
from gotovo.order.values.order import Order
from gotovo.store.tables.orders.help_threads import HelpMessage
from gotovo.web.customer.contact.live import live_cursor
from gotovo.web.customer.steps.action_unavailable import ActionUnavailable
from gotovo.web.customer.steps.own_order import OrderWithHistory, handover_place
from gotovo.web.site.responses import render, see_other
from gotovo.web.site.visit import Visit
from gotovo.words.translations import msgid

MESSAGES_PER_BUYER: Final = RateLimit("help per buyer", 8, timedelta(minutes=3))
"""People split a thought into three messages; a program sends hundreds."""

MESSAGE_MAX: Final = 900
"""Below the limit of a form field: browsers send two characters for each line break."""

_NOTHING: Final = msgid("Tell us what it is about.")
_TOO_LONG: Final = msgid("That is too long: 900 characters at most.")
_FULL: Final = msgid("This conversation is full. Please call us.")
_WAIT: Final = msgid("Too many messages at once. Send it again in {span}.")


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
    message = visit.field("said")
    if not message or len(message) > MESSAGE_MAX:
        wrong = visit.translate(_TOO_LONG if message else _NOTHING)
        return await _refused(visit, order, HTTPStatus.UNPROCESSABLE_ENTITY, message, wrong)
    dependencies = visit.dependencies
    limit = MESSAGES_PER_BUYER
    wait = await refused_for(
        dependencies.rate_limits, dependencies.limits_key, limit, order.customer, visit.now
    )
    if wait is not None:
        wrong = visit.translate(_WAIT, span=visit.format.duration(wait, accusative=True))
        return await _refused(visit, order, HTTPStatus.TOO_MANY_REQUESTS, message, wrong)
    submission = _question(visit, order, message)
    result = await ask_help(dependencies.help, dependencies.engine.submit, submission, message)
    if result is None:
        return await _refused(visit, order, HTTPStatus.CONFLICT, message, visit.translate(_FULL))
    if result.refusal is not None:
        raise ActionUnavailable(result.order or order, result.refusal)
    return see_other(visit, f"/orders/{order.number}/help#newest")


def _question(visit: Visit, order: Order, message: str) -> Submission:
    """Return the command of a form: the same form with the same text is one question."""
    assert visit.session is not None, order.number
    digest = hashlib.sha256(f"help:{order.number}:{visit.field('once')}:{message}".encode())
    return Submission(
        command_id=UUID(bytes=digest.digest()[:16]),
        number=order.number,
        command=AskHelp(HelpChannel.PAGE, visit.now),
        actor=Actor(Role.BUYER, visit.session.customer),
        fingerprint=digest.digest()[16:],
    )


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

"""Threads with support: what a buyer asks through the form, and what support answers."""

import hashlib
from datetime import datetime
from uuid import UUID

from gotovo.engine.submission import Submission
from gotovo.notices.help.help_thread import answer_help, ask_help
from gotovo.order.steps.help_answer import AnswerHelp
from gotovo.order.steps.help_question import AskHelp
from gotovo.order.values.actor import Actor, Role
from gotovo.order.values.help.help_clock import HelpChannel
from gotovo.order.values.order import Order
from gotovo.web.site.dependencies import WebDependencies

SONYA = Actor(Role.SUPPORT, "sonya")


async def asks(
    dependencies: WebDependencies,
    order: Order,
    said: str,
    at: datetime,
    channel: HelpChannel = HelpChannel.PAGE,
) -> None:
    """Ask as the form does, or the bot."""
    buyer, command = Actor(Role.BUYER, order.customer), AskHelp(channel, at)
    submission = Submission(_id(order, said), order.number, command, buyer, bytes(16))
    result = await ask_help(dependencies.help, dependencies.engine.submit, submission, said)
    assert result is not None
    assert result.refusal is None


async def answers(
    dependencies: WebDependencies, order: Order, said: str, at: datetime | None = None
) -> None:
    """Answer as support does through the API."""
    submission = Submission(_id(order, said), order.number, AnswerHelp(), SONYA, bytes(16))
    at = at or dependencies.clock()
    assert await answer_help(dependencies.help, dependencies.engine.submit, submission, said, at)


def _id(order: Order, said: str) -> UUID:
    return UUID(bytes=hashlib.sha256(f"{order.number}:{said}".encode()).digest()[:16])

"""Threads with support: what a buyer asks through the form, and what support answers."""

import hashlib
from datetime import datetime
from uuid import UUID

from gotovo.engine.submission import Submission
from gotovo.notices.help_answer import answered
from gotovo.order.steps.help_answer import AnswerHelp
from gotovo.order.values.actor import Actor, Role
from gotovo.order.values.order import Order
from gotovo.web.site.dependencies import WebParts

SONYA = Actor(Role.SUPPORT, "sonya")


async def asks(parts: WebParts, order: Order, said: str, at: datetime) -> None:
    """Ask as the form does."""
    assert await parts.help.ask(order.number, _id(order, said), said, at)


async def answers(parts: WebParts, order: Order, said: str, at: datetime | None = None) -> None:
    """Answer as support does through the API."""
    submission = Submission(_id(order, said), order.number, AnswerHelp(), SONYA, bytes(16))
    at = at or parts.clock()
    assert await answered(parts.help, parts.engine.submit, submission, said, at)


def _id(order: Order, said: str) -> UUID:
    return UUID(bytes=hashlib.sha256(f"{order.number}:{said}".encode()).digest()[:16])

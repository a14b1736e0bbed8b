"""Questions of buyers about an order: what is taken, from the page and from the bot alike."""

import hashlib
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from msgspec import Struct

from gotovo.access.rate_limits import RateLimit, refused_for
from gotovo.order.values.order import Order
from gotovo.store.tables.access.rate_limits import RateLimitStore
from gotovo.store.tables.orders.help_threads import HelpThreads
from gotovo.words.formats.durations import format_duration
from gotovo.words.language import Language
from gotovo.words.translations import Translator, msgid

MESSAGES_PER_BUYER: Final = RateLimit("help per buyer", 8, timedelta(minutes=3))
"""People split a thought into three messages; a program sends hundreds."""

MESSAGE_MAX: Final = 900
"""Below the limit of a form field: browsers send two characters for each line break."""


class QuestionRefusal(StrEnum):
    """Why a question was not taken."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    TOO_MANY = "too_many"
    FULL = "full"


class RefusedQuestion(Struct, frozen=True):
    """A question that was not taken; `wait` is how long, where there were too many."""

    why: QuestionRefusal
    wait: timedelta = timedelta(0)


_SENTENCES: Final = {
    QuestionRefusal.EMPTY: msgid("Tell us what it is about."),
    QuestionRefusal.TOO_LONG: msgid("That is too long: 900 characters at most."),
    QuestionRefusal.TOO_MANY: msgid("Too many messages at once. Send it again in {span}."),
    QuestionRefusal.FULL: msgid("This conversation is full. Please call us."),
}


class HelpDesk(Struct, frozen=True):
    """Takes questions, each once."""

    threads: HelpThreads
    limits: RateLimitStore
    limits_key: bytes

    async def ask(
        self, order: Order, text: str, once: str, now: datetime
    ) -> RefusedQuestion | None:
        """Add a question to the order's thread; `once` is the same when it is sent again."""
        if not text:
            return RefusedQuestion(QuestionRefusal.EMPTY)
        if len(text) > MESSAGE_MAX:
            return RefusedQuestion(QuestionRefusal.TOO_LONG)
        wait = await refused_for(
            self.limits, self.limits_key, MESSAGES_PER_BUYER, order.customer, now
        )
        if wait is not None:
            return RefusedQuestion(QuestionRefusal.TOO_MANY, wait)
        key = f"help:{order.number}:{once}:{text}".encode()
        id_ = UUID(bytes=hashlib.sha256(key).digest()[:16])
        if not await self.threads.ask(order.number, id_, text, now):
            return RefusedQuestion(QuestionRefusal.FULL)
        return None


def refused_question_sentence(refused: RefusedQuestion, language: Language) -> str:
    """Return why a question was not taken, for the person who asked."""
    span = format_duration(refused.wait, language, accusative=True)
    return Translator(language).gettext(_SENTENCES[refused.why], span=span)

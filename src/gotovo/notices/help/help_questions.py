"""Questions of buyers about an order: what is taken, from the page and from the bot alike."""

import hashlib
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from msgspec import Struct

from gotovo.access.rate_limits import RateLimit, refused_for
from gotovo.engine.submission import Submission, SubmissionResult
from gotovo.notices.help.help_thread import Submit, ask_help
from gotovo.order.steps.help_question import AskHelp
from gotovo.order.values.actor import Actor, Role
from gotovo.order.values.help.help_clock import HelpChannel
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
    """Takes the questions of one way to ask, each once."""

    threads: HelpThreads
    limits: RateLimitStore
    limits_key: bytes
    submit: Submit
    channel: HelpChannel

    async def ask(
        self, order: Order, text: str, once: str, now: datetime
    ) -> SubmissionResult | RefusedQuestion:
        """Ask something about the buyer's order; `once` is the same when it is sent again.

        The result may have a refusal of the order's.
        """
        if not text:
            return RefusedQuestion(QuestionRefusal.EMPTY)
        if len(text) > MESSAGE_MAX:
            return RefusedQuestion(QuestionRefusal.TOO_LONG)
        wait = await refused_for(
            self.limits, self.limits_key, MESSAGES_PER_BUYER, order.customer, now
        )
        if wait is not None:
            return RefusedQuestion(QuestionRefusal.TOO_MANY, wait)
        submission = self._question(order, text, once, now)
        result = await ask_help(self.threads, self.submit, submission, text)
        return RefusedQuestion(QuestionRefusal.FULL) if result is None else result

    def _question(self, order: Order, text: str, once: str, now: datetime) -> Submission:
        """Return the command: the same form or message with the same text is one question."""
        digest = hashlib.sha256(f"help:{order.number}:{once}:{text}".encode()).digest()
        return Submission(
            command_id=UUID(bytes=digest[:16]),
            number=order.number,
            command=AskHelp(self.channel, now),
            actor=Actor(Role.BUYER, order.customer),
            fingerprint=digest[16:],
        )


def refused_question_sentence(refused: RefusedQuestion, language: Language) -> str:
    """Return why a question was not taken, for the person who asked."""
    span = format_duration(refused.wait, language, accusative=True)
    return Translator(language).gettext(_SENTENCES[refused.why], span=span)

"""The clock of an order's help thread: which questions are open, and when each answer is due.

What was asked stands beside the order and can be erased; here are only instants and channels.
"""

from datetime import datetime
from enum import StrEnum

from msgspec import structs

from gotovo.value import Value

QUESTIONS_MAX = 10
"""Open questions that are kept one by one; later ones join the last of them. People send three
messages for one thought, and the state of an order is written with each of its steps."""


class HelpChannel(StrEnum):
    """Where a question was asked; the answer is told there first."""

    PAGE = "page"
    BOT = "bot"
    PHONE = "phone"
    MAIL = "mail"


class OpenQuestion(Value, frozen=True, omit_defaults=True):
    """A question without an answer: when and where it was asked, until when an answer is due."""

    asked_at: datetime
    due_at: datetime
    channel: HelpChannel = HelpChannel.PAGE


class HelpClock(Value, frozen=True, omit_defaults=True):
    """The open questions, oldest first; `was_flagged` once their lateness was flagged."""

    questions: tuple[OpenQuestion, ...]
    was_flagged: bool = False

    @property
    def asked_at(self) -> datetime:
        """Return when the longest waiting question was asked."""
        return self.questions[0].asked_at

    @property
    def due_at(self) -> datetime:
        """Return until when the next answer is due."""
        return min(each.due_at for each in self.questions)


def with_question(clock: HelpClock | None, question: OpenQuestion) -> HelpClock:
    """Return the clock with one more question.

    Beyond `QUESTIONS_MAX` the last one is taken as asked now: it stays open until this one is
    answered, and its answer stays due when it was.
    """
    if clock is None:
        return HelpClock((question,))
    if len(clock.questions) < QUESTIONS_MAX:
        return structs.replace(clock, questions=(*clock.questions, question))
    *before, last = clock.questions
    joined = structs.replace(last, asked_at=question.asked_at, channel=question.channel)
    return structs.replace(clock, questions=(*before, joined))


def without_answered(clock: HelpClock | None, until: datetime | None) -> HelpClock | None:
    """Return the clock of the questions that were asked after an instant; None for none left."""
    if clock is None or until is None:
        return None
    left = tuple(each for each in clock.questions if each.asked_at > until)
    if len(left) == len(clock.questions):
        return clock
    return HelpClock(left) if left else None

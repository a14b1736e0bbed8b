"""The clock of a help thread: each question has its instant, and an answer stops those it read."""

from datetime import timedelta

from gotovo.order.values.help.help_clock import (
    QUESTIONS_MAX,
    HelpChannel,
    HelpClock,
    OpenQuestion,
    with_question,
    without_answered,
)
from tests.support.order.cast import NOON

MINUTE = timedelta(minutes=1)


def question(minute: int) -> OpenQuestion:
    """Return a question asked so many minutes after noon; its answer is due in an hour."""
    asked_at = NOON + minute * MINUTE
    return OpenQuestion(asked_at, asked_at + 60 * MINUTE)


def clock(*minutes: int) -> HelpClock | None:
    """Return the clock after such questions."""
    found = None
    for each in minutes:
        found = with_question(found, question(each))
    return found


def test_the_first_answer_is_due_first_and_an_answer_leaves_what_came_after_it() -> None:
    running = clock(0, 5, 9)
    assert running is not None
    assert (running.asked_at, running.due_at) == (NOON, NOON + 60 * MINUTE)
    left = without_answered(running, NOON + 5 * MINUTE)
    assert left == HelpClock((question(9),))
    assert without_answered(running, NOON + 9 * MINUTE) is None
    assert without_answered(running, None) is None
    assert without_answered(running, NOON - MINUTE) is running
    assert without_answered(None, NOON) is None


def test_many_questions_take_no_more_room_and_the_last_one_stays_open() -> None:
    running = clock(*range(QUESTIONS_MAX + 50))
    assert running is not None
    assert len(running.questions) == QUESTIONS_MAX
    newest = NOON + (QUESTIONS_MAX + 49) * MINUTE
    left = without_answered(running, newest - MINUTE)
    assert left is not None
    assert (left.asked_at, left.due_at) == (newest, question(QUESTIONS_MAX - 1).due_at)
    assert without_answered(running, newest) is None


def test_the_channel_of_each_question_is_kept() -> None:
    by_bot = OpenQuestion(NOON, NOON + MINUTE, HelpChannel.BOT)
    running = with_question(clock(0), by_bot)
    assert [each.channel for each in running.questions] == [HelpChannel.PAGE, HelpChannel.BOT]

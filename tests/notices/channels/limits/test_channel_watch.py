"""A channel that fails again and again is noticed, and one that answers at all works."""

import pytest
import structlog

from gotovo.notices.channels.limits.channel_watch import FAILURES_MIN, AttemptOutcome, ChannelWatch
from gotovo.notices.channels.port import ChannelUnavailable, MessageRefused
from tests.support.notices.limits import SleepingClock


@pytest.fixture
def watch() -> ChannelWatch:
    """Give what watches a channel."""
    return ChannelWatch("sms", SleepingClock())


def fails(watch: ChannelWatch) -> None:
    """Let the channel fail until it counts as down."""
    for number in range(FAILURES_MIN):
        assert watch.failing is None, number
        watch.failed(ChannelUnavailable("no connection"))


def test_failures_in_a_row_are_noticed_with_the_last_reason(watch: ChannelWatch) -> None:
    fails(watch)
    watch.failed(ChannelUnavailable("no money"))
    assert watch.failing is not None
    assert (watch.failing.count, watch.failing.reason) == (FAILURES_MIN + 1, "no money")


def test_a_message_that_is_taken_or_refused_for_good_ends_them(watch: ChannelWatch) -> None:
    fails(watch)
    watch.taken()
    assert watch.failing is None
    fails(watch)
    watch.failed(MessageRefused("no such number"))
    assert watch.failing is None
    assert watch.counts == {
        AttemptOutcome.TAKEN: 1,
        AttemptOutcome.REFUSED: 1,
        AttemptOutcome.FAILED: 2 * FAILURES_MIN,
        AttemptOutcome.HELD: 0,
    }


def test_an_unknown_error_is_named_by_its_kind_for_its_words_may_hold_a_phone(
    watch: ChannelWatch,
) -> None:
    for _ in range(FAILURES_MIN):
        watch.failed(RuntimeError("about +79005550123"))
    assert watch.failing is not None
    assert watch.failing.reason == "RuntimeError"


def test_the_log_says_once_that_it_fails_and_once_that_it_works_again(watch: ChannelWatch) -> None:
    with structlog.testing.capture_logs() as lines:
        fails(watch)
        watch.failed(ChannelUnavailable("no connection"))
        watch.taken()
        watch.taken()
    assert [line["event"] for line in lines] == ["a channel fails", "a channel works again"]

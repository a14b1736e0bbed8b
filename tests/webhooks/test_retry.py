"""The retry schedule: three days, with jitter, and what a receiver asks for."""

from datetime import UTC, datetime, timedelta
from random import Random

from gotovo.webhooks.retry import SCHEDULE, RetryTerms, next_attempt

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def waits(seed: int) -> list[timedelta]:
    """Return the times between attempts."""
    rng, found = Random(seed), list[timedelta]()
    for attempts in range(1, len(SCHEDULE) + 1):
        at = next_attempt(attempts, NOW, None, rng, RetryTerms())
        assert at is not None
        found.append(at - NOW)
    return found


def test_a_message_is_tried_ten_times_in_three_days() -> None:
    total = sum(waits(1), timedelta())
    assert timedelta(days=2.8) < total < timedelta(days=3.5)
    assert next_attempt(len(SCHEDULE) + 1, NOW, None, Random(1), RetryTerms()) is None


def test_times_differ_by_a_tenth_at_most_and_not_all_alike() -> None:
    for wait, planned in zip(waits(1), SCHEDULE, strict=True):
        assert planned * 0.9 <= wait <= planned * 1.1
    assert waits(1) != waits(2)


def test_what_a_receiver_asks_for_is_waited_but_never_for_days() -> None:
    def after(wait: timedelta) -> timedelta:
        at = next_attempt(1, NOW, wait, Random(1), RetryTerms())
        assert at is not None
        return at - NOW

    assert after(timedelta(minutes=7)) == timedelta(minutes=7)
    assert after(timedelta(seconds=1)) > timedelta(seconds=4)
    assert after(timedelta(days=30)) == timedelta(days=1)

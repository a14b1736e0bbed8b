"""When a receiver counts as down, and as back."""

from datetime import UTC, datetime, timedelta

from gotovo.webhooks.receiver_health import DOWN_FAILURES, PROBE_EVERY, ReceiverHealth

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def failed(times: int) -> ReceiverHealth:
    """Return the health after so many failures in a row."""
    health = ReceiverHealth()
    for _ in range(times):
        health.note(NOW, is_success=False)
    return health


def test_it_is_down_after_some_failures_in_a_row() -> None:
    assert not failed(DOWN_FAILURES - 1).is_down
    assert failed(DOWN_FAILURES).is_down
    mixed = failed(DOWN_FAILURES - 1)
    mixed.note(NOW, is_success=True)
    mixed.note(NOW, is_success=False)
    assert not mixed.is_down


def test_while_it_is_down_one_event_is_tried_from_time_to_time() -> None:
    health = failed(DOWN_FAILURES)
    assert not health.may_try(NOW)
    assert health.may_try(NOW + PROBE_EVERY)
    health.note(NOW + PROBE_EVERY, is_success=False)
    assert not health.may_try(NOW + PROBE_EVERY)


def test_its_return_is_told_once() -> None:
    health = failed(DOWN_FAILURES)
    assert not health.take_return()
    health.note(NOW, is_success=True)
    assert health.take_return()
    assert not health.take_return()


def test_it_is_known_since_when_it_fails() -> None:
    health = ReceiverHealth(NOW - timedelta(days=2))
    health.note(NOW, is_success=False)
    assert health.failing_since == NOW - timedelta(days=2)
    health.note(NOW, is_success=True)
    assert health.failing_since is None
    health.note(NOW, is_success=False)
    assert health.failing_since == NOW

"""An instant in quiet hours moves to a minute before they begin or to their end; others stay."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gotovo.points.local_time import zone
from gotovo.points.quiet_hours import (
    QUIET_HOURS,
    QuietHours,
    after_quiet_hours,
    before_quiet_hours,
)

ZONES = ("Europe/Moscow", "Asia/Yekaterinburg", "Europe/Berlin", "America/New_York")
MIDDAY = QuietHours(time(13), time(15))
NONE = QuietHours(time(9), time(9))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def test_they_are_from_21_to_9() -> None:
    """Rule 4.2."""
    assert QuietHours(time(21), time(9)) == QUIET_HOURS


@pytest.mark.parametrize(
    ("local", "quiet", "expected"),
    [
        (time(20, 59, 59), QUIET_HOURS, False),
        (time(21), QUIET_HOURS, True),
        (time(23, 59, 59), QUIET_HOURS, True),
        (time(0), QUIET_HOURS, True),
        (time(8, 59, 59), QUIET_HOURS, True),
        (time(9), QUIET_HOURS, False),
        (time(12, 59, 59), MIDDAY, False),
        (time(13), MIDDAY, True),
        (time(14, 59, 59), MIDDAY, True),
        (time(15), MIDDAY, False),
        (time(0), MIDDAY, False),
        (time(0), QuietHours(time(0), time(6)), True),
        (time(6), QuietHours(time(0), time(6)), False),
        (time(23, 59, 59), QuietHours(time(22), time(0)), True),
        (time(0), QuietHours(time(22), time(0)), False),
        (time(8, 59, 59), NONE, False),
        (time(9), NONE, False),
    ],
)
def test_the_beginning_is_quiet_and_the_end_is_not(
    local: time, quiet: QuietHours, *, expected: bool
) -> None:
    assert quiet.include(local) is expected


@pytest.mark.parametrize("night", ["2025-11-22T21:00+03:00", "2025-11-23T08:59+03:00"])
def test_a_night_moves_to_the_evening_it_began(night: str) -> None:
    moved = before_quiet_hours(at(night), "Europe/Moscow", QUIET_HOURS)
    assert moved == at("2025-11-22T20:59+03:00")


def test_quiet_hours_within_a_day_move_to_the_same_day() -> None:
    moved = before_quiet_hours(at("2025-11-22T14:59+03:00"), "Europe/Moscow", MIDDAY)
    assert moved == at("2025-11-22T12:59+03:00")


def test_an_instant_outside_them_stays() -> None:
    awake = at("2025-11-22T09:00+03:00")
    assert before_quiet_hours(awake, "Europe/Moscow", QUIET_HOURS) == awake
    assert before_quiet_hours(awake, "Europe/Moscow", NONE) == awake


def test_they_are_local_to_the_time_zone() -> None:
    instant = at("2025-11-22T19:30+03:00")
    assert before_quiet_hours(instant, "Europe/Moscow", QUIET_HOURS) == instant
    moved = before_quiet_hours(instant, "Asia/Yekaterinburg", QUIET_HOURS)
    assert moved == at("2025-11-22T20:59+05:00")


def test_a_beginning_that_the_clock_skips_is_the_jump() -> None:
    """In Berlin 02:00 becomes 03:00 on 30 March 2025."""
    quiet = QuietHours(time(2, 30), time(6))
    moved = before_quiet_hours(at("2025-03-30T05:00+02:00"), "Europe/Berlin", quiet)
    assert moved == at("2025-03-30T01:59+01:00")


@given(
    instant=st.datetimes(
        min_value=datetime.fromisoformat("2023-01-01"),
        max_value=datetime.fromisoformat("2026-12-01"),
        timezones=st.just(UTC),
    ),
    time_zone=st.sampled_from(ZONES),
    # Whole minutes, beginning after the hours of the night in which clocks change.
    begins=st.integers(min_value=4 * 60, max_value=24 * 60 - 1),
    ends=st.integers(min_value=0, max_value=24 * 60 - 1),
)
def test_the_moved_instant_is_never_quiet_nor_later(
    instant: datetime, time_zone: str, begins: int, ends: int
) -> None:
    quiet = QuietHours(time(*divmod(begins, 60)), time(*divmod(ends, 60)))
    moved = before_quiet_hours(instant, time_zone, quiet)
    assert not quiet.include(moved.astimezone(zone(time_zone)).time())
    if quiet.include(instant.astimezone(zone(time_zone)).time()):
        assert timedelta() < instant - moved <= timedelta(hours=25)
    else:
        assert moved == instant


instants = st.datetimes(
    datetime(2026, 1, 1),  # noqa: DTZ001  (hypothesis adds the zone)
    datetime(2027, 12, 31),  # noqa: DTZ001
    timezones=st.just(UTC),
)
hours = st.builds(QuietHours, st.times(), st.times())


@pytest.mark.parametrize(
    ("local", "expected"),
    [
        ("2026-11-23T20:59:59+03:00", "2026-11-23T20:59:59+03:00"),
        ("2026-11-23T21:00+03:00", "2026-11-24T09:00+03:00"),
        ("2026-11-24T00:00+03:00", "2026-11-24T09:00+03:00"),
        ("2026-11-24T08:59:59+03:00", "2026-11-24T09:00+03:00"),
        ("2026-11-24T09:00+03:00", "2026-11-24T09:00+03:00"),
    ],
)
def test_what_can_wait_waits_for_the_end_of_the_quiet_hours(local: str, expected: str) -> None:
    """Rule 4.10."""
    assert after_quiet_hours(at(local), "Europe/Moscow") == at(expected)


def test_the_end_is_by_the_clock_also_in_the_night_in_which_it_changes() -> None:
    """Rule 4.15."""
    sent = after_quiet_hours(at("2026-10-24T23:00+02:00"), "Europe/Berlin")
    assert sent == at("2026-10-25T09:00+01:00")


@given(instant=instants, name=st.sampled_from(ZONES), quiet=st.just(QUIET_HOURS) | hours)
def test_it_never_waits_longer_than_a_day_and_never_ends_in_quiet_hours(
    instant: datetime, name: str, quiet: QuietHours
) -> None:
    sent = after_quiet_hours(instant, name, quiet)
    assert timedelta() <= sent - instant <= timedelta(hours=25)
    if not quiet.include(instant.astimezone(zone(name)).time()):
        assert sent == instant
    elif quiet == QUIET_HOURS:
        assert not quiet.include(sent.astimezone(zone(name)).time())

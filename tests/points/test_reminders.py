"""Reminders come 72, 24 and 3 hours before the deadline, never at night and never late."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gotovo.points.local_time import MIDNIGHT, zone
from gotovo.points.point import Point
from gotovo.points.quiet_hours import QUIET_HOURS, QuietHours
from gotovo.points.reminders import Reminder, reminders
from gotovo.points.storage_term import storage_deadline
from gotovo.points.timetable import every_day

ZONES = ("Europe/Moscow", "Asia/Yekaterinburg", "Europe/Berlin", "America/New_York")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def reminded(
    ready_at: datetime,
    days: int = 7,
    time_zone: str = "Europe/Moscow",
    quiet: QuietHours = QUIET_HOURS,
    opens: time = MIDNIGHT,
) -> tuple[Reminder, ...]:
    """Remind of an order at a point that is open until midnight, by default around the clock."""
    point = Point(
        code="KZN-1",
        title="Кремлёвская",
        address="Казань, Кремлёвская, 1",
        timetable=every_day(time_zone, opens, MIDNIGHT),
        warehouse="KZN",
    )
    return reminders(storage_deadline(point, ready_at, days), time_zone, quiet)


def test_by_day_they_come_exactly_72_24_and_3_hours_before() -> None:
    """Rule 4.2."""
    assert reminded(at("2025-11-22T14:05+03:00")) == (
        Reminder(72, at("2025-11-26T14:05+03:00")),
        Reminder(24, at("2025-11-28T14:05+03:00")),
        Reminder(3, at("2025-11-29T11:05+03:00")),
    )


def test_a_reminder_at_night_comes_a_minute_before_the_quiet_hours() -> None:
    assert reminded(at("2025-11-22T10:00+03:00"))[-1] == Reminder(3, at("2025-11-28T20:59+03:00"))
    assert reminded(at("2025-11-22T22:00+03:00")) == (
        Reminder(72, at("2025-11-26T20:59+03:00")),
        Reminder(24, at("2025-11-28T20:59+03:00")),
        Reminder(3, at("2025-11-29T19:00+03:00")),
    )


@pytest.mark.parametrize(
    ("ready", "expected"),
    [
        ("2025-11-22T23:59+03:00", "2025-11-29T20:59+03:00"),
        ("2025-11-22T00:00+03:00", "2025-11-28T20:59+03:00"),
        ("2025-11-22T12:00+03:00", "2025-11-29T09:00+03:00"),
    ],
)
def test_quiet_hours_begin_at_21_and_end_at_9(ready: str, expected: str) -> None:
    assert reminded(at(ready))[-1] == Reminder(3, at(expected))


def test_what_would_come_before_the_order_was_ready_is_left_out() -> None:
    assert [each.hours_before for each in reminded(at("2025-11-22T14:05+03:00"), 3)] == [24, 3]
    assert [each.hours_before for each in reminded(at("2025-11-22T14:05+03:00"), 1)] == [3]


def test_a_reminder_moved_to_before_the_order_was_ready_is_left_out() -> None:
    """Ready at 22:00 at a point open from 23:00 to 24:00: 24 hours before is that same night."""
    planned = reminded(at("2025-11-22T22:00+03:00"), 1, opens=time(23))
    assert planned == (Reminder(3, at("2025-11-23T20:59+03:00")),)


def test_two_that_would_share_an_instant_become_the_nearer_one() -> None:
    quiet = QuietHours(time(10), time(9, 59))
    planned = reminded(at("2025-11-22T12:30+03:00"), quiet=quiet)
    assert planned == (
        Reminder(72, at("2025-11-26T09:59+03:00")),
        Reminder(3, at("2025-11-28T09:59+03:00")),
    )


@given(
    ready_at=st.datetimes(
        min_value=datetime.fromisoformat("2023-01-01"),
        max_value=datetime.fromisoformat("2026-12-01"),
        timezones=st.just(UTC),
    ),
    days=st.integers(min_value=1, max_value=14),
    time_zone=st.sampled_from(ZONES),
    quiet=st.one_of(st.just(QUIET_HOURS), st.builds(QuietHours, st.times(), st.times())),
)
def test_every_reminder_is_awake_in_order_and_in_time(
    ready_at: datetime, days: int, time_zone: str, quiet: QuietHours
) -> None:
    planned = reminded(ready_at, days, time_zone, quiet)
    instants = [each.at for each in planned]
    deadline = ready_at + timedelta(days=days)
    assert instants == sorted(set(instants))
    for hours_before, instant in planned:
        assert ready_at < instant <= deadline - timedelta(hours=hours_before)
    if quiet == QUIET_HOURS:
        assert not any(quiet.include(each.astimezone(zone(time_zone)).time()) for each in instants)

"""Wall times become instants by one rule, through every change of the clock."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gotovo.points.local_time import beginning, ending, local_date, zone, zone_names

ZONES = (
    "Europe/Moscow",
    "Asia/Yekaterinburg",
    "Europe/Berlin",
    "America/New_York",
    "America/Havana",
    "Australia/Lord_Howe",
    "Pacific/Apia",
)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("time_zone", "instant"),
    [
        ("Europe/Moscow", "2025-03-30T07:00"),
        ("Asia/Yekaterinburg", "2025-03-30T05:00"),
        ("Europe/Berlin", "2025-03-30T08:00"),
        ("America/New_York", "2025-03-30T14:00"),
    ],
)
def test_an_ordinary_time_is_the_same_instant_as_beginning_and_as_ending(
    time_zone: str, instant: str
) -> None:
    day = date(2025, 3, 30)
    assert beginning(time_zone, day, time(10)) == utc(instant)
    assert ending(time_zone, day, time(10)) == utc(instant)


@pytest.mark.parametrize(
    ("time_zone", "day", "jump"),
    [
        ("Europe/Berlin", date(2025, 3, 30), "2025-03-30T01:00"),
        ("America/New_York", date(2025, 3, 9), "2025-03-09T07:00"),
    ],
)
def test_a_skipped_time_is_the_jump_itself(time_zone: str, day: date, jump: str) -> None:
    assert beginning(time_zone, day, time(2, 30)) == utc(jump)
    assert ending(time_zone, day, time(2, 30)) == utc(jump)


@pytest.mark.parametrize(
    ("time_zone", "day", "at", "first", "last"),
    [
        ("Europe/Berlin", date(2025, 10, 26), time(2, 30), "10-26T00:30", "10-26T01:30"),
        ("America/New_York", date(2025, 11, 2), time(1, 30), "11-02T05:30", "11-02T06:30"),
    ],
)
def test_a_repeated_time_counts_from_its_first_showing_to_its_last(
    time_zone: str, day: date, at: time, first: str, last: str
) -> None:
    assert beginning(time_zone, day, at) == utc(f"2025-{first}")
    assert ending(time_zone, day, at) == utc(f"2025-{last}")


def test_midnight_ends_a_day_at_the_first_instant_of_the_next() -> None:
    """In Havana the clock goes back from 01:00 to 00:00, so that midnight comes twice."""
    day = date(2025, 11, 1)
    ends = ending("America/Havana", day, time())
    assert ends == utc("2025-11-02T04:00")
    assert ends == beginning("America/Havana", day + timedelta(days=1), time())


def test_a_date_that_a_zone_skipped_has_no_length() -> None:
    """Samoa went from 29 to 31 December 2011 when it crossed the date line."""
    day = date(2011, 12, 30)
    assert beginning("Pacific/Apia", day, time(10)) == utc("2011-12-30T10:00")
    assert ending("Pacific/Apia", day, time(20)) == utc("2011-12-30T10:00")


@given(
    time_zone=st.sampled_from(ZONES),
    instant=st.datetimes(
        min_value=datetime.fromisoformat("2010-01-01"),
        max_value=datetime.fromisoformat("2030-01-01"),
        timezones=st.just(UTC),
    ),
)
def test_an_instant_lies_between_beginning_and_ending_of_what_its_clock_shows(
    time_zone: str, instant: datetime
) -> None:
    local = instant.astimezone(zone(time_zone))
    begins = beginning(time_zone, local.date(), local.time())
    assert begins <= instant
    if local.time() != time():
        assert instant <= ending(time_zone, local.date(), local.time())


@given(
    time_zone=st.sampled_from(ZONES),
    day=st.dates(min_value=date(2010, 1, 1), max_value=date(2030, 1, 1)),
    times=st.tuples(st.times(), st.times()),
)
def test_later_on_the_wall_is_never_earlier_in_time(
    time_zone: str, day: date, times: tuple[time, time]
) -> None:
    early, late = sorted(times)
    assert beginning(time_zone, day, early) <= beginning(time_zone, day, late)
    if early != time():
        assert ending(time_zone, day, early) <= ending(time_zone, day, late)


@pytest.mark.parametrize("name", ["UTC", "Etc/UTC", "Europe/Moscow", "Europe/Kiev", "America/Nome"])
def test_places_have_a_time_zone_under_every_name_they_had(name: str) -> None:
    assert name in zone_names()


@pytest.mark.parametrize(
    "name",
    ["localtime", "Factory", "posixrules", "Etc/GMT+3", "EST5EDT", "GMT", "US/Eastern", "MSK", ""],
)
def test_a_name_of_no_place_is_no_time_zone(name: str) -> None:
    assert name not in zone_names()


def test_every_time_zone_can_be_computed_with() -> None:
    assert all(local_date(datetime(2026, 7, 1, tzinfo=UTC), name) for name in zone_names())

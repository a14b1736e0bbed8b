"""Service hours: what takes two hours of support's time is done when two of them have passed."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gotovo.order.values.help.service_hours import ServiceHours, after_service
from gotovo.points.local_time import zone

MOSCOW = "Europe/Moscow"
DAY_SHIFT = ServiceHours(time(9), time(21))
NIGHT_SHIFT = ServiceHours(time(20), time(4))
TWO_HOURS = timedelta(hours=2)


def local(day: int, hour: int, minute: int = 0) -> datetime:
    """Return an instant of November 2026 by Moscow's clock."""
    return datetime(2026, 11, day, hour, minute, tzinfo=zone(MOSCOW)).astimezone(UTC)


@pytest.mark.parametrize(
    ("hours", "since", "until"),
    [
        (DAY_SHIFT, local(22, 12), local(22, 14)),
        (DAY_SHIFT, local(22, 19), local(22, 21)),
        (DAY_SHIFT, local(22, 20, 30), local(23, 10, 30)),
        (DAY_SHIFT, local(22, 21), local(23, 11)),
        (DAY_SHIFT, local(22, 23), local(23, 11)),
        (DAY_SHIFT, local(23, 3), local(23, 11)),
        (NIGHT_SHIFT, local(22, 23), local(23, 1)),
        (NIGHT_SHIFT, local(23, 3), local(23, 21)),
        (NIGHT_SHIFT, local(23, 12), local(23, 22)),
        (ServiceHours(time(0), time(0)), local(22, 23), local(23, 1)),
    ],
)
def test_only_the_hours_of_service_count(
    hours: ServiceHours, since: datetime, until: datetime
) -> None:
    assert after_service(since, TWO_HOURS, hours, MOSCOW) == until


def test_a_long_time_takes_several_days() -> None:
    assert after_service(local(22, 12), timedelta(hours=30), DAY_SHIFT, MOSCOW) == local(24, 18)


def test_an_hour_that_the_clocks_skip_is_not_counted() -> None:
    """In Berlin the clocks jump from two to three: four hours from one o'clock end at six."""
    since = datetime(2026, 3, 29, 1, tzinfo=zone("Europe/Berlin")).astimezone(UTC)
    until = after_service(
        since, timedelta(hours=4), ServiceHours(time(1), time(8)), "Europe/Berlin"
    )
    assert until.astimezone(zone("Europe/Berlin")).hour == 6


@given(
    st.integers(0, 365 * 24 * 60),
    st.integers(1, 4_000),
    st.integers(0, 23),
    st.integers(1, 22),
    st.sampled_from([MOSCOW, "Europe/Berlin", "Asia/Tashkent", "America/New_York"]),
)
def test_it_ends_in_the_hours_of_service_and_a_longer_time_ends_later(
    since: int, minutes: int, opens: int, length: int, time_zone: str
) -> None:
    hours = ServiceHours(time(opens), time((opens + length) % 24))
    begun = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=since)
    until = after_service(begun, timedelta(minutes=minutes), hours, time_zone)
    assert until >= begun + timedelta(minutes=minutes)
    assert until < after_service(begun, timedelta(minutes=minutes + 1), hours, time_zone)

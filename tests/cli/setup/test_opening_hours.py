"""Opening hours as people type them."""

import re

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gotovo.cli.setup.opening_hours import DAYS, parse_week
from gotovo.points.timetable import Week

CLOSED: list[dict[str, str]] = []
DAILY = [{"opens": "10:00:00", "closes": "21:00:00"}]
SHORT = [{"opens": "10:00:00", "closes": "18:00:00"}]


@pytest.mark.parametrize(
    ("typed", "week"),
    [
        ("10:00-21:00", [DAILY] * 7),
        (" 10:00 – 21:00 ", [DAILY] * 7),
        ("mon-fri 10:00-21:00, sat 10:00-18:00", [*[DAILY] * 5, SHORT, CLOSED]),
        ("Пн-Пт 10:00-21:00, сб 10:00-18:00", [*[DAILY] * 5, SHORT, CLOSED]),
        ("sat-mon 10:00-21:00", [DAILY, *[CLOSED] * 4, DAILY, DAILY]),
        ("0:00-24:00", [[{"opens": "00:00:00", "closes": "00:00:00"}]] * 7),
    ],
)
def test_hours_are_understood_as_they_are_written(typed: str, week: list[object]) -> None:
    assert parse_week(typed) == week


@pytest.mark.parametrize(
    "typed",
    ["", "always", "10-21", "25:00-26:00", "10:60-21:00", "foo 10:00-21:00", "10:00-21:00,"],
)
def test_what_is_not_understood_is_not_guessed(typed: str) -> None:
    assert parse_week(typed) is None


_TIMES = st.times().map(lambda each: f"{each:%H:%M}")


@given(st.sampled_from(DAYS), st.sampled_from(DAYS), _TIMES, _TIMES)
def test_any_days_and_hours_make_a_week_with_these_hours(
    first: str, last: str, opens: str, closes: str
) -> None:
    week = parse_week(f"{first}-{last} {opens}-{closes}")
    assert week is not None
    days = msgspec.convert(week, Week)
    (hours,) = days[DAYS.index(first)]
    assert days[DAYS.index(last)] == (hours,)
    assert (f"{hours.opens:%H:%M}", f"{hours.closes:%H:%M}") == (opens, closes)
    between = (DAYS.index(last) - DAYS.index(first)) % len(DAYS) + 1
    assert sum(map(bool, days)) == between


@given(st.text(max_size=30))
def test_no_text_is_a_fault(typed: str) -> None:
    week = parse_week(typed)
    assert week is None or re.search(r"\d\d?:\d\d", typed)

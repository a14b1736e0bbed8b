"""Dates in their short form, as rules write them."""

from datetime import UTC, date, datetime

from gotovo.words.formats.short_dates import (
    format_short_date,
    format_short_dates,
    format_short_deadline,
    format_short_moment,
)

REFERENCE = date(2025, 11, 22)
DASH = "\N{EN DASH}"


def test_a_date_half_a_year_away_has_its_year() -> None:
    assert format_short_date(date(2026, 5, 23), "ru", REFERENCE) == "23.05"
    assert format_short_date(date(2026, 5, 24), "ru", REFERENCE) == "24.05.2026"
    assert format_short_date(date(2026, 5, 24), "en", REFERENCE) == "24 May 2026"


def test_runs_of_dates_are_written_by_first_and_last() -> None:
    days = [date(2025, 11, 30), date(2025, 12, 1), date(2025, 12, 5)]
    assert format_short_dates(days, "ru", REFERENCE) == f"30.11{DASH}01.12, 05.12"
    expected = f"30 November {DASH} 1 December, 5 December"
    assert format_short_dates(days, "en", REFERENCE) == expected


def test_midnight_is_24_00_only_where_something_ends() -> None:
    midnight = datetime(2025, 11, 22, 21, tzinfo=UTC)
    text = format_short_moment(midnight, "Europe/Moscow", "ru", REFERENCE)
    assert text == "00:00 23.11"
    assert format_short_deadline(midnight, "Europe/Moscow", "ru", REFERENCE) == "24:00 22.11"
    text = format_short_deadline(midnight, "Europe/Moscow", "en", REFERENCE)
    assert text == "24:00 on 22 November"

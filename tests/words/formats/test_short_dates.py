"""Counted days, dates and times read as people write them."""

from datetime import UTC, date, datetime

import pytest

from gotovo.words.formats.short_dates import (
    counted,
    day_in_words,
    days_in_words,
    limit_in_words,
    moment_in_words,
)

REFERENCE = date(2025, 11, 22)
DASH = "\N{EN DASH}"


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (0, "0 дней"),
        (1, "1 день"),
        (2, "2 дня"),
        (4, "4 дня"),
        (5, "5 дней"),
        (11, "11 дней"),
        (14, "14 дней"),
        (21, "21 день"),
        (22, "22 дня"),
        (111, "111 дней"),
        (121, "121 день"),
    ],
)
def test_a_number_takes_its_russian_form(number: int, expected: str) -> None:
    assert counted(number, "день", "дня", "дней") == expected


def test_a_date_half_a_year_away_is_said_with_its_year() -> None:
    assert day_in_words(date(2026, 5, 23), "ru", REFERENCE) == "23.05"
    assert day_in_words(date(2026, 5, 24), "ru", REFERENCE) == "24.05.2026"
    assert day_in_words(date(2026, 5, 24), "en", REFERENCE) == "24 May 2026"


def test_runs_of_dates_are_said_by_first_and_last() -> None:
    days = [date(2025, 11, 30), date(2025, 12, 1), date(2025, 12, 5)]
    assert days_in_words(days, "ru", REFERENCE) == f"30.11{DASH}01.12, 05.12"
    expected = f"30 November {DASH} 1 December, 5 December"
    assert days_in_words(days, "en", REFERENCE) == expected


def test_midnight_is_24_00_only_where_something_ends() -> None:
    midnight = datetime(2025, 11, 22, 21, tzinfo=UTC)
    said = moment_in_words(midnight, "Europe/Moscow", "ru", REFERENCE)
    assert said == "00:00 23.11"
    assert limit_in_words(midnight, "Europe/Moscow", "ru", REFERENCE) == "24:00 22.11"
    said = limit_in_words(midnight, "Europe/Moscow", "en", REFERENCE)
    assert said == "24:00 on 22 November"

"""The days off are those of the Russian decrees on their transfer, word for word."""

from datetime import date

import holidays
import pytest

from gotovo.points.holidays import countries, days_off

SATURDAY_HOURS_OF = 4  # Friday


def test_every_country_of_the_package_is_known() -> None:
    assert countries() == set(holidays.list_supported_countries(include_aliases=False))


def test_russia_is_among_the_known_countries() -> None:
    assert {"RU", "DE", "US", "UZ", "KZ"} <= countries()


@pytest.mark.parametrize(
    "day",
    [
        *((2023, 2, 24), (2023, 5, 8)),
        *((2024, 4, 29), (2024, 4, 30), (2024, 5, 10), (2024, 12, 30), (2024, 12, 31)),
        *((2025, 5, 2), (2025, 5, 8), (2025, 6, 13), (2025, 11, 3), (2025, 12, 31)),
        *((2026, 1, 9), (2026, 12, 31)),
    ],
)
def test_a_transferred_day_off_is_a_day_off(day: tuple[int, int, int]) -> None:
    assert date(*day) in days_off("RU", day[0]).holidays


@pytest.mark.parametrize("day", [(2023, 11, 6), (2026, 3, 9), (2026, 5, 11)])
def test_a_day_off_that_met_a_weekend_is_made_up_on_monday(day: tuple[int, int, int]) -> None:
    assert date(*day) in days_off("RU", day[0]).holidays


@pytest.mark.parametrize(
    ("year", "saturdays"),
    [
        (2023, set[date]()),
        (2024, {date(2024, 4, 27), date(2024, 11, 2), date(2024, 12, 28)}),
        (2025, {date(2025, 11, 1)}),
        (2026, set[date]()),
    ],
)
def test_worked_saturdays_are_those_of_the_decree_and_take_the_hours_of_friday(
    year: int, saturdays: set[date]
) -> None:
    assert days_off("RU", year).worked == dict.fromkeys(saturdays, SATURDAY_HOURS_OF)


@pytest.mark.parametrize("year", [2023, 2024, 2025, 2026])
def test_the_new_year_holidays_last_from_the_first_to_the_eighth(year: int) -> None:
    holidays = days_off("RU", year).holidays
    assert {date(year, 1, day) for day in range(1, 9)} <= holidays


@pytest.mark.parametrize("day", [(2024, 4, 26), (2024, 5, 2), (2025, 12, 30), (2026, 1, 12)])
def test_the_days_around_them_are_ordinary(day: tuple[int, int, int]) -> None:
    assert date(*day) not in days_off("RU", day[0]).holidays

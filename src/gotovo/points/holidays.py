"""National days off and the weekend days worked in exchange for some of them.

The dates come from the `holidays` package. For Russia it holds the yearly government decrees
on the transfer of days off (2023: No. 1505 of 29.08.2022; 2024: No. 1314 of 10.08.2023; 2025:
No. 1335 of 04.10.2024; 2026: No. 1466 of 24.09.2025), both the weekdays that become days off
and the Saturdays that become working days; the tests hold it to them. The package takes an eighth
of a second to import: only who asks for a day imports it, and a server does before it answers. To
ask the package for its countries would load the calendars of all 250, which take 8 MB.
"""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from gotovo.points.local_time import DAY
from gotovo.value import Value

_YEARS_MAX = 1024  # A network in a few countries needs a handful of years of each.


class DaysOff(Value, frozen=True):
    """The exceptions of one country's year.

    `worked` maps a weekend day that is worked to the day of the week (0 is Monday) whose hours
    it takes: the last day before it that is not of the weekend.
    """

    holidays: frozenset[date]
    worked: Mapping[date, int]


@lru_cache(maxsize=1)
def countries() -> frozenset[str]:
    """Return the ISO 3166 codes of the countries whose days off are known."""
    from holidays import registry  # noqa: PLC0415

    return frozenset(alpha_2 for _, alpha_2, *_ in registry.COUNTRIES.values())


@lru_cache(maxsize=_YEARS_MAX)
def days_off(country: str, year: int) -> DaysOff:
    """Return the days off of a country in a year; an unknown country is `NotImplementedError`."""
    import holidays  # noqa: PLC0415

    national = holidays.country_holidays(country, years=year)
    return DaysOff(
        holidays=frozenset(day for day in national if day.year == year),
        worked={
            day: _weekday_before(day, national.weekend)
            for day in national.weekend_workdays
            if day.year == year
        },
    )


def _weekday_before(day: date, weekend: set[int]) -> int:
    while day.weekday() in weekend:
        day -= DAY
    return day.weekday()

"""Dates, times and counted days as people write them, in Russian and in English."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from gotovo.points.local_time import DAY, MIDNIGHT, zone
from gotovo.words.language import Language

# From here on a day and a month alone could be taken for the wrong year.
_NEAR = timedelta(days=183)

_ONE_TO_FOUR = range(1, 5)
_RUN = {"ru": "\N{EN DASH}", "en": " \N{EN DASH} "}

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def counted(number: int, one: str, few: str, many: str) -> str:
    """Return a number with the Russian form it takes: 1 день, 2 дня, 5 дней, 11 дней, 21 день."""
    tens, ones = divmod(number % 100, 10)
    if tens == 1 or ones not in _ONE_TO_FOUR:
        return f"{number} {many}"
    return f"{number} {one if ones == 1 else few}"


def day_in_words(day: date, language: Language, reference: date) -> str:
    """Return `29.11` or `29 November`, with the year where the reference is half a year off."""
    far = abs(day - reference) >= _NEAR
    if language == "ru":
        said = f"{day.day:02}.{day.month:02}"
        return f"{said}.{day.year}" if far else said
    said = f"{day.day} {_MONTHS[day.month - 1]}"
    return f"{said} {day.year}" if far else said


def days_in_words(days: Sequence[date], language: Language, reference: date) -> str:
    """Return dates in order as a list, runs of them by first and last."""
    said: list[str] = []
    for first, last in _runs(days):
        begins = day_in_words(first, language, reference)
        ends = day_in_words(last, language, reference)
        said.append(ends if first == last else f"{begins}{_RUN[language]}{ends}")
    return ", ".join(said)


def time_in_words(instant: datetime, time_zone: str) -> str:
    """Return the time on the wall, `14:05`."""
    return _clock(instant.astimezone(zone(time_zone)))


def moment_in_words(instant: datetime, time_zone: str, language: Language, reference: date) -> str:
    """Return `14:05 22.11` or `14:05 on 22 November`."""
    local = instant.astimezone(zone(time_zone))
    return _said(_clock(local), local.date(), language, reference)


def limit_in_words(instant: datetime, time_zone: str, language: Language, reference: date) -> str:
    """Return a moment as the end of something: midnight is 24:00 of the day that ends."""
    local = instant.astimezone(zone(time_zone))
    if local.time() == MIDNIGHT:
        return _said("24:00", local.date() - DAY, language, reference)
    return _said(_clock(local), local.date(), language, reference)


def _clock(local: datetime) -> str:
    return f"{local.hour:02}:{local.minute:02}"


def _said(clock: str, day: date, language: Language, reference: date) -> str:
    said = day_in_words(day, language, reference)
    return f"{clock} {said}" if language == "ru" else f"{clock} on {said}"


def _runs(days: Sequence[date]) -> list[tuple[date, date]]:
    runs: list[tuple[date, date]] = []
    for day in days:
        if runs and runs[-1][1] + DAY == day:
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return runs

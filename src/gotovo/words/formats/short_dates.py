"""Dates in their short form, for rules that a reader recomputes: `20:00 30.11`."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache

from babel import dates

from gotovo.points.local_time import DAY, zone
from gotovo.words.formats.dates import format_clock, format_end, last_day
from gotovo.words.language import Language, locale_of
from gotovo.words.translations import Translator

_DAYS_MAX = 4096  # Days near today, in two languages.

_NEAR = timedelta(days=183)
"""From here on a day and a month alone could be taken for the wrong year."""


@lru_cache(maxsize=_DAYS_MAX)
def format_short_date(day: date, language: Language, reference: date) -> str:
    """Return `29.11` or `29 November`, with the year where the reference is half a year off.

    The pattern is Babel's and part of the catalogue.
    """
    translator = Translator(language)
    is_near = abs(day - reference) < _NEAR
    pattern = (
        translator.pgettext("short date", "d MMMM")
        if is_near
        else translator.pgettext("short date", "d MMMM y")
    )
    return dates.format_date(day, pattern, locale=locale_of(language))


def format_short_dates(days: Sequence[date], language: Language, reference: date) -> str:
    """Return dates in order as a list, runs of them by first and last."""
    translator = Translator(language)
    written: list[str] = []
    for first, last in _runs(days):
        begin = format_short_date(first, language, reference)
        end = format_short_date(last, language, reference)
        is_run = first != last
        written.append(
            translator.gettext("{first} – {last}", first=begin, last=end) if is_run else end
        )
    return ", ".join(written)


def format_short_moment(
    instant: datetime, time_zone: str, language: Language, reference: date
) -> str:
    """Return `14:05 22.11` or `14:05 on 22 November`."""
    local = instant.astimezone(zone(time_zone))
    return _on_date(format_clock(local.time()), local.date(), language, reference)


def format_short_deadline(
    instant: datetime, time_zone: str, language: Language, reference: date
) -> str:
    """Return a moment as the end of something: midnight is 24:00 of the day that ends."""
    local = instant.astimezone(zone(time_zone))
    return _on_date(format_end(local.time()), last_day(local), language, reference)


def _on_date(clock: str, day: date, language: Language, reference: date) -> str:
    written = format_short_date(day, language, reference)
    return Translator(language).gettext("{time} on {date}", time=clock, date=written)


def _runs(days: Sequence[date]) -> list[tuple[date, date]]:
    runs: list[tuple[date, date]] = []
    for day in days:
        if runs and runs[-1][1] + DAY == day:
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return runs

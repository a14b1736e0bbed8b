"""Opening hours of one day."""

import re
from datetime import date, datetime
from typing import Final

from gotovo.points.hours import WHOLE_DAY, Hours
from gotovo.points.local_time import local_date
from gotovo.points.timetable import Timetable, hours_on, last_night_until
from gotovo.words.formats.dates import format_clock, format_end
from gotovo.words.language import Language
from gotovo.words.translations import Translator

_WHOLE_HOURS: Final = re.compile(r"(\d\d):00–(\d\d):00")


def format_opening_hours(timetable: Timetable, day: date, language: Language) -> str:
    """Return `10:00–13:00, 14:00–24:00`, `22:00–02:00` or `open 24 hours`; empty when closed."""
    return ", ".join(_written(timetable, day, language))


def format_todays_hours(timetable: Timetable, now: datetime, language: Language) -> str:
    """Return the hours of today, after what is left of last night's: `until 02:00, 22:00–02:00`."""
    written = _written(timetable, local_date(now, timetable.time_zone), language)
    closes = last_night_until(timetable, now)
    if closes is not None:
        until = Translator(language).gettext("until {time}", time=format_clock(closes))
        written = [until, *written]
    return ", ".join(written)


def format_short_hours(timetable: Timetable, now: datetime, language: Language) -> str:
    """Return the same with whole hours as short as the language writes them: `10–21` in Russian."""
    translator = Translator(language)

    def shortened(match: re.Match[str]) -> str:
        return translator.pgettext(
            "whole hours in a text message",
            "{opens}:00–{closes}:00",
            opens=int(match[1]),
            closes=int(match[2]),
        )

    return _WHOLE_HOURS.sub(shortened, format_todays_hours(timetable, now, language))


def _written(timetable: Timetable, day: date, language: Language) -> list[str]:
    hours = hours_on(timetable, day)
    if hours == WHOLE_DAY:
        return [Translator(language).gettext("open 24 hours")]
    return [_opening(each) for each in hours]


def _opening(hours: Hours) -> str:
    return f"{format_clock(hours.opens)}–{format_end(hours.closes)}"

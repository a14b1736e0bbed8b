"""Days and moments as people write them, at the local time of the place where they happen."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from babel import dates

from gotovo.points.local_time import DAY, MIDNIGHT, local_date, zone
from gotovo.words.language import Language, locale_of
from gotovo.words.translations import Translator, msgid, pmsgid, tie_short_words

_DAYS_MAX = 4096  # Days near today, in two languages and three forms; each costs Babel a lookup.
_CITIES_MAX = 2048  # 600 time zones, two languages.

_NBSP = "\N{NO-BREAK SPACE}"
_WEEK = 7  # Further away than that a weekday says little.

_NEAR_DAYS = {
    -1: msgid("yesterday, {date}"),
    0: msgid("today, {date}"),
    1: msgid("tomorrow, {date}"),
}
_WEEKDAYS = (
    pmsgid("accusative", "Monday, {date}"),
    pmsgid("accusative", "Tuesday, {date}"),
    pmsgid("accusative", "Wednesday, {date}"),
    pmsgid("accusative", "Thursday, {date}"),
    pmsgid("accusative", "Friday, {date}"),
    pmsgid("accusative", "Saturday, {date}"),
    pmsgid("accusative", "Sunday, {date}"),
)
_ON_WEEKDAYS = (
    msgid("on Monday, {date}"),
    msgid("on Tuesday, {date}"),
    msgid("on Wednesday, {date}"),
    msgid("on Thursday, {date}"),
    msgid("on Friday, {date}"),
    msgid("on Saturday, {date}"),
    msgid("on Sunday, {date}"),
)


@lru_cache(maxsize=_DAYS_MAX)
def format_day(day: date, language: Language, today: date) -> str:
    """Return `завтра, 23 ноября` or `среду, 25 ноября`, to stand after «на» or "for"."""
    written = format_date(day, language, today)
    near, translator = _NEAR_DAYS.get((day - today).days), Translator(language)
    if near is not None:
        return translator.gettext(near, date=written)
    if abs((day - today).days) < _WEEK:
        return translator.pgettext("accusative", _WEEKDAYS[day.weekday()], date=written)
    return written


@lru_cache(maxsize=_DAYS_MAX)
def format_on_day(day: date, language: Language, today: date) -> str:
    """Return `завтра, 23 ноября` or `в среду, 25 ноября`: when something is or was."""
    sentence = _NEAR_DAYS.get((day - today).days)
    if sentence is None:
        is_near = abs((day - today).days) < _WEEK
        sentence = _ON_WEEKDAYS[day.weekday()] if is_near else msgid("on {date}")
    written = format_date(day, language, today)
    return tie_short_words(Translator(language).gettext(sentence, date=written))


@lru_cache(maxsize=_DAYS_MAX)
def format_date(day: date, language: Language, today: date) -> str:
    """Return `22 ноября`, with the year where it is not this one."""
    pattern = "d MMMM" if day.year == today.year else "d MMMM y"
    return dates.format_date(day, pattern, locale=locale_of(language)).replace(" ", _NBSP)


def format_time(instant: datetime, time_zone: str) -> str:
    """Return the local time, `14:05`."""
    return format_clock(instant.astimezone(zone(time_zone)).time())


def format_clock(clock: time) -> str:
    """Return `14:05`; every language of ours writes the 24 hours of a day like this."""
    return clock.isoformat("minutes")


def format_end(clock: time) -> str:
    """Return the local time at which a period ends; midnight is 24:00 of the day that ends."""
    return "24:00" if clock == MIDNIGHT else format_clock(clock)


def format_moment(instant: datetime, time_zone: str, language: Language, now: datetime) -> str:
    """Return `сегодня, 22 ноября, в 14:05`."""
    day = format_on_day(local_date(instant, time_zone), language, local_date(now, time_zone))
    return _moment(language).format(day=day, time=format_time(instant, time_zone))


def format_date_time(instant: datetime, time_zone: str, language: Language, now: datetime) -> str:
    """Return `22 ноября, 14:05`."""
    day = format_date(local_date(instant, time_zone), language, local_date(now, time_zone))
    return f"{day}, {format_time(instant, time_zone)}"


def format_deadline(instant: datetime, time_zone: str, language: Language, now: datetime) -> str:
    """Return `14:05 завтра, 23 ноября`, to stand after «до» or "until"."""
    local = instant.astimezone(zone(time_zone))
    day = last_day(local)
    on_day = format_on_day(day, language, local_date(now, time_zone))
    return f"{format_end(local.time())} {on_day}"


def format_short_deadline(
    instant: datetime, time_zone: str, language: Language, now: datetime
) -> str:
    """Return `23 ноября, 14:05`, to stand after «до» or "until" where letters are counted."""
    local = instant.astimezone(zone(time_zone))
    day = format_date(last_day(local), language, local_date(now, time_zone))
    return f"{day}, {format_end(local.time())}"


def last_day(local: datetime) -> date:
    """Return the day that something ends on: what ends at midnight ends with the day before."""
    return local.date() - DAY if local.time() == MIDNIGHT else local.date()


def format_time_zone(time_zone: str, language: Language, at: datetime) -> str:
    """Return the zone's city and its offset at a moment: `Москва, UTC+3`."""
    offset = at.astimezone(zone(time_zone)).utcoffset() or timedelta()
    minutes = int(offset.total_seconds()) // 60
    hours, rest = divmod(abs(minutes), 60)
    sign = "−" if minutes < 0 else "+"
    return f"{_city(time_zone, language)}, UTC{sign}{hours}" + (f":{rest:02d}" if rest else "")


def format_rfc3339(instant: datetime) -> str:
    """Return an instant for programs and `datetime` attributes: UTC, to the second."""
    utc = instant if instant.tzinfo is UTC else instant.astimezone(UTC)
    return f"{utc.isoformat(timespec='seconds').removesuffix('+00:00')}Z"


@lru_cache
def _moment(language: Language) -> str:
    sentence = Translator(language).gettext("{day}, at {time}", day="{day}", time="{time}")
    return sentence.replace(" {time}", f"{_NBSP}{{time}}")


@lru_cache(maxsize=_CITIES_MAX)
def _city(time_zone: str, language: Language) -> str:
    return dates.get_timezone_location(
        zone(time_zone), locale=locale_of(language), return_city=True
    )

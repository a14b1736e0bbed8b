"""Days, times, spans and sums as people read them, in the zone of the place they happen at."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from babel.dates import get_month_names, get_timezone_location
from babel.numbers import get_currency_symbol, get_decimal_symbol, get_group_symbol

from gotovo.points.local_time import DAY, MIDNIGHT, local_date, zone
from gotovo.words.formats.short_dates import counted
from gotovo.words.language import Language

# ISO 4217: the currencies of this part of the world have two decimals, save these.
_DECIMALS = {"JPY": 0, "KRW": 0, "VND": 0, "CLP": 0, "ISK": 0, "KWD": 3, "BHD": 3, "JOD": 3}

_LANGUAGES_MAX = 2
_CURRENCIES_MAX = 512  # ISO 4217 has about 180 codes.
_CITIES_MAX = 2048  # 600 zones, two languages.

_NBSP = "\N{NO-BREAK SPACE}"
_HOUR = timedelta(hours=1)
_MINUTE = timedelta(minutes=1)
_TUESDAY = 1
_WEEK = 7  # Further away than that a weekday says little.
_NAMED_DAYS = {
    "ru": {-1: "вчера", 0: "сегодня", 1: "завтра"},
    "en": {-1: "yesterday", 0: "today", 1: "tomorrow"},
}
_UNITS = {
    "ru": (("день", "дня", "дней"), ("час", "часа", "часов"), ("минута", "минуты", "минут")),
    "en": (("day", "days"), ("hour", "hours"), ("minute", "minutes")),
}
_MINUTES_ACCUSATIVE = {"ru": ("минуту", "минуты", "минут"), "en": ("minute", "minutes")}
_WEEKDAYS = {
    "ru": ("понедельник", "вторник", "среду", "четверг", "пятницу", "субботу", "воскресенье"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}


def day_said(day: date, language: Language, today: date) -> str:
    """Return `завтра, 23 ноября` or `среду, 25 ноября`, to stand after «на» or "for"."""
    dated = day_plain(day, language, today)
    named = _named(day, language, today)
    return f"{named}, {dated}" if named else dated


def on_day_said(day: date, language: Language, today: date) -> str:
    """Return `завтра, 23 ноября` or `в среду, 25 ноября`: when something is or was."""
    said = day_said(day, language, today)
    if (day - today).days in _NAMED_DAYS[language]:
        return said
    if language == "en":
        return f"on {said}"
    if _named(day, language, today) is None:
        return said
    return f"во{_NBSP}{said}" if day.weekday() == _TUESDAY else f"в{_NBSP}{said}"


def day_plain(day: date, language: Language, today: date) -> str:
    """Return the date alone: `22 ноября`, with the year where it is not this one."""
    dated = f"{day.day}{_NBSP}{_months(language)[day.month - 1]}"
    return dated if day.year == today.year else f"{dated}{_NBSP}{day.year}"


def clock_said(instant: datetime, time_zone: str) -> str:
    """Return the time on the wall, `14:05`."""
    return f"{instant.astimezone(zone(time_zone)):%H:%M}"


def moment_said(instant: datetime, time_zone: str, language: Language, now: datetime) -> str:
    """Return `сегодня, 22 ноября, в 14:05`."""
    day = on_day_said(local_date(instant, time_zone), language, local_date(now, time_zone))
    at = "в" if language == "ru" else "at"
    return f"{day}, {at}{_NBSP}{clock_said(instant, time_zone)}"


def moment_plain(instant: datetime, time_zone: str, language: Language, now: datetime) -> str:
    """Return `22 ноября, 14:05`."""
    day = day_plain(local_date(instant, time_zone), language, local_date(now, time_zone))
    return f"{day}, {clock_said(instant, time_zone)}"


def limit_said(instant: datetime, time_zone: str, language: Language, now: datetime) -> str:
    """Return `14:05 завтра, 23 ноября`, to stand after «до»; midnight is 24:00 of its day."""
    local = instant.astimezone(zone(time_zone))
    midnight = local.time() == MIDNIGHT
    day = local.date() - DAY if midnight else local.date()
    clock = "24:00" if midnight else f"{local:%H:%M}"
    return f"{clock} {on_day_said(day, language, local_date(now, time_zone))}"


def span_said(span: timedelta, language: Language, *, accusative: bool = False) -> str:
    """Return the two largest units of a span: `1 день 3 часа`; under a minute is a minute.

    The accusative stands after «на» and «через».
    """
    span = max(span, _MINUTE)
    hours, rest = divmod(span % DAY, _HOUR)
    parts = [(span.days, 0), (hours, 1), (rest // _MINUTE, 2)]
    first = next(i for i, (number, _) in enumerate(parts) if number)
    units = _units(language, accusative=accusative)
    said = [_counted(n, units[unit], language) for n, unit in parts[first : first + 2] if n]
    return " ".join(said)


def units_said(language: Language, *, accusative: bool = False) -> str:
    """Return the words of spans for a page that counts on: `день|дня|дней,час|…`.

    The accusative stands after «на» and before «назад».
    """
    return ",".join("|".join(forms) for forms in _units(language, accusative=accusative))


def zone_said(time_zone: str, language: Language, at: datetime) -> str:
    """Return the zone's city and its offset at a moment: `Москва, UTC+3`."""
    offset = at.astimezone(zone(time_zone)).utcoffset() or timedelta()
    minutes = int(offset.total_seconds()) // 60
    hours, rest = divmod(abs(minutes), 60)
    sign = "−" if minutes < 0 else "+"
    return f"{_city(time_zone, language)}, UTC{sign}{hours}" + (f":{rest:02d}" if rest else "")


def sum_said(amount: int, currency: str, language: Language) -> str:
    """Return an amount of minor units: `1 290 ₽`, with decimals only where there are any."""
    decimals = _DECIMALS.get(currency, 2)
    group, point = _separators(language)
    whole, rest = divmod(abs(amount), 10**decimals)
    number = f"{whole:,}".replace(",", group)
    if rest:
        number += f"{point}{rest:0{decimals}d}"
    return f"{'-' if amount < 0 else ''}{number}{_NBSP}{_symbol(currency)}"


def machine(instant: datetime) -> str:
    """Return an instant for `datetime` attributes: RFC 3339, UTC, to the second."""
    return f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _named(day: date, language: Language, today: date) -> str | None:
    """Return the day's name near today, in the accusative; none further away."""
    away = (day - today).days
    if away in _NAMED_DAYS[language]:
        return _NAMED_DAYS[language][away]
    return _WEEKDAYS[language][day.weekday()] if abs(away) < _WEEK else None


def _units(language: Language, *, accusative: bool) -> Sequence[tuple[str, ...]]:
    *larger, minute = _UNITS[language]
    return (*larger, _MINUTES_ACCUSATIVE[language] if accusative else minute)


def _counted(number: int, forms: tuple[str, ...], language: Language) -> str:
    said = counted(number, *forms) if language == "ru" else f"{number} {forms[number != 1]}"
    return said.replace(" ", _NBSP)


# What Babel knows is asked for once: each of its formatters reads its pattern anew with every call.


@lru_cache(maxsize=_LANGUAGES_MAX)
def _months(language: Language) -> tuple[str, ...]:
    names = get_month_names("wide", "format", locale=language)
    return tuple(names[month] for month in range(1, 13))


@lru_cache(maxsize=_LANGUAGES_MAX)
def _separators(language: Language) -> tuple[str, str]:
    """Return what stands between thousands, and before minor units."""
    return get_group_symbol(language), get_decimal_symbol(language)


@lru_cache(maxsize=_CURRENCIES_MAX)
def _symbol(currency: str) -> str:
    return get_currency_symbol(currency, locale="ru")


@lru_cache(maxsize=_CITIES_MAX)
def _city(time_zone: str, language: Language) -> str:
    return get_timezone_location(zone(time_zone), locale=language, return_city=True)

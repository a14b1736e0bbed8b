"""Durations as people say them: the two largest of days, hours and minutes."""

from datetime import timedelta
from functools import lru_cache

from gotovo.points.local_time import DAY
from gotovo.words.language import LANGUAGES, Language
from gotovo.words.translations import Translator

_NBSP = "\N{NO-BREAK SPACE}"
_HOUR = timedelta(hours=1)
_MINUTE = timedelta(minutes=1)
_ONE_OF_EACH_PLURAL = (1, 2, 5)  # Russian has three forms, English two.


def format_duration(span: timedelta, language: Language, *, accusative: bool = False) -> str:
    """Return `1 день 3 часа`; less than a minute is a minute.

    The accusative stands after «на» and «через».
    """
    span = max(span, _MINUTE)
    translator = Translator(language)
    hours, rest = divmod(span % DAY, _HOUR)
    numbers = (span.days, hours, rest // _MINUTE)
    first = next(index for index, number in enumerate(numbers) if number)
    return " ".join(
        _counted(translator, unit, numbers[unit], accusative=accusative)
        for unit in range(first, min(first + 2, len(numbers)))
        if numbers[unit]
    )


@lru_cache(maxsize=2 * len(LANGUAGES))
def duration_units(language: Language, *, accusative: bool = False) -> str:
    """Return the units for a page's script that counts on: `день|дня|дней,час|…`.

    The accusative stands after «на» and before «назад».
    """
    translator = Translator(language)
    return ",".join(
        "|".join(
            dict.fromkeys(
                _counted(translator, unit, number, accusative=accusative).partition(_NBSP)[2]
                for number in _ONE_OF_EACH_PLURAL
            )
        )
        for unit in range(3)
    )


def _counted(translator: Translator, unit: int, number: int, *, accusative: bool) -> str:
    if unit == 0:
        text = translator.ngettext("{number} day", "{number} days", number)
    elif unit == 1:
        text = translator.ngettext("{number} hour", "{number} hours", number)
    elif accusative:
        text = translator.npgettext("accusative", "{number} minute", "{number} minutes", number)
    else:
        text = translator.ngettext("{number} minute", "{number} minutes", number)
    return text.replace(" ", _NBSP)

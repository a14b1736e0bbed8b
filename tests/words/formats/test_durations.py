"""Durations are said in their two largest units."""

from datetime import timedelta

import pytest

from gotovo.words.formats.durations import duration_units, format_duration
from gotovo.words.language import Language


def breakable(text: str) -> str:
    return text.replace("\xa0", " ")


@pytest.mark.parametrize(
    ("span", "language", "text"),
    [
        (timedelta(days=1, hours=3, minutes=5), "ru", "1 день 3 часа"),
        (timedelta(hours=22, minutes=11), "ru", "22 часа 11 минут"),
        (timedelta(days=111), "ru", "111 дней"),
        (timedelta(minutes=1), "en", "1 minute"),
        (timedelta(seconds=5), "en", "1 minute"),
        (timedelta(days=2, minutes=5), "en", "2 days"),
        (timedelta(hours=2), "en", "2 hours"),
    ],
)
def test_a_duration_has_at_most_two_units(span: timedelta, language: Language, text: str) -> None:
    assert breakable(format_duration(span, language)) == text


@pytest.mark.parametrize(
    ("minutes", "text"), [(1, "1 минуту"), (21, "21 минуту"), (60, "1 час"), (1_441, "1 день")]
)
def test_after_a_preposition_a_duration_stands_in_the_accusative(minutes: int, text: str) -> None:
    span = timedelta(minutes=minutes)
    assert breakable(format_duration(span, "ru", accusative=True)).startswith(text)


def test_a_script_gets_every_plural_form() -> None:
    assert duration_units("ru") == "день|дня|дней,час|часа|часов,минута|минуты|минут"
    assert duration_units("ru", accusative=True).endswith("минуту|минуты|минут")
    assert duration_units("en") == "day|days,hour|hours,minute|minutes"

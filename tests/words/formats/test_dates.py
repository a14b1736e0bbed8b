"""Days, times, spans and sums are said the way people say them."""

from datetime import UTC, date, datetime, timedelta

import pytest

from gotovo.words.formats.dates import (
    day_said,
    limit_said,
    moment_said,
    on_day_said,
    span_said,
    sum_said,
    zone_said,
)
from gotovo.words.language import Language

KAZAN = "Europe/Moscow"
NOW = datetime(2026, 11, 22, 11, 5, tzinfo=UTC)
TODAY = date(2026, 11, 22)


def plain(said: str) -> str:
    """Return the text with spaces that may break."""
    return said.replace("\xa0", " ")


@pytest.mark.parametrize(
    ("day", "russian", "english"),
    [
        (date(2026, 11, 21), "вчера, 21 ноября", "yesterday, 21 November"),
        (date(2026, 11, 23), "завтра, 23 ноября", "tomorrow, 23 November"),
        (date(2026, 11, 24), "во вторник, 24 ноября", "on Tuesday, 24 November"),
        (date(2026, 11, 25), "в среду, 25 ноября", "on Wednesday, 25 November"),
        (date(2026, 12, 2), "2 декабря", "on 2 December"),
        (date(2027, 1, 9), "9 января 2027", "on 9 January 2027"),
    ],
)
def test_a_day_is_named_near_today_and_dated_always(day: date, russian: str, english: str) -> None:
    assert plain(on_day_said(day, "ru", TODAY)) == russian
    assert plain(on_day_said(day, "en", TODAY)) == english


def test_a_day_after_a_preposition_stands_in_the_accusative() -> None:
    assert plain(day_said(date(2026, 11, 28), "ru", TODAY)) == "субботу, 28 ноября"


def test_a_moment_is_told_in_the_zone_of_its_place() -> None:
    midnight_there = datetime(2026, 11, 22, 19, 30, tzinfo=UTC)
    said = moment_said(midnight_there, "Asia/Yekaterinburg", "ru", NOW)
    assert plain(said) == "завтра, 23 ноября, в 00:30"


def test_midnight_as_an_end_belongs_to_the_day_that_ends() -> None:
    said = limit_said(datetime(2026, 11, 22, 21, tzinfo=UTC), KAZAN, "en", NOW)
    assert plain(said) == "24:00 today, 22 November"


@pytest.mark.parametrize(
    ("span", "language", "said"),
    [
        (timedelta(days=1, hours=3, minutes=5), "ru", "1 день 3 часа"),
        (timedelta(hours=22, minutes=11), "ru", "22 часа 11 минут"),
        (timedelta(minutes=1), "en", "1 minute"),
        (timedelta(seconds=5), "en", "1 minute"),
        (timedelta(days=2, minutes=5), "en", "2 days"),
    ],
)
def test_a_span_is_told_in_its_two_largest_units(
    span: timedelta, language: Language, said: str
) -> None:
    assert plain(span_said(span, language)) == said


@pytest.mark.parametrize(
    ("minutes", "said"), [(1, "1 минуту"), (21, "21 минуту"), (60, "1 час"), (1_441, "1 день")]
)
def test_after_a_preposition_a_span_stands_in_the_accusative(minutes: int, said: str) -> None:
    assert plain(span_said(timedelta(minutes=minutes), "ru", accusative=True)) == said


@pytest.mark.parametrize(
    ("amount", "currency", "language", "said"),
    [
        (129_000, "RUB", "ru", "1 290 ₽"),
        (45_050, "RUB", "ru", "450,50 ₽"),
        (45_050, "RUB", "en", "450.50 ₽"),
        (500, "JPY", "en", "500 ¥"),
    ],
)
def test_a_sum_shows_minor_units_only_where_there_are_any(
    amount: int, currency: str, language: Language, said: str
) -> None:
    assert plain(sum_said(amount, currency, language)) == said


def test_numbers_never_break_across_lines() -> None:
    assert " " not in sum_said(129_000_00, "RUB", "ru")


def test_a_zone_is_named_with_its_offset_of_that_moment() -> None:
    assert zone_said("Asia/Yekaterinburg", "en", NOW) == "Yekaterinburg, UTC+5"
    assert zone_said("Asia/Yekaterinburg", "ru", NOW) == "Екатеринбург, UTC+5"
    assert zone_said("America/New_York", "en", NOW) == "New York, UTC−5"
    assert zone_said("Asia/Kolkata", "en", NOW).endswith("UTC+5:30")

"""Days and moments are written the way people say them."""

from datetime import UTC, date, datetime, time

import pytest

from gotovo.words.formats.dates import (
    format_date_time,
    format_day,
    format_deadline,
    format_end,
    format_moment,
    format_on_day,
    format_rfc3339,
    format_short_deadline,
    format_time,
    format_time_zone,
)
from gotovo.words.language import LANGUAGES

KAZAN = "Europe/Moscow"
NOW = datetime(2026, 11, 22, 11, 5, tzinfo=UTC)
TODAY = date(2026, 11, 22)


def breakable(text: str) -> str:
    return text.replace("\xa0", " ")


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
    assert breakable(format_on_day(day, "ru", TODAY)) == russian
    assert breakable(format_on_day(day, "en", TODAY)) == english


def test_a_day_after_a_preposition_stands_in_the_accusative() -> None:
    assert breakable(format_day(date(2026, 11, 28), "ru", TODAY)) == "субботу, 28 ноября"
    assert breakable(format_day(date(2026, 11, 28), "en", TODAY)) == "Saturday, 28 November"
    assert breakable(format_day(date(2026, 11, 23), "ru", TODAY)) == "завтра, 23 ноября"
    assert breakable(format_day(date(2026, 12, 2), "ru", TODAY)) == "2 декабря"


def test_a_moment_is_written_in_the_zone_of_its_place() -> None:
    midnight_there = datetime(2026, 11, 22, 19, 30, tzinfo=UTC)
    text = format_moment(midnight_there, "Asia/Yekaterinburg", "ru", NOW)
    assert breakable(text) == "завтра, 23 ноября, в 00:30"
    assert format_time(midnight_there, "Asia/Yekaterinburg") == "00:30"
    text = format_date_time(midnight_there, "Asia/Yekaterinburg", "en", NOW)
    assert breakable(text) == "23 November, 00:30"


def test_the_time_of_a_moment_never_stands_alone_at_the_beginning_of_a_line() -> None:
    for language in LANGUAGES:
        assert format_moment(NOW, KAZAN, language, NOW)[-6:] == "\xa014:05"


def test_midnight_as_an_end_belongs_to_the_day_that_ends() -> None:
    text = format_deadline(datetime(2026, 11, 22, 21, tzinfo=UTC), KAZAN, "en", NOW)
    assert breakable(text) == "24:00 today, 22 November"
    assert format_end(time()) == "24:00"
    short = format_short_deadline(datetime(2026, 11, 22, 21, tzinfo=UTC), KAZAN, "en", NOW)
    assert breakable(short) == "22 November, 24:00"


def test_programs_read_instants_in_utc() -> None:
    assert format_rfc3339(datetime.fromisoformat("2026-11-22T14:05:00+03:00")) == (
        "2026-11-22T11:05:00Z"
    )


def test_a_zone_is_named_with_its_offset_of_that_moment() -> None:
    assert format_time_zone("Asia/Yekaterinburg", "en", NOW) == "Yekaterinburg, UTC+5"
    assert format_time_zone("Asia/Yekaterinburg", "ru", NOW) == "Екатеринбург, UTC+5"
    assert format_time_zone("America/New_York", "en", NOW) == "New York, UTC−5"
    assert format_time_zone("Asia/Kolkata", "en", NOW).endswith("UTC+5:30")

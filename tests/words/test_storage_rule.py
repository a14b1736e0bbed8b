"""A deadline's rule reads as one sentence from which it can be recomputed."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from msgspec.structs import replace

from gotovo.points.hours import Hours
from gotovo.points.point import Point
from gotovo.points.storage_term import BeginReason, storage_deadline
from gotovo.points.timetable import ExceptionalDay, Timetable, every_day
from gotovo.words.language import Language
from gotovo.words.storage_rule import storage_rule_sentence

DAILY = every_day("Europe/Moscow", time(10), time(20))
READY = datetime(2025, 11, 22, 11, 5, tzinfo=UTC)  # 14:05 in Kazan
DASH = "\N{EN DASH}"

KREMLIN = Point(
    code="KZN-1",
    title="Кремлёвская",
    address="Казань, Кремлёвская, 1",
    timetable=DAILY,
    warehouse="KZN",
)


def sentence(
    language: Language,
    *closed: int,
    timetable: Timetable = DAILY,
    ready_at: datetime = READY,
    days: int = 7,
    extended_days: int = 0,
) -> str:
    """Return the rule of a point that is closed on some days of November."""
    exceptions = {date(2025, 11, day): ExceptionalDay((), "repairs") for day in closed}
    point = replace(KREMLIN, timetable=replace(timetable, exceptions=exceptions))
    return storage_rule_sentence(
        storage_deadline(point, ready_at, days, extended_days).rule, language
    )


def test_the_example_of_the_product_comes_out_literally() -> None:
    assert (
        sentence("ru", 29) == "7 суток с 14:05 22.11; точка закрыта 29.11, поэтому до 20:00 30.11"
    )
    assert sentence("en", 29) == (
        "7 days from 14:05 on 22 November; the point is closed on 29 November, "
        "so until 20:00 on 30 November"
    )


def test_an_ordinary_deadline_needs_no_reason() -> None:
    assert sentence("ru") == "7 суток с 14:05 22.11; до 14:05 29.11"
    assert sentence("en") == "7 days from 14:05 on 22 November; until 14:05 on 29 November"


@pytest.mark.parametrize(
    ("days", "russian", "english"),
    [
        (1, "1 сутки с ", "1 day from "),
        (2, "2 суток с ", "2 days from "),
        (11, "11 суток с ", "11 days from "),
        (21, "21 сутки с ", "21 days from "),
    ],
)
def test_the_term_takes_the_right_form(days: int, russian: str, english: str) -> None:
    assert sentence("ru", days=days).startswith(russian)
    assert sentence("en", days=days).startswith(english)


@pytest.mark.parametrize(
    ("extended_days", "russian", "english"),
    [
        (1, "+1 день продления; до 14:05 30.11", "extended by 1 day; until 14:05 on 30 November"),
        (3, "+3 дня продления; до 14:05 02.12", "extended by 3 days; until 14:05 on 2 December"),
        (5, "+5 дней продления; до 14:05 04.12", "extended by 5 days; until 14:05 on 4 December"),
    ],
)
def test_an_extension_is_named(extended_days: int, russian: str, english: str) -> None:
    assert sentence("ru", extended_days=extended_days) == f"7 суток с 14:05 22.11, {russian}"
    assert (
        sentence("en", extended_days=extended_days)
        == f"7 days from 14:05 on 22 November, {english}"
    )


def test_closed_days_on_the_way_are_named_with_what_they_add() -> None:
    assert (
        sentence("ru", 24) == "7 суток с 14:05 22.11; точка закрыта 24.11: +1 сутки; до 14:05 30.11"
    )
    assert sentence("ru", 24, 26, 27) == (
        f"7 суток с 14:05 22.11; точка закрыта 24.11, 26.11{DASH}27.11: +3 суток; до 14:05 02.12"
    )
    assert sentence("en", 24) == (
        "7 days from 14:05 on 22 November; the point is closed on 24 November, which adds 1 day; "
        "until 14:05 on 30 November"
    )


def test_closed_days_on_the_way_and_at_the_end_are_distinguished() -> None:
    assert sentence("ru", 24, 30) == (
        "7 суток с 14:05 22.11; точка закрыта 24.11: +1 сутки; "
        "точка закрыта 30.11, поэтому до 20:00 01.12"
    )


def test_an_end_outside_opening_hours_is_named() -> None:
    late = READY + timedelta(hours=7)  # 21:05 in Kazan
    assert sentence("ru", ready_at=late) == (
        "7 суток с 21:05 22.11; 21:05 29.11 — нерабочее время, поэтому до 20:00 30.11"
    )
    assert sentence("en", 30, ready_at=late) == (
        "7 days from 21:05 on 22 November; 21:05 on 29 November is outside opening hours "
        "and the point is closed on 30 November, so until 20:00 on 1 December"
    )


def test_a_deadline_at_midnight_belongs_to_the_day_that_ends() -> None:
    until_midnight = every_day("Europe/Moscow", time(15), time())
    assert sentence("ru", timetable=until_midnight) == (
        "7 суток с 14:05 22.11; 14:05 29.11 — нерабочее время, поэтому до 24:00 29.11"
    )


def test_an_extension_that_gives_nothing_says_so() -> None:
    """22 November is a Saturday; the point is closed on Sundays."""
    hours = (Hours(time(10), time(20)),)
    six_days = Timetable("Europe/Moscow", (hours, hours, hours, hours, hours, hours, ()))
    text = sentence("ru", timetable=six_days, days=8, extended_days=1)
    assert text == (
        "8 суток с 14:05 22.11, +1 день продления; "
        "но не раньше срока без продления, поэтому до 20:00 01.12"
    )
    text = sentence("en", timetable=six_days, days=8, extended_days=1)
    assert text.endswith(
        "; but no earlier than without the extension, so until 20:00 on 1 December"
    )


def test_a_point_that_does_not_open_again_is_left_to_support() -> None:
    shut = Timetable("Europe/Moscow", ((), (), (), (), (), (), ()))
    assert sentence("ru", timetable=shut) == (
        "7 суток с 14:05 22.11; до 14:05 29.11, "
        "но точка пока не открывается: срок назначит поддержка"
    )
    assert "support will decide" in sentence("en", timetable=shut)


@pytest.mark.parametrize(
    ("because", "russian", "english"),
    [
        ("message_delivered", "когда пришло сообщение", "when the message arrived"),
        (
            "message_unconfirmed",
            "до этого было неизвестно, пришло ли сообщение",
            "until then it was not known whether the message had arrived",
        ),
    ],
)
def test_a_term_that_begins_later_says_why(
    because: BeginReason, russian: str, english: str
) -> None:
    """Rule 4.2."""
    deadline = storage_deadline(KREMLIN, READY, 7, 3)
    rule = replace(deadline.rule, ready_at=READY, begins_because=because)
    assert storage_rule_sentence(rule, "ru") == (
        f"7 суток с 14:05 22.11 ({russian}), +3 дня продления; до 14:05 02.12"
    )
    assert storage_rule_sentence(rule, "en") == (
        f"7 days from 14:05 on 22 November ({english}), extended by 3 days; "
        "until 14:05 on 2 December"
    )


def test_a_term_that_is_given_once_more_says_why() -> None:
    """Rule 4.2."""
    rule = storage_deadline(KREMLIN, READY, 7, undelivered_days=7).rule
    assert storage_rule_sentence(rule, "ru") == (
        "7 суток с 14:05 22.11; сообщение доставить не удалось: +7 суток; до 14:05 06.12"
    )
    assert storage_rule_sentence(rule, "en") == (
        "7 days from 14:05 on 22 November; no message could be delivered, which adds 7 days; "
        "until 14:05 on 6 December"
    )

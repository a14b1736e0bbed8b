"""When a point is closed, in one sentence, as a shop would put it."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from gotovo.points.closures.closed_time import ClosedTime
from gotovo.words.language import Language
from gotovo.words.places.closed_sentences import closed_sentence

NOON = datetime(2026, 12, 1, 9, tzinfo=UTC)
THIRD = datetime(2026, 12, 2, 21, tzinfo=UTC)
FRIDAY = datetime(2026, 12, 4, 7, tzinfo=UTC)
AT_FOUR = datetime(2026, 12, 1, 13, tzinfo=UTC)


def said(since: datetime, until: datetime | None, language: Language) -> str:
    closed = ClosedTime(UUID(int=1), since, until)
    text = closed_sentence(closed, "Europe/Moscow", language, NOON)
    return text.replace("\xa0", " ")


@pytest.mark.parametrize(
    ("since", "until", "english", "russian"),
    [
        (
            NOON,
            FRIDAY,
            "Your pick-up point is closed until 10:00 on Friday, 4 December.",
            "Ваш пункт выдачи закрыт до 10:00 в пятницу, 4 декабря.",
        ),
        (
            NOON,
            None,
            "Your pick-up point is closed until further notice.",
            "Ваш пункт выдачи закрыт. Когда откроется, сообщим.",
        ),
    ],
)
def test_what_buyers_read(
    since: datetime, until: datetime | None, english: str, russian: str
) -> None:
    assert said(since, until, "en") == english
    assert said(since, until, "ru") == russian


def test_what_is_still_to_come_says_from_when_and_until_when() -> None:
    assert said(THIRD, FRIDAY, "en") == (
        "Your pick-up point closes on Thursday, 3 December. "
        "It opens again on Friday, 4 December, at 10:00."
    )
    assert said(THIRD, FRIDAY, "ru") == (
        "Ваш пункт выдачи закроется в четверг, 3 декабря. "
        "Снова откроется в пятницу, 4 декабря, в 10:00."
    )
    assert said(AT_FOUR, None, "en") == (
        "Your pick-up point closes today, 1 December, at 16:00, until further notice."
    )
    assert said(AT_FOUR, None, "ru") == (
        "Ваш пункт выдачи закроется сегодня, 1 декабря, в 16:00. Когда откроется, сообщим."
    )


def test_open_again() -> None:
    english = closed_sentence(None, "Europe/Moscow", "en", NOON)
    assert english == "Your pick-up point is open again."
    assert closed_sentence(None, "Europe/Moscow", "ru", NOON) == "Ваш пункт выдачи снова открыт."

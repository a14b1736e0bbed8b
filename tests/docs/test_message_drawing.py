"""The pictures of an order's messages are as old as the code."""

import pytest

from docs.draw_messages import FOLDER, drawn, life
from gotovo.notices.policy import notice_of
from gotovo.notices.rules import Purpose
from gotovo.words.language import LANGUAGES, Language


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pictures_show_what_the_program_says(language: Language) -> None:
    picture = FOLDER.joinpath(f"messages-{language}.svg").read_text("utf-8")
    assert drawn(life(), language) == picture, "draw them anew: python -m docs.draw_messages"


def test_the_life_goes_from_a_payment_to_its_refund() -> None:
    history = life().history
    notices = [notice_of(history, each.version) for each in history]
    assert [each.purpose for each in notices if each] == [
        Purpose.PART_PAID,
        Purpose.PAID,
        Purpose.READY,
        Purpose.EXPIRING,
        Purpose.BEING_ISSUED,
        Purpose.REFUND_STARTED,
        Purpose.REFUNDED,
    ]

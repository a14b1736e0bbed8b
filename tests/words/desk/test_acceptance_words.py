"""What is said to a scan: the cell is read aloud, and the sentence says what to do."""

import pytest

from gotovo.manifests.differences import ScanAnswer
from gotovo.words.desk.acceptance_words import scan_words, shelving_words, spoken_cell


@pytest.mark.parametrize("answer", list(ScanAnswer))
def test_every_answer_is_told_in_both_languages(answer: ScanAnswer) -> None:
    russian, english = (scan_words(answer, "", "KZN-2", x) for x in ("ru", "en"))
    assert russian.say != english.say
    assert russian.next != english.next


def test_an_accepted_parcel_is_told_by_its_cell_alone() -> None:
    words = scan_words(ScanAnswer.ACCEPTED, "54-35", "", "ru")
    assert words.say == "54, 35"
    assert words.next == "Положите в ячейку 54-35 и отсканируйте ячейку."


def test_anything_else_is_said_before_the_cell() -> None:
    words = scan_words(ScanAnswer.SURPLUS, "54-35", "", "en")
    assert words.say == "Surplus. 54, 35"
    assert words.next.endswith("Put it into cell 54-35, and scan the cell.")
    here = scan_words(ScanAnswer.ALREADY_HERE, "54-35", "", "en")
    assert here.next == "It lies in cell 54-35; nothing has changed."


@pytest.mark.parametrize(
    ("remaining", "sentence"),
    [
        (1, "Осталось разложить ещё 1 посылку этого заказа."),
        (2, "Осталось разложить ещё 2 посылки этого заказа."),
        (5, "Осталось разложить ещё 5 посылок этого заказа."),
        (0, "Заказ готов, покупателю сообщили."),
    ],
)
def test_what_is_left_of_an_order_is_told(remaining: int, sentence: str) -> None:
    assert shelving_words("1-1", remaining, "ru", is_ready=not remaining).next == sentence


def test_free_text_of_a_point_without_a_plan_is_spoken_as_it_is() -> None:
    assert spoken_cell("A1") == "A1"

"""A QR names its order, and what is no QR of ours names none."""

import pytest

from gotovo.desk.handover.identification import ByQr
from gotovo.order.values.pickup_codes import qr_text
from tests.support.order import stories
from tests.support.order.cast import NOON, SECRET


def test_a_qr_names_its_order() -> None:
    number = stories.shelved().order.number
    assert ByQr(qr_text(SECRET, number, "KZN-1", 1, NOON)).number == number


@pytest.mark.parametrize("shown", ["", ".", "https://example.ru", "123456789012.ab", "1" * 200])
def test_what_is_no_qr_of_ours_names_none(shown: str) -> None:
    assert ByQr(shown).number is None

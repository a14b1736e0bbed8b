"""A preview says what an SMS takes, what it costs, and what would save a segment."""

from decimal import Decimal

import pytest

from gotovo.notices.channels.port import MessageCost
from gotovo.notices.channels.sms.cost import SegmentPrices
from gotovo.notices.texts.text_preview import SmsSize, sms_size

PRICES = SegmentPrices({"7": Decimal("4.50")}, "RUB")


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("a" * 160, ("gsm7", 1, 160, 160, 0)),
        ("a" * 161, ("gsm7", 2, 161, 306, 1)),
        ("a" * 307, ("gsm7", 3, 307, 459, 1)),
        ("я" * 70, ("ucs2", 1, 70, 70, 0)),
        ("я" * 71, ("ucs2", 2, 71, 134, 1)),
        ("я" * 150, ("ucs2", 3, 150, 201, 16)),
    ],
)
def test_a_text_takes_segments_of_its_alphabet(
    text: str, size: tuple[str, int, int, int, int]
) -> None:
    found = sms_size(text, PRICES)
    assert (found.alphabet, found.segments, found.units, found.units_max, found.units_over) == size


def test_so_many_places_fewer_are_a_segment_less() -> None:
    text = "я" * 150
    assert sms_size(text[: -sms_size(text, PRICES).units_over], PRICES).segments == 2


def test_the_cost_is_known_where_there_is_a_price() -> None:
    def cost(phone: str) -> SmsSize:
        return sms_size("я" * 71, PRICES, phone)

    assert cost("+79001234567").cost == MessageCost(Decimal("9.00"), "RUB")
    assert cost("+998901234567").cost is None
    assert cost("").cost is None

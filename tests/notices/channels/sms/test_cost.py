"""The price of a message is that of its segments in the country of the phone."""

from decimal import Decimal

import pytest

from gotovo.notices.channels.port import MessageCost
from gotovo.notices.channels.sms.cost import SegmentPrices, sms_cost

PRICES = SegmentPrices(
    {"7": Decimal("4.50"), "77": Decimal(9), "998": Decimal("0.085"), "*": Decimal(20)}, "RUB"
)


@pytest.mark.parametrize(
    ("phone", "price"),
    [
        ("+79005550123", "4.50"),
        ("+77015550123", "9"),
        ("+998905550123", "0.085"),
        ("+15555550123", "20"),
    ],
)
def test_the_longest_prefix_has_the_price(phone: str, price: str) -> None:
    assert PRICES.of(phone) == Decimal(price)


def test_each_segment_is_paid_for() -> None:
    told = sms_cost("+79005550123", "я" * 71, PRICES)
    assert (told.segments, told.cost) == (2, MessageCost(Decimal("9.00"), "RUB"))


def test_a_price_that_is_not_known_is_not_guessed() -> None:
    told = sms_cost("+15555550123", "hello", SegmentPrices({"7": Decimal(1)}, "RUB"))
    assert (told.segments, told.cost) == (1, None)

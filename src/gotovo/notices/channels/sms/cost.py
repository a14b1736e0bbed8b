"""What a message costs: its segments times the price of one in the country of the phone."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from msgspec import Struct

from gotovo.notices.channels.port import MessageCost
from gotovo.notices.channels.sms.segments import segments_of

ELSEWHERE: Final = "*"
"""The price of every country that has none of its own."""


class SegmentPrices(Struct, frozen=True):
    """The price of a segment by the first digits of the phone, without the plus sign."""

    by_prefix: Mapping[str, Decimal]
    currency: str

    def of(self, phone: str) -> Decimal | None:
        """Return the price for a phone in E.164 by its longest prefix, None where none is known."""
        digits = phone.removeprefix("+")
        for length in range(len(digits), 0, -1):
            if digits[:length] in self.by_prefix:
                return self.by_prefix[digits[:length]]
        return self.by_prefix.get(ELSEWHERE)

    def cost(self, phone: str, segments: int) -> MessageCost | None:
        """Return what so many segments to a phone cost, None where no price is known."""
        price = self.of(phone)
        return None if price is None else MessageCost(price * segments, self.currency)


class SmsCost(Struct, frozen=True):
    """The segments of a text, and what they cost; None where the price is not known."""

    segments: int
    cost: MessageCost | None


def sms_cost(phone: str, text: str, prices: SegmentPrices) -> SmsCost:
    """Return what a text to a phone is expected to cost, as it is sent."""
    count = segments_of(text).count
    return SmsCost(count, prices.cost(phone, count))

"""What a text looks like before it is sent, and what it takes as an SMS."""

from msgspec import Struct

from gotovo.notices.channels.port import MessageCost
from gotovo.notices.channels.sms.cost import SegmentPrices
from gotovo.notices.channels.sms.segments import (
    GSM7_JOINED,
    GSM7_SINGLE,
    UCS2_JOINED,
    UCS2_SINGLE,
    Alphabet,
    segments_of,
)
from gotovo.words.language import Language


class SmsSize(Struct, frozen=True):
    """How a text goes out: `units` of at most `units_max` that its segments hold.

    With `units_over` fewer it would take a segment less; with one segment it is 0. `cost` is None
    where no price is known, or for whom it would be.
    """

    alphabet: Alphabet
    segments: int
    units: int
    units_max: int
    units_over: int
    cost: MessageCost | None = None


class TextPreview(Struct, frozen=True):
    """A message as it would be sent; `subject` is of e-mails, `sms` of text messages alone."""

    kind: str
    channel: str
    language: Language
    text: str
    subject: str = ""
    sms: SmsSize | None = None


def sms_size(text: str, prices: SegmentPrices, phone: str = "") -> SmsSize:
    """Return what a text takes as it is sent, and its cost to a phone in E.164."""
    taken = segments_of(text)
    return SmsSize(
        alphabet=taken.alphabet,
        segments=taken.count,
        units=taken.units,
        units_max=_room(taken.alphabet, taken.count),
        units_over=max(taken.units - _room(taken.alphabet, taken.count - 1), 0)
        if taken.count > 1
        else 0,
        cost=prices.cost(phone, taken.count) if phone else None,
    )


def _room(alphabet: Alphabet, segments: int) -> int:
    """Return how many units so many segments hold."""
    single, joined = (
        (GSM7_SINGLE, GSM7_JOINED) if alphabet == "gsm7" else (UCS2_SINGLE, UCS2_JOINED)
    )
    return single if segments == 1 else joined * segments

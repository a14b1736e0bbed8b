"""An account at a provider: who sends, and how texts go out and are paid for."""

from msgspec import Struct

from gotovo.notices.channels.sms.cost import SegmentPrices, SmsCost, sms_cost
from gotovo.notices.channels.sms.transliteration import sent_text
from gotovo.store.tables.messages.phone_messages import PhoneMessage


class SmsAccount(Struct, frozen=True):
    """What the contract and the settings say.

    `secret` is the operator's own for the signatures of receipts, empty where there is none.
    """

    sender: str
    user: str
    password: str
    prices: SegmentPrices
    transliterated: bool = False
    secret: str = ""

    def text_of(self, message: PhoneMessage) -> str:
        """Return the text as it is sent."""
        return sent_text(message.text, transliterated=self.transliterated)

    def cost_of(self, message: PhoneMessage) -> SmsCost:
        """Return what the message is expected to cost, before it is sent."""
        return sms_cost(message.phone, self.text_of(message), self.prices)

"""The way to a phone: text messages."""

from gotovo.notices.channels.port import Channel, Sent
from gotovo.notices.routes.route import Letter
from gotovo.store.tables.messages.phone_messages import PhoneMessage


class PhoneRoute:
    """Text messages to the buyer's phone."""

    def __init__(self, channel: Channel[PhoneMessage], *, has_receipts: bool = False) -> None:
        """Use a channel of phone messages."""
        self._channel = channel
        self._has_receipts = has_receipts

    @property
    def has_receipts(self) -> bool:
        """Return whether the channel tells later what has arrived."""
        return self._has_receipts

    async def reaches(self, letter: Letter) -> bool:
        """Every buyer has a phone."""
        return bool(letter.contact.phone)

    async def send(self, letter: Letter) -> Sent:
        """Send the text to the phone of the order's contact."""
        return await self._channel.send(
            PhoneMessage(
                key=str(letter.id),
                phone=letter.contact.phone,
                purpose=letter.purpose,
                number=letter.number,
                sent_at=letter.at,
                text=letter.text,
            )
        )

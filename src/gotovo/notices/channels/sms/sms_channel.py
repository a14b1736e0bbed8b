"""What channels of SMS have besides the port: their price, and an address for receipts."""

from typing import Protocol

from gotovo.notices.channels.port import Channel
from gotovo.notices.channels.sms.cost import SmsCost
from gotovo.store.tables.messages.phone_messages import PhoneMessage


class SmsChannel(Channel[PhoneMessage], Protocol):
    """Sends messages to phones."""

    @property
    def has_receipts(self) -> bool:
        """Return whether the provider tells what has arrived."""
        ...

    @property
    def receipts_url(self) -> str:
        """Return the address that the provider calls: it is told, or a person enters it there."""
        ...

    @property
    def receipts_response(self) -> str:
        """Return the body that the provider expects after a call-back, with status 200."""
        ...

    def check_receipt_path(self, path: str) -> None:
        """Raise ReceiptRefused for a path that the provider was not told."""
        ...

    def cost_of(self, message: PhoneMessage) -> SmsCost:
        """Return what a message is expected to cost, before it is sent."""
        ...

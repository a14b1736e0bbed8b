"""The demo channels: messages and e-mails appear on the page `/phone` and are sent to nobody."""

from collections.abc import Sequence

from gotovo.notices.channels.mail import MailMessage
from gotovo.notices.channels.port import (
    ChannelHealth,
    Receipt,
    ReceiptRefused,
    ReceiptRequest,
    Sent,
)
from gotovo.store.tables.messages.phone_messages import PhoneMessage, PhoneMessageStore


class DemoPhoneChannel:
    """A channel that stores its messages for the page `/phone`."""

    def __init__(self, store: PhoneMessageStore) -> None:
        self._store = store

    async def send(self, message: PhoneMessage) -> Sent:
        """Store the message."""
        await self._store.put(message)
        return Sent(provider_id=message.key)

    async def health(self) -> ChannelHealth:
        """Return that it is reachable: its messages stay in the database."""
        return ChannelHealth(reachable=True)

    def receipts(self, request: ReceiptRequest) -> Sequence[Receipt]:  # noqa: ARG002  (of no one)
        """Refuse every call-back: nobody sends receipts for the demo."""
        raise ReceiptRefused("the demo has no receipts")


class DemoMailChannel:
    """A channel that stores its e-mails for the page `/phone`, under their address."""

    def __init__(self, store: PhoneMessageStore) -> None:
        self._store = store

    async def send(self, message: MailMessage) -> Sent:
        """Store the e-mail, its subject as the first paragraph."""
        shown = PhoneMessage(
            key=message.key,
            phone=message.address,
            purpose=message.purpose,
            number=message.number,
            sent_at=message.sent_at,
            text=f"{message.subject}\n\n{message.plain()}".rstrip(),
        )
        await self._store.put(shown)
        return Sent(provider_id=message.key)

    async def health(self) -> ChannelHealth:
        """Return that it is reachable: its messages stay in the database."""
        return ChannelHealth(reachable=True)

    def receipts(self, request: ReceiptRequest) -> Sequence[Receipt]:  # noqa: ARG002  (of no one)
        """Refuse every call-back: nobody sends receipts for the demo."""
        raise ReceiptRefused("the demo has no receipts")

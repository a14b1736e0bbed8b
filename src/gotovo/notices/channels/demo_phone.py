"""The demo channels: messages and e-mails appear on the page `/phone` and are sent to nobody."""

from gotovo.notices.channels.mail import MailMessage
from gotovo.store.tables.messages.phone_messages import PhoneMessage, PhoneMessageStore


class DemoPhoneChannel:
    """A channel that stores its messages for the page `/phone`."""

    def __init__(self, store: PhoneMessageStore) -> None:
        self._store = store

    async def send(self, message: PhoneMessage) -> None:
        """Store the message."""
        await self._store.put(message)


class DemoMailChannel:
    """A channel that stores its e-mails for the page `/phone`, under their address."""

    def __init__(self, store: PhoneMessageStore) -> None:
        self._store = store

    async def send(self, message: MailMessage) -> None:
        """Store the e-mail, its subject as the first paragraph."""
        shown = PhoneMessage(
            key=message.key,
            phone=message.address,
            purpose=message.purpose,
            number=message.number,
            sent_at=message.sent_at,
            text=f"{message.subject}\n\n{message.text}",
        )
        await self._store.put(shown)

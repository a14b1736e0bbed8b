"""The demo channel: messages appear on the page `/phone` and are sent to nobody."""

from gotovo.store.tables.messages.phone_messages import PhoneMessage, PhoneMessageStore


class DemoPhoneChannel:
    """A channel that stores its messages for the page `/phone`."""

    def __init__(self, store: PhoneMessageStore) -> None:
        self._store = store

    async def send(self, message: PhoneMessage) -> None:
        """Store the message."""
        await self._store.put(message)

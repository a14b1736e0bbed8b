"""How a message leaves: one small port, so that a channel knows nothing about orders."""

from typing import Protocol

from gotovo.store.tables.messages.phone_messages import PhoneMessage, PhoneMessageStore


class Channel(Protocol):
    """Something that carries a message to a phone."""

    async def send(self, message: PhoneMessage) -> None:
        """Carry the message; the same key again is the same message."""
        ...


class DemoPhone:
    """The channel for trying out: it reaches nobody, `/phone` shows what it carried."""

    def __init__(self, store: PhoneMessageStore) -> None:
        """Keep messages in this store."""
        self._store = store

    async def send(self, message: PhoneMessage) -> None:
        """Keep the message for `/phone`."""
        await self._store.put(message)

"""The channel port: how a message is sent, without knowing anything about orders."""

from typing import Protocol

from gotovo.store.tables.messages.phone_messages import PhoneMessage


class Channel(Protocol):
    """Sends messages to phones."""

    async def send(self, message: PhoneMessage) -> None:
        """Send the message; it is idempotent by the message's key."""
        ...

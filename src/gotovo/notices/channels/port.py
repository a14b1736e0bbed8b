"""The channel port: how a message is sent, without knowing anything about orders."""

from typing import Protocol, TypeVar

Message_contra = TypeVar("Message_contra", contravariant=True)


class Channel(Protocol[Message_contra]):
    """Sends messages of one kind: `PhoneMessage` to phones, `MailMessage` to e-mail addresses."""

    async def send(self, message: Message_contra) -> None:
        """Send the message; it is idempotent by the message's key."""
        ...

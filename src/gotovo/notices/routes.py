"""Routes: how a letter to a buyer goes through a channel, and whether it can."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from msgspec import Struct

from gotovo.notices.channels.mail import MailMessage
from gotovo.notices.channels.port import Channel, Sent
from gotovo.notices.rules import Purpose
from gotovo.order.values.customer import Contact
from gotovo.store.tables.messages.phone_messages import PhoneMessage
from gotovo.words.language import Language


class Letter(Struct, frozen=True, kw_only=True):
    """What is sent to a person: the text, and what it is about.

    `id` is the same in every attempt. `at` is the time that it bears. It tells of `count` orders at
    once, of which `number` is the first. `until` is how long that order is stored, in the
    `time_zone` of its place. `number` is empty in one about the account. Locked screens show the
    subject, so no code is in it.
    """

    id: UUID
    contact: Contact
    customer: str
    number: str
    purpose: Purpose
    language: Language
    text: str
    at: datetime
    count: int = 1
    until: datetime | None = None
    time_zone: str = "UTC"
    subject: str = ""


class Route(Protocol):
    """One way to a person. Where receipts tell what arrived, `has_receipts`."""

    @property
    def has_receipts(self) -> bool:
        """Return whether the channel tells later what has arrived."""
        ...

    async def reaches(self, letter: Letter) -> bool:
        """Return whether the person has what this way needs: a phone, an address, an app."""
        ...

    async def send(self, letter: Letter) -> Sent:
        """Send a letter; raise MessageRefused or ChannelUnavailable when it is not taken."""
        ...


class MailRoute:
    """E-mail to the address of the order's contact; its servers give no receipts."""

    has_receipts = False

    def __init__(self, channel: Channel[MailMessage]) -> None:
        """Use a channel of e-mails."""
        self._channel = channel

    async def reaches(self, letter: Letter) -> bool:
        """Return whether the buyer has given an address."""
        return bool(letter.contact.email)

    async def send(self, letter: Letter) -> Sent:
        """Send the text."""
        return await self._channel.send(
            MailMessage(
                key=str(letter.id),
                address=letter.contact.email or "",
                purpose=letter.purpose,
                number=letter.number,
                sent_at=letter.at,
                language=letter.language,
                subject=letter.subject,
                text=letter.text.replace("\n", "\n\n"),
            )
        )


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

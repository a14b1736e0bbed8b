"""A letter to a buyer, and what each way to send it can say."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from msgspec import Struct

from gotovo.notices.channels.port import Sent
from gotovo.notices.rules import Purpose
from gotovo.order.values.customer import Contact
from gotovo.order.values.order import Order
from gotovo.points.point import Point
from gotovo.words.language import Language


class Letter(Struct, frozen=True, kw_only=True):
    """What is sent to a person: the text, and what it is about.

    `id` is the same in every attempt. `at` is the time that it bears. It tells of `count` orders at
    once, of which `number` is the first. `until` is how long that order is stored, in the
    `time_zone` of its place. `orders` are all of them, as they are now, at one point if there is
    one. About the account, `number` is empty and there are no `orders`. Locked screens show the
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
    orders: tuple[Order, ...] = ()
    point: Point | None = None


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

"""Routes: how a letter to a buyer goes through a channel, and whether it can."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol
from uuid import UUID

from msgspec import Struct

from gotovo.notices.channels.chat_message import ChatGone, ChatMessage
from gotovo.notices.channels.mail import MailMessage
from gotovo.notices.channels.port import Channel, MessageRefused, Sent
from gotovo.notices.mail.mail_orders import mail_data, mail_link
from gotovo.notices.preferences.preferences import CHOICES_PATH
from gotovo.notices.preferences.unsubscribe import UnsubscribeLinks
from gotovo.notices.rules import RULES, Purpose
from gotovo.order.values.customer import Contact
from gotovo.order.values.order import Order
from gotovo.points.point import Point
from gotovo.store.reads.buyer import BuyerReads
from gotovo.store.tables.messages.phone_messages import PhoneMessage
from gotovo.store.tables.telegram.chats import TelegramChat, TelegramChats
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


class MailRoute:
    """E-mail to the address of the order's contact; its servers give no receipts."""

    has_receipts = False

    def __init__(
        self,
        channel: Channel[MailMessage],
        site: str = "",
        unsubscribe: UnsubscribeLinks | None = None,
    ) -> None:
        """Use a channel of e-mails; without `site`, the address of the pages, they have no links.

        Without `unsubscribe` nobody can stop them.
        """
        self._channel = channel
        self._site = site
        self._unsubscribe = unsubscribe

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
                link=mail_link(self._site, [x.number for x in letter.orders], letter.language),
                data=mail_data(self._site, letter.orders, letter.point),
                unsubscribe_url=self._stop(letter),
                choices_url=f"{self._site}{CHOICES_PATH}" if self._site else "",
            )
        )

    def _stop(self, letter: Letter) -> str:
        if self._unsubscribe is None:
            return ""
        return self._unsubscribe.url(letter.customer, RULES[letter.purpose].kind, letter.at.date())


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


class TelegramRoute:
    """Messages to the chat that the buyer has linked; Telegram gives no receipts.

    A chat where the bot is blocked is passed over until the person writes again.
    """

    has_receipts = False

    def __init__(
        self,
        channel: Channel[ChatMessage],
        chats: TelegramChats,
        orders: BuyerReads,
        clock: Callable[[], datetime],
    ) -> None:
        """Use a channel of chats, and the table that says whose they are."""
        self._channel = channel
        self._chats = chats
        self._orders = orders
        self._clock = clock

    async def reaches(self, letter: Letter) -> bool:
        """Return whether the buyer has a chat that takes messages, and the order is open to it."""
        return await self._chat(letter) is not None

    async def send(self, letter: Letter) -> Sent:
        """Send the text; where the bot is blocked, nothing is sent there from now on."""
        chat = await self._chat(letter)
        if chat is None:
            raise MessageRefused("the chat is not linked any more")
        try:
            return await self._channel.send(
                ChatMessage(
                    key=str(letter.id),
                    chat=chat.chat,
                    number=letter.number,
                    purpose=letter.purpose,
                    language=letter.language,
                    sent_at=letter.at,
                    text=letter.text,
                )
            )
        except ChatGone:
            await self._chats.block(chat.chat, self._clock())
            raise

    async def _chat(self, letter: Letter) -> TelegramChat | None:
        chat = await self._chats.of_customer(letter.customer)
        if chat is None or chat.blocked_at is not None:
            return None
        if chat.orders_since is None or not letter.number:
            return chat
        numbers = {letter.number, *(order.number for order in letter.orders)}
        placed = await self._orders.placed_since(
            letter.customer, sorted(numbers), chat.orders_since
        )
        return chat if numbers <= set(placed) else None

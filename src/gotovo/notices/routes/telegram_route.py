"""The way to a chat with the Telegram bot."""

from collections.abc import Callable
from datetime import datetime

from gotovo.notices.channels.chat_message import ChatGone, ChatMessage
from gotovo.notices.channels.port import Channel, MessageRefused, Sent
from gotovo.notices.routes.route import Letter
from gotovo.store.reads.buyer import BuyerReads
from gotovo.store.tables.telegram.chats import TelegramChat, TelegramChats


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

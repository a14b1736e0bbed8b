"""The channel of messages to chats, with a button that opens the order."""

from collections.abc import Sequence

from aiogram.methods import GetMe, SendMessage
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions

from gotovo.notices.channels.chat_message import ChatMessage
from gotovo.notices.channels.port import (
    ChannelError,
    ChannelHealth,
    Receipt,
    ReceiptRefused,
    ReceiptRequest,
    Sent,
)
from gotovo.notices.channels.telegram.buttons import OrderButton, OrderPress
from gotovo.notices.channels.telegram.client import TelegramClient
from gotovo.words.language import Language
from gotovo.words.translations import Translator


class TelegramChannel:
    """Sends messages to chats; Telegram has no receipts, and knows no ids of ours."""

    def __init__(self, client: TelegramClient) -> None:
        """Use a client; whoever opened it closes it."""
        self._client = client

    async def send(self, message: ChatMessage) -> Sent:
        """Send a text as it is; raise ChatGone where the bot is blocked."""
        sent = await self._client.call(
            SendMessage(
                chat_id=message.chat,
                text=message.text,
                reply_markup=order_keyboard(message.number, message.language)
                if message.number
                else None,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
            )
        )
        return Sent(provider_id=f"{message.chat}:{sent.message_id}")

    async def health(self) -> ChannelHealth:
        """Ask Telegram which bot this is."""
        try:
            await self._client.call(GetMe())
        except ChannelError as error:
            return ChannelHealth(reachable=False, reason=str(error))
        return ChannelHealth(reachable=True)

    def receipts(self, request: ReceiptRequest) -> Sequence[Receipt]:  # noqa: ARG002  (of no one)
        """Refuse every call-back: Telegram sends no receipts."""
        raise ReceiptRefused("telegram has no receipts")


def order_keyboard(number: str, language: Language) -> InlineKeyboardMarkup:
    """Return the button that opens an order."""
    button = InlineKeyboardButton(
        text=Translator(language).gettext("Open the order"),
        callback_data=OrderButton(number=number, press=OrderPress.OPEN).pack(),
    )
    return InlineKeyboardMarkup(inline_keyboard=[[button]])

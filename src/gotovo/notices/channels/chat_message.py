"""What is sent to a chat, and what a channel says of a chat that takes nothing any more."""

from datetime import datetime

from msgspec import Struct

from gotovo.notices.channels.port import MessageRefused
from gotovo.words.language import Language


class ChatGone(MessageRefused):
    """The bot is blocked in this chat, or there is no such chat any more."""


class ChatMessage(Struct, frozen=True, kw_only=True):
    """A message about an order to a chat; `key` is the same in every attempt."""

    key: str
    chat: int
    number: str
    purpose: str
    language: Language
    sent_at: datetime
    text: str

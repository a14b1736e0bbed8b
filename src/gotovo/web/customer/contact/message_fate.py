"""The fate of a message in a few words: through which channel, when, and what became of it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from gotovo.notices.preferences.channel_choice import OPTED_OUT
from gotovo.notices.preferences.labels import CHANNELS
from gotovo.notices.rules import ChannelName
from gotovo.store.tables.messages.messages import MessageRecord, MessageState
from gotovo.words.formats.dates import format_time
from gotovo.words.translations import PageTranslator, msgid

STATES: Final[Mapping[str, str]] = {
    MessageState.WAITING: msgid("waiting"),
    MessageState.SENDING: msgid("being sent"),
    MessageState.SENT: msgid("sent"),
    MessageState.DELIVERED: msgid("delivered"),
    MessageState.FAILED: msgid("not delivered"),
    MessageState.DROPPED: msgid("no longer needed"),
}

_DELIVERED_AT: Final = msgid("delivered at {time}")
_NEXT_ATTEMPT: Final = msgid("next attempt")
_SWITCHED_OFF: Final = msgid("not sent: you switched it off")
_WORTH_TELLING: Final = timedelta(minutes=1)
"""Times are shown by the minute."""


class MessageFate(Struct, frozen=True):
    """What became of a message: `given_up` are the channels that failed before, by their labels."""

    channel: str
    at: datetime
    state: str
    given_up: str
    is_opted_out: bool


def message_fate(message: MessageRecord, translate: PageTranslator, zone: str) -> MessageFate:
    """Return it in the language of the page; times are those of the order's place."""
    is_opted_out = message.state is MessageState.DROPPED and message.reason == OPTED_OUT
    given_up = [x for x in message.tried if x != message.channel or not _is_settled(message)]
    return MessageFate(
        channel=_label(message.channel, translate) if message.channel else "",
        at=message.sent_at or message.send_at or message.created_at,
        state=_state(message, translate, zone),
        given_up=", ".join(_label(each, translate) for each in given_up),
        is_opted_out=is_opted_out,
    )


def _state(message: MessageRecord, translate: PageTranslator, zone: str) -> str:
    sent_at, settled_at = message.sent_at, message.settled_at
    match message.state:
        case MessageState.DROPPED if message.reason == OPTED_OUT:
            return translate(_SWITCHED_OFF)
        case MessageState.WAITING if message.channel is not None:
            return translate(_NEXT_ATTEMPT)
        case MessageState.DELIVERED if message.channel == ChannelName.MAIL:
            return translate(STATES[MessageState.SENT])  # Mail servers tell no more.
        case MessageState.DELIVERED if sent_at and settled_at:
            if settled_at - sent_at >= _WORTH_TELLING:
                time = format_time(settled_at, zone)
                return translate(_DELIVERED_AT, time=time)
            return translate(STATES[message.state])
        case _:
            return translate(STATES[message.state])


def _is_settled(message: MessageRecord) -> bool:
    return message.state in {MessageState.SENT, MessageState.DELIVERED, MessageState.FAILED}


def _label(channel: str, translate: PageTranslator) -> str:
    return translate(CHANNELS[ChannelName(channel)])

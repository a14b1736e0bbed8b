"""The payload of a message: an event exactly as the feed shows it to the shop.

`{"type": …, "timestamp": …, "data": {…}}`, as Standard Webhooks recommend; `data` is the item of
`GET /api/v1/events`, with its cursor and the words that were not erased meanwhile.
"""

from collections.abc import Callable, Mapping
from typing import Final

import msgspec
from msgspec import Struct

from gotovo.access.feed_events import EventItem, item_of, with_words
from gotovo.engine.ports import FeedItem
from gotovo.order.values.texts.order_text import TextKey

_ID_DIGITS: Final = 32
"""Digits of an event's hash in a message's id: 128 bits."""


class Message(Struct, frozen=True):
    """What is sent of an event: `id` is the same at every attempt, and whenever it is re-sent."""

    id: str
    position: int
    number: str
    type: str
    item: EventItem

    def payload(self, words: Mapping[TextKey, str]) -> bytes:
        """Return the body of the request; `words` are those of texts that were not erased."""
        event = self.item.json
        if self.item.text is not None:
            event = with_words(event, words.get(self.item.text))
        at = _head.decode(self.item.json).at
        return b'{"type":"%b","timestamp":"%b","data":%b}' % (
            self.type.encode(),
            at.encode(),
            event,
        )


class _Head(Struct):
    at: str
    hash: str


_head = msgspec.json.Decoder(_Head)


def message_of(event: FeedItem, cursor_of: Callable[[int], str]) -> Message:
    """Return the message about an event, under the cursor of its shop.

    Its id comes from the hash of the event, which no other event has, even where a database that
    was put back gives its number and version to another one.
    """
    item = item_of(event, cursor_of(event.position))
    digest = _head.decode(event.json).hash
    return Message(f"evt_{digest[:_ID_DIGITS]}", event.position, event.number, event.type, item)

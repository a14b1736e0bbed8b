"""An event as a page, an event stream and a webhook have it: the same bytes in all of them.

The journal gives each event as a JSON object; here it gets its cursor in front, and its words, if
it has any, behind.
"""

from typing import Final, NamedTuple

import msgspec

from gotovo.access.feed_cursors import shop_reader
from gotovo.engine.ports import FeedItem
from gotovo.order.replay import TYPE_OF
from gotovo.order.values.texts.order_text import NO_TEXT, TextKey, digest_in
from gotovo.value import Value

_encoder = msgspec.json.Encoder()
_END: Final = b"\n\n"
_CURSOR_BEGIN: Final = b'{"cursor":"'
_WITH_TEXT: Final = frozenset(
    type_ for event, type_ in TYPE_OF.items() if "text_digest" in event.__struct_fields__
)
"""The types of events that can have a text: no other is searched for its digest."""


class EventFilter(NamedTuple):
    """Which events a reader gets: of these types (of all when there are none), of one shop or all.

    A shop never gets events of another one (rule 4.18). `with_words`: the reader sees buyers, and
    what people typed about them (rule 4.16).
    """

    types: frozenset[str] = frozenset()
    shop: str | None = None
    with_words: bool = True

    @property
    def reader(self) -> str | None:
        """For whom cursors are written: a shop does not learn how much the network does."""
        return shop_reader(self.shop)

    @property
    def is_open(self) -> bool:
        """Whether every event passes."""
        return not self.types and self.shop is None

    def passes(self, type_: str, shop: str) -> bool:
        """Tell whether the reader gets an event."""
        return (self.shop is None or self.shop == shop) and (not self.types or type_ in self.types)


class EventItem(Value, frozen=True):
    """An event of a lane as JSON, for however many readers; `cursor` is the one in it.

    It has no words: those under `text` are added whenever it is sent, so that none outlive their
    erasure here.
    """

    position: int
    cursor: str
    type: str
    shop: str
    json: bytes
    text: TextKey | None = None

    def at(self, cursor: str) -> "EventItem":
        """Return the event for a reader of several lanes or of a shop, under its own cursor."""
        rest = self.json[len(_CURSOR_BEGIN) + len(self.cursor) :]
        json = b"%b%b%b" % (_CURSOR_BEGIN, cursor.encode(), rest)
        return EventItem(self.position, cursor, self.type, self.shop, json, self.text)

    @property
    def chunk(self) -> bytes:
        """The event as a server-sent event."""
        head = f"id: {self.cursor}\nevent: {self.type}\ndata: ".encode()
        return b"%b%b%b" % (head, self.json, _END)


def item_of(event: FeedItem, cursor: str) -> EventItem:
    """Return an event under the cursor of its own lane."""
    json = b'%b%b",%b' % (_CURSOR_BEGIN, cursor.encode(), event.json[1:])
    digest = digest_in(event.json) if event.type in _WITH_TEXT else NO_TEXT
    text = TextKey(event.number, digest) if digest else None
    return EventItem(event.position, cursor, event.type, event.shop, json, text)


def with_words(json: bytes, words: str | None) -> bytes:
    """Return an event with the words of its text behind its last field, None where erased."""
    said = b'"text_erased":true' if words is None else b'"text":' + _encoder.encode(words)
    return b"%b,%b}" % (json[:-1], said)


def chunk_with_words(chunk: bytes, words: str | None) -> bytes:
    """Do the same with an event that is a chunk already."""
    return with_words(chunk.removesuffix(_END), words) + _END

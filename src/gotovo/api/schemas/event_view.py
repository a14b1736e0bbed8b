"""An event as an item of a page, or as a chunk of an event stream."""

from datetime import datetime
from typing import NamedTuple

import msgspec
from msgspec import structs

from gotovo.access.feed_cursors import shop_reader
from gotovo.engine.ports import FeedEvent
from gotovo.order.values.texts.order_text import TextKey, digest_in
from gotovo.value import Value

_encoder = msgspec.json.Encoder()
_END = b"}\n\n"


class EventView(Value, frozen=True, omit_defaults=True):
    """One event. `event` is its body byte for byte as it is hashed; `actor` is `role:id`.

    `text` are the words of the `text_digest` in it; where they were erased `text_erased` is true.
    """

    cursor: str
    number: str
    version: int
    type: str
    at: datetime
    recorded_at: datetime
    actor: str
    command_id: str
    customer: str
    hash: str
    event: msgspec.Raw
    text: str | None = None
    text_erased: bool = False


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


class ServerSentEvent(Value, frozen=True):
    """An event made into a chunk once, for however many streams.

    It has no words: those under `text` are added whenever it is sent, so that none outlive their
    erasure here.
    """

    position: int
    cursor: str
    type: str
    shop: str
    chunk: bytes
    text: TextKey | None = None

    def chunk_at(self, cursor: str) -> bytes:
        """Return the chunk for a stream of several lanes or of a shop, under its own cursor."""
        old = _head(self.cursor, self.type)
        return _head(cursor, self.type) + self.chunk[len(old) :]


def view_of(positioned: FeedEvent, cursor: str) -> EventView:
    """Return an event as an item for a reader that reaches `cursor` with it."""
    recorded = positioned.event
    return EventView(
        cursor=cursor,
        number=recorded.number,
        version=recorded.version,
        type=recorded.type,
        at=recorded.at,
        recorded_at=recorded.recorded_at,
        actor=recorded.actor,
        command_id=recorded.command_id,
        customer=positioned.customer,
        hash=recorded.hash.hex(),
        event=msgspec.Raw(recorded.body),
    )


def server_sent(positioned: FeedEvent, cursor: str) -> ServerSentEvent:
    """Return an event ready to be sent, under the cursor of its own lane."""
    event = positioned.event
    return ServerSentEvent(
        position=positioned.position,
        cursor=cursor,
        type=event.type,
        shop=positioned.shop,
        chunk=chunk_of(view_of(positioned, cursor)),
        text=text_key(event.number, event.body),
    )


def text_key(number: str, body: bytes) -> TextKey | None:
    """Return where the words of an event are found, None for an event without any."""
    digest = digest_in(body)
    return TextKey(number, digest) if digest else None


def with_words(item: EventView, words: str | None) -> EventView:
    """Return an event with the words of its text, None where they were erased."""
    return structs.replace(item, text=words, text_erased=words is None)


def chunk_with_words(chunk: bytes, words: str | None) -> bytes:
    """Do the same with an event that is a chunk already: the fields follow its last one."""
    said = b'"text_erased":true' if words is None else b'"text":' + _encoder.encode(words)
    return chunk.removesuffix(_END) + b"," + said + _END


def chunk_of(item: EventView) -> bytes:
    """Return an event as a server-sent event."""
    data = _encoder.encode(item)
    return b"id: %b\nevent: %b\ndata: %b\n\n" % (item.cursor.encode(), item.type.encode(), data)


def _head(cursor: str, type_: str) -> bytes:
    """Return how a chunk begins: all of it that depends on the cursor."""
    return f'id: {cursor}\nevent: {type_}\ndata: {{"cursor":"{cursor}"'.encode()

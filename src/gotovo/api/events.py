"""The journal as a feed: pages by cursor, or live as server-sent events.

A cursor is the position reached in each lane. Positions have no gaps and follow the order of
commits, so a cursor skips nothing and a page can be read again.
"""

import asyncio
import re
from collections.abc import AsyncGenerator
from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from gotovo.api.answer import Answer, Stream, json_answer
from gotovo.api.endpoint import Endpoint
from gotovo.api.faults import Fault
from gotovo.api.parts import ApiParts
from gotovo.api.request import Request, query_of
from gotovo.engine.journal import Positioned
from gotovo.order.actor import Role
from gotovo.order.replay import TYPE_OF
from gotovo.value import Value
from gotovo.words.requests import RequestFault

EVENTS_ITEMS = 100
EVENTS_ITEMS_MAX = 1_000
"""About 700 KB of events: a second of a busy day."""

SCANNED_MAX = 5_000
"""Events looked at for one page when types are wanted; the cursor moves on even if none fits."""

CURSOR_CHARACTERS_MAX = 5_000
"""256 lanes of a cluster, 18 digits each."""

HEARTBEAT_SECONDS = 15.0
"""Proxies close silent connections after 30 s at the earliest."""

TYPES = frozenset(TYPE_OF.values())

_POSITION = re.compile(r"[0-9]{1,18}")


class EventsQuery(Value, frozen=True, forbid_unknown_fields=True):
    """`types` are names separated by commas; `after` is a cursor, nothing is the beginning."""

    after: Annotated[str, Meta(max_length=CURSOR_CHARACTERS_MAX)] = ""
    limit: Annotated[int, Meta(ge=1, le=EVENTS_ITEMS_MAX)] = EVENTS_ITEMS
    types: Annotated[str, Meta(max_length=1_000)] = ""


class EventView(Value, frozen=True):
    """One event. `event` is its body byte for byte as it is hashed; `actor` is `role:id`."""

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


class EventsPage(Value, frozen=True):
    """A page of the feed. `next` is where to go on, now or later; it is never null."""

    items: list[EventView]
    next: str


Cursor = tuple[int, ...]


async def read_events(parts: ApiParts, request: Request) -> Answer | Stream:
    """Return a page, or follow live when an event stream is asked for."""
    query = query_of(request, EventsQuery)
    types = _types(query.types)
    streams = b"text/event-stream" in request.headers.get(b"accept", b"")
    last_id = request.headers.get(b"last-event-id", b"").decode("latin-1") if streams else ""
    cursor = read_cursor(last_id or query.after, len(parts.lanes))
    if streams:
        return Stream(_follow(parts, cursor, types), b"text/event-stream")
    items, cursor = await page(parts, cursor, query.limit, types)
    return json_answer(EventsPage(items, cursor_text(cursor)))


async def page(
    parts: ApiParts, cursor: Cursor, limit: int, types: frozenset[str]
) -> tuple[list[EventView], Cursor]:
    """Return the next events of these types (of all when none is named), lane after lane."""
    items: list[EventView] = []
    scanned = 0
    for index, lane in enumerate(parts.lanes):
        exhausted = False
        while not exhausted and len(items) < limit and scanned < SCANNED_MAX:
            asked = min(EVENTS_ITEMS_MAX, SCANNED_MAX - scanned) if types else limit - len(items)
            found = await parts.feed.feed(lane, cursor[index], asked)
            exhausted = len(found) < asked
            for positioned in found:
                if len(items) == limit:
                    exhausted = True
                    break
                scanned += 1
                cursor = (*cursor[:index], positioned.position, *cursor[index + 1 :])
                if not types or positioned.event.type in types:
                    items.append(_view(positioned, cursor))
    return items, cursor


def cursor_text(cursor: Cursor) -> str:
    """Return the positions joined by dots; on a single node it is one number."""
    return ".".join(str(position) for position in cursor)


def read_cursor(text: str, lanes: int) -> Cursor:
    """Return the positions that a cursor says, or raise the fault of its parameter."""
    if not text:
        return (0,) * lanes
    parts = text.split(".")
    if len(parts) != lanes or not all(_POSITION.fullmatch(part) for part in parts):
        raise Fault(RequestFault.INVALID_QUERY, "after", text, "a cursor of this feed")
    return tuple(map(int, parts))


def _types(told: str) -> frozenset[str]:
    types = frozenset(name.strip() for name in told.split(",") if name.strip())
    unknown = min(types - TYPES, default=None)
    if unknown is not None:
        raise Fault(RequestFault.INVALID_QUERY, "types", unknown, ", ".join(sorted(TYPES)))
    return types


async def _follow(
    parts: ApiParts, cursor: Cursor, types: frozenset[str]
) -> AsyncGenerator[bytes, None]:
    """Yield events as they are committed, a comment when there is nothing to say."""
    yield b": following\nretry: 1000\n\n"
    silent_since = asyncio.get_running_loop().time()
    while not parts.news.is_over:
        known = parts.news.count
        items, reached = await page(parts, cursor, EVENTS_ITEMS_MAX, types)
        now = asyncio.get_running_loop().time()
        if items:
            yield b"".join(_block(item) for item in items)
            silent_since = now
        elif now - silent_since >= HEARTBEAT_SECONDS:
            yield b": heartbeat\n\n"
            silent_since = now
        if reached == cursor:
            await parts.news.wait(known)
        cursor = reached


def _block(item: EventView) -> bytes:
    data = msgspec.json.encode(item)
    return b"id: %b\nevent: %b\ndata: %b\n\n" % (item.cursor.encode(), item.type.encode(), data)


def _view(positioned: Positioned, cursor: Cursor) -> EventView:
    recorded = positioned.event
    return EventView(
        cursor=cursor_text(cursor),
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


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path="/api/v1/events",
        name="readEvents",
        tag="events",
        summary="Read or follow the journal",
        description=(
            "Every event of every order in the order of commits. Ask again with `next` as "
            "`after`; with `Accept: text/event-stream` the connection stays open, and after a "
            "break `Last-Event-ID` goes on where it ended."
        ),
        handler=read_events,
        roles=frozenset({Role.FOLLOWER, Role.STOREFRONT, Role.SUPPORT, Role.ADMIN}),
        query=EventsQuery,
        answer=EventsPage,
        problems=(RequestFault.INVALID_QUERY,),
        streams=True,
    ),
)

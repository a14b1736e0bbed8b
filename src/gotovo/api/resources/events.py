"""The journal as a feed: pages by cursor, or live as server-sent events.

A cursor is the position reached in each lane. Positions have no gaps and follow the order of
commits, so a cursor skips nothing and a page can be read again.
"""

import asyncio
import re
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Annotated

from msgspec import Meta
from starlette.responses import Response

from gotovo.api.dispatch.dependencies import ApiDependencies
from gotovo.api.dispatch.endpoint import Endpoint
from gotovo.api.dispatch.errors import ApiError
from gotovo.api.dispatch.request import ApiRequest, query_of
from gotovo.api.dispatch.responses import json_response
from gotovo.api.dispatch.submission import overloaded
from gotovo.api.schemas.event_view import Cursor, EventView, chunk_of, cursor_text, view_of
from gotovo.http.streaming import EventStream
from gotovo.order.replay import TYPE_OF
from gotovo.order.values.actor import Role
from gotovo.value import Value
from gotovo.words.request_errors import RequestErrorCode

EVENTS_ITEMS = 100
EVENTS_ITEMS_MAX = 1_000
"""About 700 KB of events: a second of a busy day."""

SCANNED_MAX = 5_000
"""Events looked at for one page when types are wanted; the cursor moves on even if none fits."""

CURSOR_CHARACTERS_MAX = 5_000
"""256 lanes of a cluster, 18 digits each."""

HEARTBEAT_SECONDS = 15.0
"""Proxies close silent connections after 30 s at the earliest."""

LOOK_SECONDS = 1.0
"""How long a key that was revoked may still be heard to live, beside what the keyring takes."""

TYPES = frozenset(TYPE_OF.values())

_POSITION = re.compile(r"[0-9]{1,18}")


class EventsQuery(Value, frozen=True, forbid_unknown_fields=True):
    """`types` are names separated by commas; `after` is a cursor, nothing is the beginning."""

    after: Annotated[str, Meta(max_length=CURSOR_CHARACTERS_MAX)] = ""
    limit: Annotated[int, Meta(ge=1, le=EVENTS_ITEMS_MAX)] = EVENTS_ITEMS
    types: Annotated[str, Meta(max_length=1_000)] = ""


class EventsPage(Value, frozen=True):
    """A page of the feed. `next` is where to go on, now or later; it is never null."""

    items: list[EventView]
    next: str


async def read_events(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Return a page, or follow live when an event stream is asked for."""
    query = query_of(request, EventsQuery)
    types = _types(query.types)
    streams = b"text/event-stream" in request.header_bytes.get(b"accept", b"")
    last_id = request.header_bytes.get(b"last-event-id", b"").decode("latin-1") if streams else ""
    cursor = read_cursor(last_id or query.after, len(dependencies.changes.lanes))
    if streams:
        if dependencies.event_buffer.is_full:
            raise overloaded()
        authorization = request.header_bytes.get(b"authorization", b"").decode("latin-1")

        async def may_hear() -> bool:
            return await dependencies.api_keys.holder(authorization) is not None

        return EventStream(follow(dependencies, cursor, types, may_hear))
    items, cursor = await page(dependencies, cursor, query.limit, types)
    return json_response(EventsPage(items, cursor_text(cursor)))


async def page(
    dependencies: ApiDependencies, cursor: Cursor, limit: int, types: frozenset[str]
) -> tuple[list[EventView], Cursor]:
    """Return the next events of these types (of all when none is named), lane after lane."""
    items: list[EventView] = []
    scanned = 0
    for index, lane in enumerate(dependencies.changes.lanes):
        exhausted = False
        while not exhausted and len(items) < limit and scanned < SCANNED_MAX:
            asked = min(EVENTS_ITEMS_MAX, SCANNED_MAX - scanned) if types else limit - len(items)
            found = await dependencies.feed.feed(lane, cursor[index], asked)
            exhausted = len(found) < asked
            for positioned in found:
                if len(items) == limit:
                    exhausted = True
                    break
                scanned += 1
                cursor = (*cursor[:index], positioned.position, *cursor[index + 1 :])
                if not types or positioned.event.type in types:
                    items.append(view_of(positioned, cursor))
    return items, cursor


async def follow(
    dependencies: ApiDependencies,
    cursor: Cursor,
    types: frozenset[str],
    may_hear: Callable[[], Awaitable[bool]],
) -> AsyncGenerator[bytes, None]:
    """Yield events as they are committed, a comment when there is nothing to say.

    Ends when whoever listens may not hear any more, which is asked once a second at most.
    """
    clock = asyncio.get_running_loop().time
    silent_since = looked_at = clock()
    with dependencies.metrics.streams.track_inprogress():
        yield b": following\nretry: 1000\n\n"
        async with dependencies.event_buffer.open_stream():
            while not dependencies.changes.is_closed:
                chunk, reached = await _what_follows(dependencies, cursor, types)
                now = clock()
                is_due = chunk or now - silent_since >= HEARTBEAT_SECONDS
                if is_due and now - looked_at >= LOOK_SECONDS:
                    if not await may_hear():
                        return
                    looked_at = now
                if chunk:
                    yield chunk
                    silent_since = now
                elif now - silent_since >= HEARTBEAT_SECONDS:
                    yield b": heartbeat\n\n"
                    silent_since = now
                if reached == cursor:
                    patience = silent_since + HEARTBEAT_SECONDS - now
                    reached = await dependencies.event_buffer.wait(cursor, types, patience)
                cursor = reached


def read_cursor(text: str, lanes: int) -> Cursor:
    """Return the positions that a cursor says, or raise the fault of its parameter."""
    if not text:
        return (0,) * lanes
    parts = text.split(".")
    if len(parts) != lanes or not all(_POSITION.fullmatch(part) for part in parts):
        raise ApiError(RequestErrorCode.INVALID_QUERY, "after", text, "a cursor of this feed")
    return tuple(map(int, parts))


def _types(told: str) -> frozenset[str]:
    types = frozenset(name.strip() for name in told.split(",") if name.strip())
    unknown = min(types - TYPES, default=None)
    if unknown is not None:
        raise ApiError(RequestErrorCode.INVALID_QUERY, "types", unknown, ", ".join(sorted(TYPES)))
    return types


async def _what_follows(
    dependencies: ApiDependencies, cursor: Cursor, types: frozenset[str]
) -> tuple[bytes, Cursor]:
    """Return what is in memory, or a page of the journal for who is further back than that."""
    begin = dependencies.event_buffer.begin
    if all(reached >= first for reached, first in zip(cursor, begin, strict=True)):
        return dependencies.event_buffer.take(cursor, types, EVENTS_ITEMS_MAX)
    items, reached = await page(dependencies, cursor, EVENTS_ITEMS_MAX, types)
    if reached == cursor:  # nothing stands in between, so memory has all that follows
        reached = tuple(map(max, cursor, begin))
    return b"".join(chunk_of(item) for item in items), reached


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
        response=EventsPage,
        problems=(RequestErrorCode.INVALID_QUERY,),
        streams=True,
    ),
)

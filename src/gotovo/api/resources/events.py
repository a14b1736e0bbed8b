"""The journal as a feed: pages by cursor, or live as server-sent events.

A cursor is the position reached in each lane. Positions have no gaps and follow the order of
commits, so a cursor skips nothing and a page can be read again. They count the events of the whole
network, so keys of a shop get them sealed (rule 4.18).
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Annotated

from msgspec import Meta, structs
from starlette.responses import Response

from gotovo.access.feed_cursors import Cursor, LeftHistory
from gotovo.access.feed_events import EventFilter, EventItem, with_words
from gotovo.access.permissions import limits_of, may_see_words
from gotovo.access.programs.api_keys import KeyHolder
from gotovo.access.programs.scopes import KeyScope
from gotovo.api.authentication import authenticate
from gotovo.api.dispatch.dependencies import ApiDependencies
from gotovo.api.dispatch.endpoint import Endpoint, ProtectedBy
from gotovo.api.dispatch.errors import ApiError
from gotovo.api.dispatch.request import ApiRequest, has_scope, query_of
from gotovo.api.dispatch.submission import overloaded
from gotovo.api.schemas.event_view import EventView
from gotovo.http.hot_paths import HotResponse
from gotovo.http.streaming import EventStream
from gotovo.order.replay import TYPE_OF
from gotovo.order.values.actor import Role
from gotovo.value import Value
from gotovo.words.request_errors import RequestErrorCode

EVENTS_ITEMS = 100
EVENTS_ITEMS_MAX = 1_000
"""About 700 KB of events: a second of a busy day."""

SCANNED_MAX = 5_000
"""Events read for one page when it is filtered; the cursor advances even if none match."""

CURSOR_CHARACTERS_MAX = 5_000
"""256 lanes of a cluster, 18 digits each."""

HEARTBEAT_SECONDS = 15.0
"""Proxies close idle connections after 30 s at the earliest."""

KEY_CHECK_SECONDS = 1.0
"""How long a key that ended may still read a stream, besides the time its cache takes."""

SILENT_CHECK_SECONDS = 3.0
"""How long its stream stays open when there is nothing to read: 1,000 streams cost some 300 checks
a second, about 3 ms."""

CATCH_UP_ITEMS = 250
"""Events that a stream reads from the journal at once: each has its own page of 180 KB then."""

TYPES = frozenset(TYPE_OF.values())


class EventsQuery(Value, frozen=True, forbid_unknown_fields=True):
    """`types` are names separated by commas; `after` is a cursor, the beginning by default."""

    after: Annotated[str, Meta(max_length=CURSOR_CHARACTERS_MAX)] = ""
    limit: Annotated[int, Meta(ge=1, le=EVENTS_ITEMS_MAX)] = EVENTS_ITEMS
    types: Annotated[str, Meta(max_length=1_000)] = ""


class EventsPage(Value, frozen=True):
    """A page of the feed. `next` is the cursor of the next page; it is never null."""

    items: list[EventView]
    next: str


async def read_events(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Return a page, or a live stream when the client accepts an event stream."""
    query = query_of(request, EventsQuery)
    actor = request.actor
    wanted = EventFilter(_types(query.types), limits_of(actor).shop, may_see_words(actor.role))
    follows = _follows(request)
    last_id = request.header_bytes.get(b"last-event-id", b"").decode("latin-1") if follows else ""
    after = last_id or query.after
    cursor = _positions(dependencies, after, wanted)
    await _check_reached(dependencies, cursor, after, wanted)
    if follows:
        if dependencies.event_streams.is_full:
            raise overloaded()
        slot = dependencies.key_limiter.usage_of(request.holder).stream_slot()

        async def is_key_valid() -> bool:
            try:
                holder = await authenticate(dependencies, request.scope, request.header_bytes)
            except ApiError:
                return False
            return isinstance(holder, KeyHolder) and has_scope(holder, KeyScope.EVENTS_READ)

        chunks = follow(dependencies, cursor, wanted, is_key_valid)
        return EventStream(chunks, slot=slot)
    items, cursor = await page(dependencies, cursor, query.limit, wanted)
    reached = dependencies.feed_cursors.text(cursor, wanted.reader)
    whole = b",".join([item.json for item in items])
    return HotResponse(b'{"items":[%b],"next":"%b"}' % (whole, reached.encode()))


async def page(
    dependencies: ApiDependencies, cursor: Cursor, limit: int, wanted: EventFilter
) -> tuple[list[EventItem], Cursor]:
    """Return the next events that pass the filter, lane after lane, under the reader's cursors."""
    items: list[EventItem] = []
    text_of_event, reader = dependencies.feed_cursors.text_of_event, wanted.reader
    lanes = dependencies.changes.lanes
    is_whole_lane = wanted.is_open and len(lanes) == 1
    scanned = 0
    for index, lane in enumerate(lanes):
        exhausted = False
        while not exhausted and len(items) < limit and scanned < SCANNED_MAX:
            # Where there is one shop every event is its own, so a first read is no larger.
            is_wide = wanted.types or (wanted.shop is not None and scanned)
            size = min(EVENTS_ITEMS_MAX, SCANNED_MAX - scanned) if is_wide else limit - len(items)
            found = await dependencies.feed_cache.after(lane, cursor[index], size)
            exhausted = len(found) < size
            if is_whole_lane and found:
                items += found
                cursor = (found[-1].position,)
                continue
            for event in found:
                if len(items) == limit:
                    exhausted = True
                    break
                scanned += 1
                cursor = (*cursor[:index], event.position, *cursor[index + 1 :])
                if wanted.passes(event.type, event.shop):
                    items.append(event.at(text_of_event(cursor, reader)))
    return (await _with_words(dependencies, items) if wanted.with_words else items), cursor


async def _with_words(dependencies: ApiDependencies, items: list[EventItem]) -> list[EventItem]:
    """Return events with their words; they are read for all of them at once."""
    keys = [item.text for item in items if item.text is not None]
    if not keys:
        return items
    words = await dependencies.texts.of_keys(keys)
    return [
        item
        if item.text is None
        else structs.replace(item, json=with_words(item.json, words.get(item.text)))
        for item in items
    ]


async def follow(
    dependencies: ApiDependencies,
    cursor: Cursor,
    wanted: EventFilter,
    is_key_valid: Callable[[], Awaitable[bool]],
) -> AsyncGenerator[bytes, None]:
    """Yield events as they are committed, and a comment as heartbeat after a silence.

    The stream ends with its key: when it is revoked, expires, loses the scope or the network.
    """
    clock = asyncio.get_running_loop().time
    silent_since = checked_at = clock()
    with dependencies.metrics.streams.track_inprogress():
        yield b": following\nretry: 1000\n\n"
        async with dependencies.event_buffer.open_stream():
            while not dependencies.changes.is_closed:
                chunk, reached = await _next_chunk(dependencies, cursor, wanted)
                now = clock()
                if now - checked_at >= KEY_CHECK_SECONDS:
                    if not await is_key_valid():
                        return
                    checked_at = now
                if chunk:
                    yield chunk
                    silent_since = now
                elif now - silent_since >= HEARTBEAT_SECONDS:
                    yield b": heartbeat\n\n"
                    silent_since = now
                if reached == cursor:
                    seconds = min(silent_since + HEARTBEAT_SECONDS - now, SILENT_CHECK_SECONDS)
                    reached = await dependencies.event_buffer.wait(cursor, wanted, seconds)
                cursor = reached


def _positions(dependencies: ApiDependencies, text: str, wanted: EventFilter) -> Cursor:
    """Return the positions in a cursor.

    Raises ApiError where it is none that the reader got, or where a restore has taken back what the
    reader had got by then.
    """
    lanes = len(dependencies.changes.lanes)
    if not text:
        return (0,) * lanes
    positions = dependencies.feed_cursors.positions(text, wanted.reader, lanes)
    if positions is None:
        expected = "a cursor of this feed"
        if wanted.shop is not None:
            expected = "a cursor that a key of this shop got, as it was"
        raise ApiError(RequestErrorCode.INVALID_QUERY, "after", text, expected)
    if isinstance(positions, LeftHistory):
        resume = dependencies.feed_cursors.text(positions.resume, wanted.reader)
        raise ApiError(RequestErrorCode.FEED_RESTORED, "after", text, resume)
    return positions


def _follows(request: ApiRequest) -> bool:
    """Tell whether the client wants a stream; HEAD has no body that could go on."""
    accept = request.header_bytes.get(b"accept", b"")
    return b"text/event-stream" in accept and request.method == "GET"


async def _check_reached(
    dependencies: ApiDependencies, cursor: Cursor, text: str, wanted: EventFilter
) -> None:
    """Refuse a cursor beyond the head, which was never given out.

    A client that kept it would hear nothing until the journal had grown past it, and would miss
    what came before.
    """
    changes = dependencies.changes
    lanes = zip(changes.lanes, cursor, strict=True)
    if any(position > changes.head(lane) for lane, position in lanes):
        await changes.catch_up()
    head = tuple(changes.head(lane) for lane in changes.lanes)
    if any(position > last for position, last in zip(cursor, head, strict=True)):
        code = RequestErrorCode.CURSOR_BEYOND_HEAD
        newest = dependencies.feed_cursors.text(head, wanted.reader)
        raise ApiError(code, "after", text, newest)


def _types(text: str) -> frozenset[str]:
    types = frozenset(name.strip() for name in text.split(",") if name.strip())
    unknown = min(types - TYPES, default=None)
    if unknown is not None:
        raise ApiError(RequestErrorCode.INVALID_QUERY, "types", unknown, ", ".join(sorted(TYPES)))
    return types


async def _next_chunk(
    dependencies: ApiDependencies, cursor: Cursor, wanted: EventFilter
) -> tuple[bytes, Cursor]:
    """Return events from the buffer, or from the journal when the cursor is before the buffer."""
    begin = dependencies.event_buffer.begin
    if all(reached >= first for reached, first in zip(cursor, begin, strict=True)):
        taken = dependencies.event_buffer.take(cursor, wanted, EVENTS_ITEMS_MAX)
        if not (taken.texts and wanted.with_words):
            return taken.without_words, taken.cursor
        words = await dependencies.texts.of_keys(list(taken.texts.values()))
        return taken.with_words(words), taken.cursor
    items, reached = await page(dependencies, cursor, CATCH_UP_ITEMS, wanted)
    if reached == cursor:  # Nothing lies in between, so the buffer has all that follows.
        reached = tuple(map(max, cursor, begin))
    return b"".join(item.chunk for item in items), reached


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path="/api/v1/events",
        name="readEvents",
        tag="events",
        summary="Read or follow the journal",
        description=(
            "Every event of every order that the key may see, in the order of commits. Send "
            "`next` as `after` to read on. With `Accept: text/event-stream` the connection stays "
            "open, and after a lost "
            "connection `Last-Event-ID` resumes the stream. A key of a shop gets the events of its "
            "own orders, and cursors of which nobody can read how many others there were: a page "
            "may be empty while `next` moves over those."
        ),
        handler=read_events,
        protected_by=ProtectedBy.SHOP,
        scope=KeyScope.EVENTS_READ,
        roles=frozenset({Role.FOLLOWER, Role.STOREFRONT, Role.SUPPORT, Role.ADMIN}),
        query=EventsQuery,
        response=EventsPage,
        problems=(
            RequestErrorCode.INVALID_QUERY,
            RequestErrorCode.CURSOR_BEYOND_HEAD,
            RequestErrorCode.FEED_RESTORED,
        ),
        streams=True,
    ),
)

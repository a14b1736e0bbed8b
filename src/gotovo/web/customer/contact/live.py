"""Live updates of a buyer's open pages: server-sent events for one session.

An event holds nothing of an order but its number: the script fetches the page again, so a page is
rendered in one way only. The id of an event is the cursor after it; a page knows the cursor it was
read at.
"""

import asyncio
from collections.abc import AsyncGenerator
from typing import Final

from starlette.responses import Response

from gotovo.access.buyer import sessions
from gotovo.access.feed_cursors import LeftHistory, buyer_reader
from gotovo.engine.subscriptions import Notification
from gotovo.http.errors import BadRequest
from gotovo.http.streaming import EVENT_STREAM, EventStream
from gotovo.store.tables.access.sign_in import Session
from gotovo.web.site.visit import Visit
from gotovo.words.formats.dates import format_rfc3339

HEARTBEAT_SECONDS: Final = 15.0
"""Below the idle timeout of any proxy; an ended session gets events for so long at the most."""

RETRY_MS: Final = 1_000
"""How soon a browser reconnects by itself when the connection breaks."""

MANY: Final = "*"
"""Replaces the numbers when more orders have changed than an event can hold."""

_TOO_MANY, _FULL = 429, 503
_OVER: Final = b"event: over\ndata: session\n\n"
"""The page reloads itself: a script can't see the status of a stream that is refused."""
_LATER: Final = {"retry-after": "60"}


def live_cursor(visit: Visit, position: int) -> str:
    """Return the cursor of a page that was read at this position, for the buyer signed in.

    It is sealed, as positions count what all buyers do.
    """
    assert visit.session is not None, visit.request.url.path
    return visit.dependencies.feed_cursors.text((position,), buyer_reader(visit.session.customer))


async def live_updates(visit: Visit) -> Response:
    """Stream the changes of the buyer's orders; a script reads them, so errors have no page."""
    if visit.request.method == "HEAD":  # it has no body to wait for
        return Response(headers={"content-type": EVENT_STREAM})
    if visit.session is None:
        return Response(_OVER, headers={"content-type": EVENT_STREAM})
    streams = visit.dependencies.streams
    if streams.is_full_for(visit.session.customer):
        return Response(status_code=_TOO_MANY, headers=_LATER)
    if streams.is_full:
        return Response(status_code=_FULL, headers=_LATER)
    reader = buyer_reader(visit.session.customer)
    after = _position(visit, reader)
    chunks = _events(visit, visit.session, visit.identity.session_token, after)
    # Started before the response, so that an unreachable database becomes a status.
    return EventStream(chunks, await anext(chunks))


async def _events(
    visit: Visit, session: Session, token: str, after: int | None
) -> AsyncGenerator[bytes, None]:
    """Yield events as they come, and heartbeats, until the session ends.

    A page without an `after` shows what a restore has taken back: it reads itself anew at once.
    """
    dependencies, clock = visit.dependencies, asyncio.get_running_loop().time
    reader = buyer_reader(session.customer)
    with dependencies.streams.slot(session.customer):
        subscribed = dependencies.subscriptions.subscribe(session.customer, after or 0)
        async with subscribed as subscription:
            yield f"retry: {RETRY_MS}\n\n".encode()
            if after is None:
                yield f"event: order\ndata: {MANY}\n\n".encode()
            beat_at = clock() + HEARTBEAT_SECONDS
            while not subscription.is_over:
                notification = await subscription.next(max(0.0, beat_at - clock()))
                shown = await _open(visit, session, notification) if notification else None
                if shown is not None:
                    cursor = dependencies.feed_cursors.text((shown.cursor,), reader)
                    yield _serialize(shown, cursor)
                if clock() < beat_at:
                    continue
                now = dependencies.clock()
                if await sessions.find(dependencies.sign_in, token, now) is None:
                    yield _OVER
                    return
                yield f": here\nevent: beat\ndata: {format_rfc3339(now)}\n\n".encode()
                beat_at = clock() + HEARTBEAT_SECONDS


async def _open(visit: Visit, session: Session, told: Notification) -> Notification | None:
    """Return a notification without orders that are closed in a session, None when all are.

    The number of one of them would open them all.
    """
    if session.orders_since is None or not told.numbers:
        return told
    found = await visit.dependencies.orders.placed_since(
        session.customer, told.numbers, session.orders_since
    )
    numbers = tuple(number for number in told.numbers if number in found)
    return Notification(told.cursor, numbers) if numbers else None


def _serialize(notification: Notification, cursor: str) -> bytes:
    """Return one event per order; only the last has the cursor, as they are read in order."""
    *others, last = notification.numbers or (MANY,)
    events = "".join(f"event: order\ndata: {number}\n\n" for number in others)
    return f"{events}event: order\nid: {cursor}\ndata: {last}\n\n".encode()


def _position(visit: Visit, reader: str) -> int | None:
    """Return the position to stream from; the last event the browser has read takes precedence.

    None where what the page shows was taken back by a restore.
    """
    cursor = visit.request.headers.get("last-event-id") or visit.query("after")
    if not cursor:
        return 0
    positions = visit.dependencies.feed_cursors.positions(cursor, reader, 1)
    if positions is None:
        raise BadRequest
    return None if isinstance(positions, LeftHistory) else positions[0]

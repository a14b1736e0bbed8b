"""News of one's own orders while a page is open: server-sent events for one session.

Nothing is told of an order but its number: the page asks for itself again, so what it shows has one
way to come about. An id is the cursor behind the news; a page says with which one it was read.
"""

import asyncio
from collections.abc import AsyncGenerator
from typing import Final

from starlette.responses import Response

from gotovo.access.buyer import sessions
from gotovo.engine.subscriptions import Notification
from gotovo.http.errors import BadRequest
from gotovo.http.streaming import EVENT_STREAM, EventStream
from gotovo.store.tables.access.sign_in import Session
from gotovo.web.site.visit import Visit
from gotovo.words.formats.dates import format_rfc3339

HEARTBEAT_SECONDS: Final = 15.0
"""Shorter than any proxy's patience; and how long a session that has ended is still told news."""

RETRY_MS: Final = 1_000
"""How soon a browser comes again by itself when the line breaks."""

MANY: Final = "*"
"""Stands for the numbers where more orders than can be named have news."""

_DIGITS_MAX: Final = 18  # What a position can have in the database.

_NO_SESSION, _TOO_MANY, _FULL = 401, 429, 503
_LATER: Final = {"retry-after": "60"}


async def live_updates(visit: Visit) -> Response:
    """Stream the news of the person signed in; a script asks, so errors have no page."""
    if visit.session is None:
        return Response(status_code=_NO_SESSION)
    if visit.request.method == "HEAD":  # it has no body to wait for
        return Response(headers={"content-type": EVENT_STREAM})
    streams = visit.dependencies.streams
    if streams.is_full_for(visit.session.customer):
        return Response(status_code=_TOO_MANY, headers=_LATER)
    if streams.is_full:
        return Response(status_code=_FULL, headers=_LATER)
    chunks = _news(visit, visit.session, visit.identity.session_token, _cursor(visit))
    # Begun before the answer is, so that a database that is away is told by the status.
    return EventStream(chunks, await anext(chunks))


async def _news(
    visit: Visit, session: Session, token: str, after: int
) -> AsyncGenerator[bytes, None]:
    """Yield news as it comes, and a heartbeat now and then, until the session ends."""
    dependencies, clock = visit.dependencies, asyncio.get_running_loop().time
    with dependencies.streams.slot(session.customer):
        async with dependencies.subscriptions.subscribe(session.customer, after) as subscription:
            yield f"retry: {RETRY_MS}\n\n".encode()
            beat_at = clock() + HEARTBEAT_SECONDS
            while not subscription.is_over:
                notification = await subscription.next(max(0.0, beat_at - clock()))
                if notification is not None:
                    yield _said(notification)
                if clock() < beat_at:
                    continue
                now = dependencies.clock()
                if await sessions.find(dependencies.sign_in, token, now) is None:
                    yield b"event: over\ndata: session\n\n"
                    return
                yield f": here\nevent: beat\ndata: {format_rfc3339(now)}\n\n".encode()
                beat_at = clock() + HEARTBEAT_SECONDS


def _said(notification: Notification) -> bytes:
    """Return events of the same cursor; only the last one bears it, for they are read in turn."""
    *others, last = notification.numbers or (MANY,)
    events = "".join(f"event: order\ndata: {number}\n\n" for number in others)
    return f"{events}event: order\nid: {notification.cursor}\ndata: {last}\n\n".encode()


def _cursor(visit: Visit) -> int:
    """Return after which position news are wanted; what the browser has heard counts most."""
    said = visit.request.headers.get("last-event-id") or visit.query("after") or "0"
    if not (said.isascii() and said.isdigit() and len(said) <= _DIGITS_MAX):
        raise BadRequest
    return int(said)

"""Sessions of staff as the API sees them: a cache of holders, each at most `STALE_SECONDS` old.

A key's token and a session's token lead to the same kind of holder, so nothing behind it knows the
difference. A clerk's screen sends a request every second or two: each session is looked up once in
`STALE_SECONDS`, however many requests come meanwhile. What ends a session or suspends its person
takes effect after that time at the latest.
"""

import asyncio
import time
from collections.abc import Callable
from datetime import datetime
from typing import Final

from msgspec import Struct

from gotovo.access.programs.api_keys import KeyHolder
from gotovo.access.programs.grants import KeyReach
from gotovo.access.programs.scopes import granted
from gotovo.access.staff.sessions import StaffSessions, actor_of_session
from gotovo.order.values.actor import Actor, Role
from gotovo.store.tables.staff.sessions import StaffSession

STALE_SECONDS: Final = 2.0

CACHED_MAX: Final = 10_000
"""Sessions of one process: 1,500 points with some people each. About 2 kB each."""


class UnchosenGrant(Struct, frozen=True):
    """A living session whose person has not chosen what they act as."""

    session: StaffSession


Found = KeyHolder | UnchosenGrant | None


class _CacheEntry(Struct, frozen=True):
    found: Found
    read_at: float


class StaffSessionCache:
    """Finds the holder behind the token of a staff session."""

    def __init__(
        self,
        sessions: StaffSessions,
        clock: Callable[[], datetime],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Start empty."""
        self._sessions = sessions
        self._clock = clock
        self._monotonic = monotonic
        self._entries: dict[bytes, _CacheEntry] = {}
        self._reading: dict[bytes, asyncio.Task[Found]] = {}

    async def find(self, token: str) -> Found:
        """Return the holder of a session's token, None where there is no such session."""
        digest = self._sessions.digest_of(token)
        if digest is None:
            return None
        entry = self._entries.get(digest)
        if entry is not None and self._monotonic() - entry.read_at < STALE_SECONDS:
            return entry.found
        reading = self._reading.get(digest)
        if reading is None:
            reading = self._reading[digest] = asyncio.create_task(self._read(digest))
            reading.add_done_callback(lambda _: self._reading.pop(digest, None))
        return await asyncio.shield(reading)

    def forget(self, digest: bytes) -> None:
        """Look a session up again: it was changed in this process."""
        self._entries.pop(digest, None)

    async def _read(self, digest: bytes) -> Found:
        began_at = self._monotonic()
        session = await self._sessions.find_by_digest(digest, self._clock())
        found = None if session is None else holder_of(session)
        self._entries.pop(digest, None)
        if len(self._entries) >= CACHED_MAX:
            self._entries.pop(next(iter(self._entries)))
        self._entries[digest] = _CacheEntry(found, began_at)
        return found


def holder_of(session: StaffSession) -> KeyHolder | UnchosenGrant:
    """Return who sends the requests of a session: the same kind of holder as that of a key.

    Idempotency keys and limits are the person's, whichever of their sessions a request comes from.
    """
    actor = actor_of_session(session)
    if actor is None:
        return UnchosenGrant(session)
    return _holder(session, actor)


def _holder(session: StaffSession, actor: Actor) -> KeyHolder:
    role = Role(actor.role)
    return KeyHolder(
        key_id=actor.id,
        name=session.name,
        actor=actor,
        scopes=granted(role, None),
        reach=KeyReach(role, expires_at=None),
        session=session,
    )

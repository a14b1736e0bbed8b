"""Access log: who has seen which orders (rule 4.16).

An access costs its request an entry in memory; a few seconds later all entries are written at once.
The table has one row per key, subject, kind and day, so a program that reads the same order all day
adds one row with a count.
"""

import asyncio
from collections.abc import Callable, Iterable
from datetime import datetime
from itertools import islice
from typing import Final

from msgspec import Struct

from gotovo.order.values.actor import Actor
from gotovo.store.tables.access.access_log import (
    SETTLED_AFTER,
    AccessKind,
    AccessLogStore,
    LoggedAccess,
)

WRITE_SECONDS: Final = 5.0
"""How much a crash may lose; in this time a busy process merges many accesses into one row."""

PENDING_MAX: Final = 20_000
"""Entries waiting to be written, about 10 MB; with this many, the next access writes them first."""

_ROWS_PER_STATEMENT: Final = 2_000
"""Rows of one statement: some 20 ms, so that commands hardly wait for it."""

_Key = tuple[str, str, AccessKind]
"""The subject, the actor as `role:id`, the kind: what a row is told apart by. Of an actor nothing
else counts: its key may have been changed between two accesses."""


class _Accesses(Struct):
    """Accesses that are not written yet; `place` is where the latest of them was from."""

    place: str
    count: int
    first_at: datetime
    last_at: datetime


class AccessLog:
    """The entries of this process that are not written yet."""

    def __init__(self, store: AccessLogStore, clock: Callable[[], datetime]) -> None:
        """Start empty; `write` has to be called every few seconds, and at the end."""
        self._store = store
        self._clock = clock
        self._pending: dict[_Key, _Accesses] = {}
        self._writing = asyncio.Lock()

    async def record(self, actor: Actor, kind: AccessKind, subjects: Iterable[str]) -> None:
        """Record an access to each of these orders (by number) or customers (by id).

        When too much is pending, raises what the database raises: what cannot be logged is not
        shown.
        """
        if len(self._pending) >= PENDING_MAX:
            await self.write()
        now, by, place = self._clock(), f"{actor.role}:{actor.id}", actor.place or ""
        for subject in subjects:
            self._add((subject, by, kind), _Accesses(place, 1, now, now))

    async def write(self) -> None:
        """Write what is pending; what could not be written stays pending."""
        async with self._writing:
            while self._pending:
                keys = list(islice(self._pending, _ROWS_PER_STATEMENT))
                taken = {key: self._pending.pop(key) for key in keys}
                try:
                    settled = (self._clock() - SETTLED_AFTER).date()
                    await self._store.put([_entry(*each) for each in taken.items()], settled)
                except BaseException:
                    for key, accesses in taken.items():
                        self._add(key, accesses)
                    raise

    def _add(self, key: _Key, accesses: _Accesses) -> None:
        known = self._pending.get(key)
        if known is None:
            self._pending[key] = accesses
            return
        known.count += accesses.count
        known.first_at = min(known.first_at, accesses.first_at)
        known.last_at = max(known.last_at, accesses.last_at)


def _entry(key: _Key, accesses: _Accesses) -> LoggedAccess:
    subject, actor, kind = key
    return LoggedAccess(
        subject=subject,
        actor=actor,
        place=accesses.place,
        what=kind,
        times=accesses.count,
        first_at=accesses.first_at,
        last_at=accesses.last_at,
    )

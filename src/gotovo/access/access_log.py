"""Each look at somebody's order is counted, and written down a few seconds later with all others.

A look costs its asker an entry in memory. What is written is a row for each key, thing and day,
so a program that reads the same order all day is one line that says how often.
"""

import asyncio
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from msgspec import Struct

from gotovo.order.values.actor import Actor
from gotovo.store.tables.access.access_log import Looks, OrderLooks, What

LOOKS_KEPT: Final = timedelta(days=90)
"""How long buyers are told of a look: longer than any order takes with its return."""

WRITE_SECONDS: Final = 5.0
"""How much a crash may lose; a busy process writes a row for what was looked at often within."""

WAITING_MAX: Final = 20_000
"""Rows that wait to be written, about 10 MB; with so many, whoever looks next writes them first."""

_WRITTEN_AT_ONCE: Final = 2_000
"""Rows of one statement: some 20 ms, so that commands hardly wait for it."""


class _Seen(Struct):
    """Looks that are not written down yet."""

    looks: int
    first_at: datetime
    last_at: datetime


class CountedLooks:
    """The looks of this process that are not written down yet."""

    def __init__(self, store: OrderLooks, clock: Callable[[], datetime]) -> None:
        """Begin with nothing; somebody has to call `write` every few seconds, and at the end."""
        self._store = store
        self._clock = clock
        self._waiting: dict[tuple[str, Actor, What], _Seen] = {}
        self._writing = asyncio.Lock()

    async def count(self, actor: Actor, what: What, subjects: Iterable[str]) -> None:
        """Count a look at each of these orders (by number) or customers (by id).

        Raises what the database raises, where it has to be waited for: what nobody can write
        down is shown to nobody.
        """
        if len(self._waiting) >= WAITING_MAX:
            await self.write()
        now = self._clock()
        for subject in subjects:
            self._add((subject, actor, what), _Seen(1, now, now))

    async def write(self) -> None:
        """Write down what waits; what could not be written waits on."""
        async with self._writing:
            while self._waiting:
                keys = list(islice(self._waiting, _WRITTEN_AT_ONCE))
                taken = {key: self._waiting.pop(key) for key in keys}
                try:
                    await self._store.put([_row(*each) for each in taken.items()])
                except BaseException:
                    for key, seen in taken.items():
                        self._add(key, seen)
                    raise

    def _add(self, key: tuple[str, Actor, What], seen: _Seen) -> None:
        known = self._waiting.get(key)
        if known is None:
            self._waiting[key] = seen
            return
        known.looks += seen.looks
        known.first_at = min(known.first_at, seen.first_at)
        known.last_at = max(known.last_at, seen.last_at)


def _row(key: tuple[str, Actor, What], seen: _Seen) -> Looks:
    subject, actor, what = key
    return Looks(
        subject=subject,
        actor=f"{actor.role}:{actor.id}",
        place=actor.place or "",
        what=what,
        looks=seen.looks,
        first_at=seen.first_at,
        last_at=seen.last_at,
    )

"""DataLoader: reads of many callers in one statement, as commands share a commit.

A call that comes while a read is under way is part of the next one: no delay is added, and a lone
caller pays for one read. A read begins after all of its calls came, so each of them sees what was
committed before.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")

KEYS_MAX = 64
"""Keys of one statement: beyond that a read gains little and its first caller waits longer."""

AT_ONCE = 2
"""Statements under way: while the server works on one, the program works on the other."""


class DataLoader(Generic[K, V]):
    """One kind of read."""

    def __init__(self, read: Callable[[Sequence[K]], Awaitable[Mapping[K, V]]]) -> None:
        """Use a read of many keys at once; what it does not find it leaves out."""
        self._read = read
        self._queue: list[tuple[K, asyncio.Future[V | None]]] = []
        self._running = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def get(self, key: K) -> V | None:
        """Return the value of a key, None if there is none; raise what the read raises."""
        future: asyncio.Future[V | None] = asyncio.get_running_loop().create_future()
        self._queue.append((key, future))
        if self._running < AT_ONCE:
            self._running += 1
            task = asyncio.create_task(self._run())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return await future

    async def _run(self) -> None:
        """Read until the queue is empty; a later call finds this run no longer counted."""
        try:
            while self._queue:
                batch = self._queue[:KEYS_MAX]
                del self._queue[:KEYS_MAX]
                await self._answer(batch)
        finally:
            self._running -= 1

    async def _answer(self, batch: "Sequence[tuple[K, asyncio.Future[V | None]]]") -> None:
        try:
            found = await self._read(list(dict.fromkeys(key for key, _ in batch)))
        except Exception as error:  # noqa: BLE001  (each caller gets it, as if alone)
            for _, future in batch:
                if not future.done():
                    future.set_exception(error)
        else:
            for key, future in batch:
                if not future.done():
                    future.set_result(found.get(key))

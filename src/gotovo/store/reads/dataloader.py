"""Reads of many askers in one statement, as commands share a commit.

Whoever asks while a read is under way is in the next one: no delay is added, and alone an asker
pays one read. A read begins after each of its askers asked, so everyone sees what was committed
before.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")

KEYS_MAX = 64
"""Keys of one statement: beyond that a read gains little and its first asker waits longer."""

AT_ONCE = 2
"""Statements under way: while the server works on one, the program works on the other."""


class DataLoader(Generic[K, V]):
    """One kind of read."""

    def __init__(self, read: Callable[[Sequence[K]], Awaitable[Mapping[K, V]]]) -> None:
        """Use a read of many keys at once; what it does not find it leaves out."""
        self._read = read
        self._waiting: list[tuple[K, asyncio.Future[V | None]]] = []
        self._running = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def get(self, key: K) -> V | None:
        """Return what there is under the key, None without it; raise what the read raises."""
        future: asyncio.Future[V | None] = asyncio.get_running_loop().create_future()
        self._waiting.append((key, future))
        if self._running < AT_ONCE:
            self._running += 1
            task = asyncio.create_task(self._run())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return await future

    async def _run(self) -> None:
        """Read until nobody waits; whoever asks after that finds this run no longer counted."""
        try:
            while self._waiting:
                asked = self._waiting[:KEYS_MAX]
                del self._waiting[:KEYS_MAX]
                await self._answer(asked)
        finally:
            self._running -= 1

    async def _answer(self, asked: "Sequence[tuple[K, asyncio.Future[V | None]]]") -> None:
        try:
            found = await self._read(list(dict.fromkeys(key for key, _ in asked)))
        except Exception as error:  # noqa: BLE001  (each asker hears of it, as if alone)
            for _, future in asked:
                if not future.done():
                    future.set_exception(error)
        else:
            for key, future in asked:
                if not future.done():
                    future.set_result(found.get(key))

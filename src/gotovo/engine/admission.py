"""How many submissions may be under way; who finds no room waits in order of arrival."""

import asyncio
from collections import deque

from gotovo.engine.ports import EngineClosed


class Room:
    """A bounded number of places."""

    def __init__(self, limit: int) -> None:
        """Begin empty."""
        self._limit = limit
        self._queue: deque[tuple[int, asyncio.Future[None]]] = deque()
        self._closed = False
        self.taken = 0

    def take_now(self, count: int) -> bool:
        """Take places if they are free and nobody waits for any; tell whether it worked.

        A sequence longer than the limit is let in when nothing else is under way.
        """
        if self._queue or (self.taken and self.taken + count > self._limit):
            return False
        self.taken += count
        return True

    async def take(self, count: int) -> None:
        """Wait for places and take them; raise EngineClosed if the engine shuts down before."""
        if self._closed:
            raise EngineClosed
        if self.take_now(count):
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queue.append((count, future))
        try:
            await future
        except asyncio.CancelledError:
            if future.done() and not future.cancelled() and future.exception() is None:
                self.give(count)
            raise

    def give(self, count: int) -> None:
        """Give places back, and let in whoever waits first."""
        self.taken -= count
        while self._queue:
            wanted, future = self._queue[0]
            if future.done():
                self._queue.popleft()
                continue
            if self.taken and self.taken + wanted > self._limit:
                return
            self._queue.popleft()
            self.taken += wanted
            future.set_result(None)

    def close(self) -> None:
        """Turn away whoever waits, and whoever comes."""
        self._closed = True
        while self._queue:
            _, future = self._queue.popleft()
            if not future.done():
                future.set_exception(EngineClosed())

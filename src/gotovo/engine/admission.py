"""Admission limit: a weighted semaphore in order of arrival, for submissions under way."""

import asyncio
from collections import deque

from gotovo.engine.ports import EngineClosed


class AdmissionLimit:
    """At most `limit` submissions at once; further callers wait."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._waiters: deque[tuple[int, asyncio.Future[None]]] = deque()
        self._closed = False
        self.admitted = 0

    def try_acquire(self, count: int) -> bool:
        """Admit these submissions if the limit allows and nobody waits; return whether it did.

        A sequence longer than the limit is admitted when nothing else is under way.
        """
        if self._waiters or (self.admitted and self.admitted + count > self._limit):
            return False
        self.admitted += count
        return True

    async def acquire(self, count: int) -> None:
        """Wait until these submissions are admitted; raise EngineClosed if that comes first."""
        if self._closed:
            raise EngineClosed
        if self.try_acquire(count):
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiters.append((count, future))
        try:
            await future
        except asyncio.CancelledError:
            if future.done() and not future.cancelled() and future.exception() is None:
                self.release(count)
            raise

    def release(self, count: int) -> None:
        """Release what these submissions acquired, and admit those that wait longest."""
        self.admitted -= count
        while self._waiters:
            wanted, future = self._waiters[0]
            if future.done():
                self._waiters.popleft()
                continue
            if self.admitted and self.admitted + wanted > self._limit:
                return
            self._waiters.popleft()
            self.admitted += wanted
            future.set_result(None)

    def close(self) -> None:
        """Admit nobody any more: everyone who waits gets EngineClosed."""
        self._closed = True
        while self._waiters:
            _, future = self._waiters.popleft()
            if not future.done():
                future.set_exception(EngineClosed())

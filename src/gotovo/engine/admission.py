"""Admission limit: a weighted semaphore for submissions under way, fair between those who wait."""

import asyncio
from collections import OrderedDict, deque

from gotovo.engine.ports import EngineClosed

Waiter = tuple[int, "asyncio.Future[None]"]


class AdmissionLimit:
    """At most `limit` submissions at once; further callers wait.

    Callers of one share are admitted in order of arrival, shares in turns: whoever waits often
    does not keep those waiting who wait once.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._waiters: OrderedDict[str, deque[Waiter]] = OrderedDict()
        self._closed = False
        self.admitted = 0

    def try_acquire(self, count: int) -> bool:
        """Admit these submissions if the limit allows and nobody waits; return whether it did.

        A sequence longer than the limit is admitted when nothing else is under way.
        """
        if self._waiters or (self.admitted and self.admitted + count > self.limit):
            return False
        self.admitted += count
        return True

    async def acquire(self, count: int, share: str = "") -> None:
        """Wait until these submissions are admitted; raise EngineClosed if that comes first."""
        if self._closed:
            raise EngineClosed
        if self.try_acquire(count):
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiters.setdefault(share, deque()).append((count, future))
        try:
            await future
        except asyncio.CancelledError:
            if future.done() and not future.cancelled() and future.exception() is None:
                self.release(count)
            raise

    def release(self, count: int) -> None:
        """Release what these submissions acquired, and admit who waits: one of each share."""
        self.admitted -= count
        while self._waiters:
            share = next(iter(self._waiters))
            of_share = self._waiters[share]
            wanted, future = of_share[0]
            is_waiting = not future.done()
            if is_waiting and self.admitted and self.admitted + wanted > self.limit:
                return
            of_share.popleft()
            if is_waiting:
                self.admitted += wanted
                future.set_result(None)
                self._waiters.move_to_end(share)  # It takes its next turn after the others.
            if not of_share:
                del self._waiters[share]

    def close(self) -> None:
        """Admit nobody any more: everyone who waits gets EngineClosed."""
        self._closed = True
        for of_share in self._waiters.values():
            for _, future in of_share:
                if not future.done():
                    future.set_exception(EngineClosed())
        self._waiters.clear()

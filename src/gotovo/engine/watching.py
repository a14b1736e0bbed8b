"""Watching one's own orders: one reader of the journal a process, and only while anybody watches.

The reader learns of each event only whose order it is about, and tells whoever watches that
customer. A watcher comes with the cursor of the page it looks at, and is told at once what has
happened since. Our own commits wake the reader; it looks now and then for those of other processes.
"""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress

from gotovo.engine.ports import Changes, Since
from gotovo.value import Value

LOOK_SECONDS = 0.5
"""How late an event may be that another process committed; a look is one statement a process."""

READ_SECONDS_MIN = 0.05
"""Between two reads: whatever is committed, there are twenty statements a second at most."""

PAGE_EVENTS = 1_000
"""More than is committed between two reads, so that one statement is enough."""

NUMBERS_MAX = 32
"""Orders of one customer that are told one by one; of more it is told that there are many."""


class Heard(Value, frozen=True):
    """News for one watcher: the cursor behind it, and the numbers; none when they are too many."""

    cursor: int
    numbers: tuple[str, ...]


class Watch:
    """One who watches; what has not been heard yet is kept, a bounded number of orders."""

    def __init__(self) -> None:
        """Begin without news."""
        self.is_over = False
        self._reached = -1
        self._cursor = 0
        self._numbers: dict[str, None] = {}
        self._fault: Exception | None = None
        self._rung = asyncio.Event()

    async def heard(self, seconds: float) -> Heard | None:
        """Return news as soon as there is some, None after a while or when it is over.

        Raises what the journal raised: who watches comes again with its cursor.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._rung.wait()
        self._rung.clear()
        if self._fault is not None:
            raise self._fault.with_traceback(None)
        if self.is_over or not self._numbers:
            return None
        numbers, self._numbers = tuple(self._numbers), {}
        return Heard(self._cursor, numbers if len(numbers) <= NUMBERS_MAX else ())

    def tell(self, position: int, number: str) -> None:
        """Take note of an event, save one that was known before."""
        if position > self._reached:
            self._note(position, (number,))

    def catch_up(self, since: Since) -> None:
        """Take note of what happened before watching began."""
        self._reached = since.head
        if since.numbers:
            self._note(since.head, since.numbers)

    def fail(self, error: Exception) -> None:
        """Let it be raised."""
        self._fault = error
        self._rung.set()

    def end(self) -> None:
        """Tell that nothing will follow."""
        self.is_over = True
        self._rung.set()

    def _note(self, cursor: int, numbers: Sequence[str]) -> None:
        self._cursor = max(self._cursor, cursor)
        for number in numbers:
            if len(self._numbers) <= NUMBERS_MAX:
                self._numbers[number] = None
        self._rung.set()


class Watching:
    """All who watch in this process, by customer, and the reader that tells them."""

    def __init__(self, changes: Changes, lane: int = 0) -> None:
        """Read nothing yet: that begins with the first watcher."""
        self._changes = changes
        self._lane = lane
        self._watches: dict[str, set[Watch]] = {}
        self._head = 0
        self._reader: asyncio.Task[None] | None = None
        self._beginning = asyncio.Lock()
        self._hint = asyncio.Event()
        self._is_over = False

    def wake(self) -> None:
        """Look for news now; made for `Engine.on_commit`."""
        self._hint.set()

    def close(self) -> None:
        """End every watch, because this process is asked to stop; a server waits for them."""
        self._is_over = True
        for watch in self._all():
            watch.end()
        self._hint.set()

    @asynccontextmanager
    async def watch(self, customer: str, after: int) -> AsyncGenerator[Watch]:
        """Watch the orders of a customer from a cursor on, for as long as the context is open."""
        watch = Watch()
        alike = self._watches.setdefault(customer, set())
        alike.add(watch)
        try:
            await self._begin()
            # Asked after the reader knows its head: what is committed in between is told twice
            # and heard once, and nothing falls between the two.
            most = NUMBERS_MAX + 1
            watch.catch_up(await self._changes.since(self._lane, customer, after, most))
            if self._is_over:
                watch.end()
            yield watch
        finally:
            alike.discard(watch)
            if not alike and self._watches.get(customer) is alike:
                del self._watches[customer]

    async def _begin(self) -> None:
        """Return when the reader is at work."""
        async with self._beginning:
            if self._reader is None:
                self._head = (await self._changes.touched(self._lane, None, 0)).head
                self._reader = asyncio.create_task(self._read_on())

    async def _read_on(self) -> None:
        """Read until nobody watches; a fault is raised in each who does, and they come again."""
        try:
            while self._watches and not self._is_over:
                self._hint.clear()
                await self._read()
                await asyncio.sleep(READ_SECONDS_MIN)
                with suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_SECONDS):
                        await self._hint.wait()
        except Exception as error:  # noqa: BLE001  (whatever it is, who watches hears of it)
            for watch in self._all():
                watch.fail(error)
        finally:
            self._reader = None

    async def _read(self) -> None:
        """Tell everybody what is new."""
        while True:
            found = (await self._changes.touched(self._lane, self._head, PAGE_EVENTS)).events
            for each in found:
                for watch in self._watches.get(each.customer, ()):
                    watch.tell(each.position, each.number)
            if found:
                self._head = found[-1].position
            if len(found) < PAGE_EVENTS:
                return

    def _all(self) -> list[Watch]:
        return [watch for alike in self._watches.values() for watch in alike]

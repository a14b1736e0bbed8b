"""Connection cache in front of the pool; translates the driver's errors to the engine's."""

import asyncio
from contextlib import suppress
from types import TracebackType
from typing import Any

import asyncpg

from gotovo.engine.ports import JournalUnreachable, RaceLost
from gotovo.store.postgres.unreachable import SERVER_AWAY

CALL_SECONDS = 10.0
"""How long one statement may take. The largest batch needs some 20 ms; after ten seconds the
server is away even if the network did not say so."""

_LOST = (
    asyncpg.DivisionByZeroError,  # the guard at the end of `write`
    asyncpg.UniqueViolationError,  # a concurrent commit has placed or recorded it first
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    asyncpg.LockNotAvailableError,
)

IDLE_SECONDS = 0.05
"""How long a connection stays here for the next call before it returns to the pool. Acquiring and
releasing one costs three times what a small statement does; what calls use at once stays."""

CONNECTIONS_MAX = 4
"""As many as there are ever batches and reads under way at once."""


class ConnectionCache:
    """Reuses a few connections of a pool while there are calls for them."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        """Use this pool; closing it waits until every connection has returned."""
        self._pool = pool
        self._idle: list[Any] = []
        self._unused = 0
        self._timer: asyncio.TimerHandle | None = None
        self._returning: set[asyncio.Task[None]] = set()

    async def fetch(self, statement: str, *values: object) -> list[Any]:
        """Return the rows of one statement."""
        async with self.connection() as connection:
            return await connection.fetch(statement, *values, timeout=CALL_SECONDS)

    def connection(self) -> "_Lease":
        """Lend a connection for a context.

        One that did not respond in time is terminated: its statement may still be running. Raises
        RaceLost and JournalUnreachable; any other error is caused by what was sent.
        """
        return _Lease(self)

    async def take(self) -> Any:
        """Return an idle connection, or one of the pool."""
        while self._idle:
            connection = self._idle.pop()
            self._unused = min(self._unused, len(self._idle))
            if not connection.is_closed():
                return connection
            await self._pool.release(connection)
        return await self._pool.acquire(timeout=CALL_SECONDS)

    async def give_back(self, connection: Any, *, reuse: bool) -> None:
        """Keep a connection for the next call, or return it to the pool."""
        if not reuse or len(self._idle) == CONNECTIONS_MAX or connection.is_in_transaction():
            await self._pool.release(connection)
            return
        self._idle.append(connection)
        if self._timer is None:
            self._watch()

    def _watch(self) -> None:
        self._unused = len(self._idle)
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(IDLE_SECONDS, self._release_unused)

    def _release_unused(self) -> None:
        """Return as many connections as were idle all the time since the last look."""
        self._timer = None
        unused = self._idle[: self._unused]
        del self._idle[: self._unused]
        for connection in unused:
            task = asyncio.create_task(self._pool.release(connection))
            self._returning.add(task)
            task.add_done_callback(self._returning.discard)
        if self._idle:
            self._watch()


class _Lease:
    """The context of one connection; a class, because every statement opens one."""

    __slots__ = ("_cache", "_connection")

    def __init__(self, cache: ConnectionCache) -> None:
        self._cache = cache
        self._connection: Any = None

    async def __aenter__(self) -> Any:
        try:
            self._connection = await self._cache.take()
        except Exception as error:
            _translate(error)
            raise
        return self._connection

    async def __aexit__(
        self, _type: object, error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        is_sound = error is None or isinstance(error, _LOST)
        try:
            if not is_sound and isinstance(error, SERVER_AWAY):
                with suppress(asyncpg.InterfaceError):  # it is gone already
                    self._connection.terminate()
            _translate(error)
        finally:
            await self._cache.give_back(self._connection, reuse=is_sound)


def _translate(error: BaseException | None) -> None:
    """Raise the engine's error for one of the driver; return where there is none."""
    if error is None:
        return
    if isinstance(error, _LOST):
        raise RaceLost(str(error)) from error
    if isinstance(error, SERVER_AWAY):
        raise JournalUnreachable(str(error) or type(error).__name__) from error
    # A value that does not fit its column is both.
    if isinstance(error, asyncpg.InterfaceError) and not isinstance(error, ValueError):
        raise JournalUnreachable(str(error)) from error

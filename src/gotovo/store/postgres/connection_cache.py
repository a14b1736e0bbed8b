"""Connections lent to the journal, and what goes wrong with them in the engine's words."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from typing import Any

import asyncpg

from gotovo.engine.ports import JournalUnreachable, RaceLost

CALL_SECONDS = 10.0
"""How long one statement may take. The largest batch needs some 20 ms; after ten seconds the
server is away even if the network did not say so."""

_LOST = (
    asyncpg.DivisionByZeroError,  # the guard at the end of `write`
    asyncpg.UniqueViolationError,  # somebody else has placed, answered or recorded it first
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    asyncpg.LockNotAvailableError,
)

_AWAY = (
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.ReadOnlySQLTransactionError,  # a standby that is not the primary yet, or not any more
    asyncpg.InternalClientError,
    OSError,
    TimeoutError,
    asyncio.TimeoutError,
)


KEPT_SECONDS = 0.05
"""How long a connection waits here for the next call before it goes back to the pool. Taking one
and giving it back costs three times what a small statement does; under load it never goes."""

KEPT_MAX = 4
"""Connections kept at most: as many as batches and reads are ever under way at once."""


class ConnectionCache:
    """Lends connections of a pool, the same ones again while there is work for them."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        """Lend from this pool; closing it waits until what is kept has gone back."""
        self._pool = pool
        self._kept: list[Any] = []
        self._calls = 0
        self._timer: asyncio.TimerHandle | None = None
        self._returning: set[asyncio.Task[None]] = set()

    async def fetch(self, statement: str, *values: object) -> list[Any]:
        """Return the rows of one statement."""
        async with self.connection() as connection:
            return await connection.fetch(statement, *values, timeout=CALL_SECONDS)

    @asynccontextmanager
    async def connection(self) -> AsyncGenerator[Any]:
        """Lend a connection.

        One that did not answer in time is cut: its statement may still be running, and nothing
        may be sent behind it. Raises RaceLost and JournalUnreachable; any other error is the
        fault of what was sent.
        """
        connection, is_sound = None, False
        try:
            connection = await self._taken()
            yield connection
            is_sound = True
        except _LOST as error:
            is_sound = True
            raise RaceLost(str(error)) from error
        except _AWAY as error:
            if connection is not None:
                with suppress(asyncpg.InterfaceError):  # it is gone already
                    connection.terminate()
            raise JournalUnreachable(str(error) or type(error).__name__) from error
        except asyncpg.InterfaceError as error:
            if isinstance(error, ValueError):
                raise  # a value that does not fit its column
            raise JournalUnreachable(str(error)) from error
        finally:
            if connection is not None:
                await self._given_back(connection, keep=is_sound)

    async def _taken(self) -> Any:
        while self._kept:
            connection = self._kept.pop()
            if not connection.is_closed():
                return connection
            await self._pool.release(connection)
        return await self._pool.acquire(timeout=CALL_SECONDS)

    async def _given_back(self, connection: Any, *, keep: bool) -> None:
        if not keep or len(self._kept) == KEPT_MAX or connection.is_in_transaction():
            await self._pool.release(connection)
            return
        self._kept.append(connection)
        self._calls += 1
        if self._timer is None:
            self._watch()

    def _watch(self) -> None:
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(KEPT_SECONDS, self._release_unused, self._calls)

    def _release_unused(self, calls: int) -> None:
        """Give everything back when there was no call for so long."""
        self._timer = None
        if calls != self._calls:
            self._watch()
            return
        while self._kept:
            task = asyncio.create_task(self._pool.release(self._kept.pop()))
            self._returning.add(task)
            task.add_done_callback(self._returning.discard)

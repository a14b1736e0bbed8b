"""Connections lent to the journal, and what goes wrong with them in the engine's words."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from typing import Any

import asyncpg

from gotovo.engine.journal import JournalUnreachable, RaceLost

CALL_SECONDS = 10.0
"""How long one statement may take. The largest batch needs some 20 ms; after ten seconds the
server is away even if the network did not say so."""

_LOST = (
    asyncpg.DivisionByZeroError,  # the guard at the end of `write`
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


class Lender:
    """Lends connections of a pool."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        """Lend from this pool."""
        self._pool = pool

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
        connection = None
        try:
            connection = await self._pool.acquire(timeout=CALL_SECONDS)
            yield connection
        except _LOST as error:
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
                await self._pool.release(connection)

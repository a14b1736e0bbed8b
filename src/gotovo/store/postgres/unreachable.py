"""Which exceptions mean that the database cannot be reached at present: the only list."""

from typing import Final

import asyncpg

from gotovo.engine.ports import JournalUnreachable

SERVER_AWAY: Final[tuple[type[Exception], ...]] = (
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.ReadOnlySQLTransactionError,  # a standby that is not the primary yet, or not any more
    asyncpg.InternalClientError,
    ConnectionError,  # not any OSError: a file that is missing here is a fault of ours
    TimeoutError,
)
"""What the driver raises when the server, or the way to it, is gone."""

DATABASE_UNREACHABLE: Final[tuple[type[Exception], ...]] = (
    JournalUnreachable,
    asyncpg.InterfaceError,  # a connection or a pool that is closed
    *SERVER_AWAY,
)
"""After these the same request may be sent again a little later."""

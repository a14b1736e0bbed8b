"""Exceptions that mean that the database cannot be reached at present: the only list."""

from typing import Final

import asyncpg

from gotovo.engine.ports import JournalUnreachable

SERVER_AWAY: Final[tuple[type[Exception], ...]] = (
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,  # a full disk among them
    asyncpg.PostgresSystemError,  # its disk fails, or has no room for a file
    asyncpg.ReadOnlySQLTransactionError,  # a standby that is not the primary yet, or not any more
    asyncpg.InternalClientError,
    ConnectionError,  # not any OSError: a file that is missing here is a fault of ours
    TimeoutError,
)
"""Raised by the driver when the server, or the network to it, is down."""

DATABASE_UNREACHABLE: Final[tuple[type[Exception], ...]] = (
    JournalUnreachable,
    asyncpg.InterfaceError,  # a connection or a pool that is closed
    *SERVER_AWAY,
)
"""After these the same request may be retried a little later."""


def is_disk_full(error: BaseException | None) -> bool:
    """Tell whether an error comes from a disk of the server that has no room left."""
    while error is not None:
        if isinstance(error, asyncpg.DiskFullError):
            return True
        error = error.__cause__
    return False

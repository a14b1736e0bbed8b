"""How it shows that the database can't be reached at present, whoever asks it."""

from typing import Final

import asyncpg

UNREACHABLE: Final[tuple[type[Exception], ...]] = (
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.InterfaceError,
    OSError,
    TimeoutError,
)
"""The exceptions after which the same question may be asked again a little later."""

"""Connections: JSON stays the text it is, times are UTC, and an unsafe server is refused."""

from typing import Any

import asyncpg

from gotovo.store.errors import StoreError, UnsafeServer
from gotovo.store.statements import load_statements

SAFETIES = ("fsync", "full_page_writes", "synchronous_commit")
"""Without these a confirmed command can be gone after a power cut."""

COMMAND_SECONDS = 30
"""No statement of the program takes longer on a sound server; a hung one must not hang us."""

_sql = load_statements("pool.sql")


async def open_pool(
    url: str, *, size: int = 8, unsafe: bool = False
) -> "asyncpg.Pool[asyncpg.Record]":
    """Open connections to the database; raise StoreError, saying which host was tried."""
    try:
        pool = await asyncpg.create_pool(
            url,
            min_size=1,
            max_size=size,
            command_timeout=COMMAND_SECONDS,
            reset=_keep_session,
            server_settings={"timezone": "UTC", "application_name": "gotovo"},
        )
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        message = f"the database can't be reached: {error}"
        raise StoreError(message) from error
    try:
        async with pool.acquire() as connection:
            await refuse_unsafe(connection, unsafe=unsafe)
    except BaseException:
        await pool.close()
        raise
    return pool


async def refuse_unsafe(connection: Any, *, unsafe: bool) -> tuple[str, ...]:
    """Return the safeties that are off; raise UnsafeServer unless that is wanted."""
    rows = await connection.fetch(_sql["safeties"], list(SAFETIES))
    off = tuple(row["name"] for row in rows if row["setting"] == "off")
    if off and not unsafe:
        message = (
            f"the server has {', '.join(off)} switched off and may lose confirmed orders: "
            "switch it on, or set GOTOVO_UNSAFE=1 for a trial"
        )
        raise UnsafeServer(message)
    return off


async def _keep_session(_connection: Any) -> None:
    """Reset nothing: no session state is ever set, and asking would cost a round trip a call.

    A transaction left open is still rolled back by the driver itself.
    """

"""Connections: JSON stays the bytes it is, times are UTC, and an unsafe server is refused.

The driver would make text of JSON, which the decoder turns into bytes again; hashes are over these
very bytes, and both ways cost more than all else that a read does.
"""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import asyncpg

from gotovo.store.postgres.errors import StoreError, UnsafeServer
from gotovo.store.postgres.statements import load_statements

SAFETIES = ("fsync", "full_page_writes", "synchronous_commit")
"""Without these a confirmed command can be gone after a power cut."""

COMMAND_SECONDS = 30
"""No statement of the program takes longer on a healthy server; a hung one is cancelled."""

VERSION_LEAST = 150_000
"""PostgreSQL 15, as the server counts: the oldest that the tests run on."""

_PLANS = {
    # Every statement of the program has its index, in the order it is read in. The planner of a
    # new table, which nothing is known of, holds a scan of all of it for cheaper, and keeps that
    # plan while the table grows; where the length of a page is a parameter, it prepares for a
    # tenth of the table.
    "enable_seqscan": "off",
    "enable_bitmapscan": "off",
    # A batch looks its rows up one by one. Joined in any other way, a table that is new, or small,
    # is read as a whole for each batch: a stock of a thousand skus took half of every write.
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "enable_material": "off",
    # And so there is one plan for all values of the parameters: to plan a batch's reading anew
    # costs three times what the reading does.
    "plan_cache_mode": "force_generic_plan",
    # No statement runs long enough to be worth compiling, or helpers.
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
}

Check = Callable[[Any], Awaitable[None]]
"""Raises where a new connection leads to something that must not be used."""

_CONNECTION_ERRORS = (OSError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError)

_sql = load_statements("postgres/pool.sql")


async def accept_any(_connection: Any) -> None:
    """Use every connection."""


async def open_pool(
    url: str,
    *,
    size: int = 8,
    unsafe: bool = False,
    check: Check = accept_any,
    connection_class: "type[asyncpg.Connection[Any]]" = asyncpg.Connection,
) -> "asyncpg.Pool":
    """Open connections to the database; each new one has to pass the `check`.

    Raises StoreError when it can't be reached or won't do, UnsafeServer when it may lose orders.
    """
    try:
        pool = await asyncpg.create_pool(
            url,
            min_size=1,
            max_size=size,
            command_timeout=COMMAND_SECONDS,
            connect=connect,
            connection_class=connection_class,
            init=partial(_prepare, check),
            reset=_keep_session,
            server_settings={
                "application_name": "gotovo",
                "default_transaction_isolation": "read committed",
                "timezone": "UTC",
                **_PLANS,
            },
        )
    except _CONNECTION_ERRORS as error:
        raise _unreachable(error) from error
    try:
        async with pool.acquire() as connection:
            await _refuse_unfit(connection)
            await refuse_unsafe(connection, unsafe=unsafe)
    except BaseException:
        await pool.close()
        raise
    return pool


async def open_connection(url: str) -> "asyncpg.Connection[Any]":
    """Open one connection beside the pool; raise StoreError when the database can't be reached."""
    try:
        return await connect(url, server_settings={"timezone": "UTC"})
    except _CONNECTION_ERRORS as error:
        raise _unreachable(error) from error


async def connect(*arguments: Any, **options: Any) -> Any:
    """Connect, and translate every failure to reach the server to one exception.

    A socket that is missing and a host without a route are plain OSErrors, as a missing file is.
    """
    try:
        return await asyncpg.connect(*arguments, **options)
    except OSError as error:
        if isinstance(error, ConnectionError | TimeoutError):
            raise
        raise ConnectionError(str(error)) from error


async def refuse_unsafe(connection: Any, *, unsafe: bool) -> tuple[str, ...]:
    """Return the durability settings that are off; raise UnsafeServer unless that is allowed."""
    rows = await connection.fetch(_sql["safeties"], list(SAFETIES))
    off = tuple(row["name"] for row in rows if row["setting"] == "off")
    if off and not unsafe:
        message = (
            f"the server has {', '.join(off)} switched off and may lose confirmed orders: "
            "switch it on, or set GOTOVO_UNSAFE=1 for a trial"
        )
        raise UnsafeServer(message)
    return off


def _unreachable(error: Exception) -> StoreError:
    reason = str(error) or type(error).__name__  # A time-out has no text of its own.
    return StoreError(f"the database can't be reached: {reason}; see GOTOVO_DATABASE_URL")


async def _refuse_unfit(connection: Any) -> None:
    row = await connection.fetchrow(_sql["fitness"])
    if row["version"] < VERSION_LEAST:
        message = f"the server is PostgreSQL {row['shown_version']}: 15 is the oldest that will do"
        raise StoreError(message)
    if row["encoding"] != "UTF8":
        message = (
            f"the database is written in {row['encoding']}: make one with "
            "`create database gotovo encoding 'UTF8' template template0`"
        )
        raise StoreError(message)


async def _prepare(check: Check, connection: Any) -> None:
    await leave_json_alone(connection)
    await check(connection)


async def leave_json_alone(connection: Any) -> None:
    """Pass JSON through as the bytes that the database holds."""
    await connection.set_type_codec(
        "json", schema="pg_catalog", encoder=_as_it_is, decoder=_as_it_is, format="binary"
    )


def _as_it_is(document: bytes) -> bytes:
    return document


async def _keep_session(_connection: Any) -> None:
    """Skip the reset: no session state is ever set, and it would cost a round trip per call.

    A transaction left open is still rolled back by the driver itself.
    """

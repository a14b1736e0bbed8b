"""Connections: prepared statements are cached, JSON is made by orjson, nothing is reset."""

import os
from typing import Any

import asyncpg
import orjson

CONNECTIONS = int(os.environ.get("CONNECTIONS", "8"))
"""A worker's: more of them only wait for each other on two cores."""


async def open_pool() -> "asyncpg.Pool[asyncpg.Record]":
    """Open the connections of one worker."""
    return await asyncpg.create_pool(
        os.environ["DATABASE_URL"],
        min_size=CONNECTIONS,
        max_size=CONNECTIONS,
        init=_set_up,
        reset=_no_reset,
        server_settings={"jit": "off", "timezone": "UTC"},
    )


async def _set_up(connection: Any) -> None:
    await connection.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        format="binary",
        encoder=lambda value: b"\x01" + orjson.dumps(value),
        decoder=lambda data: orjson.loads(data[1:]),
    )


async def _no_reset(connection: Any) -> None:
    """Save the round trip that resets a session, as nothing here changes one."""

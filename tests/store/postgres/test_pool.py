"""Connections hand JSON over as it is, speak UTC, and refuse a server that may lose orders."""

from datetime import UTC, datetime
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg
import pytest

from gotovo.store.postgres.errors import StoreError, UnsafeServer
from gotovo.store.postgres.pool import open_pool
from tests.conftest import database_of

ODD_JSON = '{"b": 1,  "a":1.0,"a": "\\u0433",\n "c" : 1e2}'
"""Its spaces, its order, a key twice, an escape and two ways to write a number: all is hashed."""


async def test_json_comes_back_byte_for_byte(pool: asyncpg.Pool) -> None:
    assert await pool.fetchval("select $1::json", ODD_JSON.encode()) == ODD_JSON.encode()


async def test_instants_are_utc_to_the_microsecond(pool: asyncpg.Pool) -> None:
    instant = datetime(2025, 11, 22, 14, 5, 0, 123456, tzinfo=UTC)
    back = await pool.fetchval("select $1::timestamptz", instant)
    assert (back, back.tzinfo) == (instant, UTC)
    assert await pool.fetchval("show timezone") == "UTC"


async def test_isolation_is_ours_whatever_the_database_prefers(
    database_url: str, server_url: str
) -> None:
    connection = await asyncpg.connect(server_url)
    name = urlsplit(database_url).path[1:]
    await connection.execute(
        f"alter database {name} set default_transaction_isolation = 'serializable'"
    )
    await connection.close()
    pool = await open_pool(database_url)
    assert await pool.fetchval("show transaction_isolation") == "read committed"
    await pool.close()


async def test_the_plan_does_not_depend_on_the_values(pool: asyncpg.Pool) -> None:
    async with pool.acquire() as connection:
        for number in range(12):
            assert await connection.fetchval("select $1::integer + 1", number) == number + 1
        plans = await connection.fetchrow(
            "select generic_plans, custom_plans from pg_prepared_statements"
            " where statement = 'select $1::integer + 1'"
        )
    assert plans is not None
    assert tuple(plans) == (12, 0)


async def test_a_server_that_may_lose_orders_is_refused_unless_that_is_wanted(
    database_url: str, server_url: str
) -> None:
    connection = await asyncpg.connect(server_url)
    name = urlsplit(database_url).path[1:]
    await connection.execute(f"alter database {name} set synchronous_commit = off")
    await connection.close()
    with pytest.raises(UnsafeServer, match=r"synchronous_commit switched off .* GOTOVO_UNSAFE=1"):
        await open_pool(database_url)
    pool = await open_pool(database_url, unsafe=True)
    assert await pool.fetchval("select 1") == 1
    await pool.close()


async def test_a_database_that_cannot_hold_every_letter_is_refused(server_url: str) -> None:
    connection = await asyncpg.connect(server_url)
    name = f"latin_{uuid4().hex}"
    how = "encoding 'LATIN1' locale_provider libc locale 'C' template template0"
    await connection.execute(f"create database {name} {how}")
    try:
        with pytest.raises(StoreError, match=r"is written in LATIN1: make one with .*UTF8"):
            await open_pool(database_of(server_url, name))
    finally:
        await connection.execute(f"drop database {name} with (force)")
        await connection.close()


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://nobody@127.0.0.1:1/gotovo",
        "postgresql://nobody@/gotovo?host=/nonexistent",
        "postgresql://nobody@127.0.0.1:notaport/gotovo",
    ],
)
async def test_an_address_without_a_server_names_the_setting(url: str) -> None:
    with pytest.raises(StoreError, match=r"can't be reached: .+; see GOTOVO_DATABASE_URL"):
        await open_pool(url)


async def test_a_wrong_password_is_said_without_showing_the_right_one(server_url: str) -> None:
    wrong = server_url.replace("gotovo:", "gotovo:wrong", 1)
    with pytest.raises(StoreError, match="can't be reached: password authentication") as caught:
        await open_pool(wrong)
    assert "wrong" not in str(caught.value)

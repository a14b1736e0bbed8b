"""A schema change gives way to a shop, tries again, and names who it waits for."""

import asyncio

import asyncpg
import pytest

from gotovo.store.postgres.errors import SchemaError
from gotovo.store.postgres.lock_attempts import LockPatience
from gotovo.store.postgres.migrations import Migration, migrate
from gotovo.supervision.worker import Patience

ONE = Migration(1, "one", "create table one (id integer primary key)")
CHANGE = Migration(2, "change", "alter table one add note text")
BRIEF = LockPatience(lock_ms=20, attempts=3, pause_seconds=0)


async def connected(url: str, name: str) -> asyncpg.Connection:
    """Open a connection that the test closes."""
    return await asyncpg.connect(url, server_settings={"application_name": name})


async def test_a_change_that_never_gets_its_lock_says_who_has_it(empty_database_url: str) -> None:
    connection = await connected(empty_database_url, "")
    shop = await connected(empty_database_url, "pg_dump")
    await migrate(connection, (ONE,))
    async with shop.transaction():
        await shop.execute("select from one")
        with pytest.raises(SchemaError, match=r"got no lock in 3 attempts, .* \(pg_dump\) for"):
            await migrate(connection, (ONE, CHANGE), patience=BRIEF)
    assert await migrate(connection, (ONE, CHANGE)) == (CHANGE,)
    await connection.close()
    await shop.close()


async def test_a_change_lets_everybody_pass_and_tries_again(empty_database_url: str) -> None:
    connection = await connected(empty_database_url, "")
    shop = await connected(empty_database_url, "shop")
    await migrate(connection, (ONE,))
    waited: list[str] = []
    transaction = shop.transaction()
    await transaction.start()
    await shop.execute("select from one")
    passed = asyncio.Event()

    def on_wait(text: str) -> None:
        waited.append(text)
        passed.set()

    changing = asyncio.create_task(
        migrate(connection, (ONE, CHANGE), patience=LockPatience(lock_ms=20), on_wait=on_wait)
    )
    await passed.wait()
    await shop.execute("lock table one in access share mode")
    await transaction.commit()
    assert await changing == (CHANGE,)
    assert waited[0].startswith("schema file 0002_change waits for a lock; open transactions: proc")
    await connection.close()
    await shop.close()


def test_all_attempts_end_before_a_supervisor_gives_up_a_worker() -> None:
    patience = LockPatience()
    pause, seconds = patience.pause_seconds, 0.0
    for _ in range(patience.attempts):
        seconds += patience.lock_ms / 1000 + pause
        pause = min(pause * 2, patience.pause_seconds_max)
    assert seconds < Patience().start

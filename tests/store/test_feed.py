"""The feed skips nothing under concurrent commits, which a sequence number alone would.

One reader, the same for both: it asks for what lies behind its cursor and moves the cursor to
the last thing it saw. Two writers: the one that took the lower number commits later.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from gotovo.engine.batch import Rules
from gotovo.engine.engine import Engine
from gotovo.engine.submission import ResultKind
from gotovo.store.journal.journal import PostgresJournal
from tests.support.engine.cast import Buyer, Shop
from tests.support.order.cast import POINTS, SECRET, WAREHOUSES

Page = Callable[[int], Awaitable[list[tuple[int, str]]]]


class Reader:
    """Remembers a cursor, and everything it was shown."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._cursor = 0
        self.seen: list[str] = []
        self.positions: list[int] = []

    async def read(self) -> None:
        """Read everything behind the cursor."""
        while page := await self._page(self._cursor):
            self.seen += [name for _, name in page]
            self.positions += [position for position, _ in page]
            self._cursor = page[-1][0]


@asynccontextmanager
async def open_transaction(pool: asyncpg.Pool) -> AsyncGenerator[Any]:
    async with pool.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        try:
            yield connection
        finally:
            await transaction.rollback()


async def locked_out(pool: asyncpg.Pool, count: int) -> None:
    """Wait until so many statements are stopped by a lock."""
    waiting = (
        "select count(*) from pg_stat_activity"
        " where wait_event_type = 'Lock' and datname = current_database()"
    )
    while True:
        if await pool.fetchval(waiting) >= count:
            return
        await asyncio.sleep(0.01)


def second_engine(shop: Shop, pool: asyncpg.Pool) -> Engine:
    return Engine(PostgresJournal(pool), lambda: (POINTS, WAREHOUSES), Rules(SECRET), shop.clock)


def feed_page(shop: Shop) -> Page:
    async def page(after: int) -> list[tuple[int, str]]:
        events = await shop.journal.feed(0, after, 7)
        return [(x.position, f"{x.event.number}/{x.event.version}") for x in events]

    return page


async def test_a_plain_sequence_loses_the_late_committer(pool: asyncpg.Pool) -> None:
    """What the feed is built against: this is the fault, shown with the same reader."""
    await pool.execute("create table plain (position bigserial primary key, name text)")

    async def page(after: int) -> list[tuple[int, str]]:
        rows = await pool.fetch(
            "select position, name from plain where position > $1 order by position", after
        )
        return [(row["position"], row["name"]) for row in rows]

    reader = Reader(page)
    async with pool.acquire() as slow, pool.acquire() as quick:
        transaction = slow.transaction()
        await transaction.start()
        await slow.execute("insert into plain (name) values ('slow')")
        await quick.execute("insert into plain (name) values ('quick')")
        await reader.read()
        await transaction.commit()
    await reader.read()
    assert reader.seen == ["quick"]
    assert await pool.fetchval("select count(*) from plain") == 2


async def test_the_feed_waits_for_the_late_committer(shop: Shop, pool: asyncpg.Pool) -> None:
    """The slow commit has its positions already and cannot end: the quick one cannot overtake."""
    slow, quick = shop.engine(), second_engine(shop, pool)
    anna, boris = shop.buyer(), shop.buyer()
    reader = Reader(feed_page(shop))
    async with open_transaction(pool) as other:
        await other.execute(
            "insert into event select $1, $2, 1, 0, 1000000, '', $3, $3, '', gen_random_uuid(),"
            " '{}', decode(repeat('00', 32), 'hex'), null, null, $3",
            int(anna.customer[:2], 16),
            anna.number,
            shop.clock(),
        )
        placing = [asyncio.create_task(slow.submit(anna.place()))]
        await locked_out(pool, 1)
        placing.append(asyncio.create_task(quick.submit(boris.place())))
        await locked_out(pool, 2)
        await reader.read()
        assert reader.seen == []
    assert {o.kind for o in await asyncio.gather(*placing)} == {ResultKind.DONE}
    await reader.read()
    assert reader.seen == [f"{anna.number}/1", f"{boris.number}/1"]
    assert reader.positions == [1, 2]
    await quick.close()


async def test_a_reader_beside_busy_engines_sees_every_event_once(
    shop: Shop, pool: asyncpg.Pool
) -> None:
    engines = [shop.engine(batch=8, batches_in_flight=2), second_engine(shop, pool)]
    reader = Reader(feed_page(shop))
    buyers = [shop.buyer() for _ in range(120)]

    async def live(number: int, buyer: Buyer) -> None:
        for step in buyer.until_shelved():
            await engines[number % 2].submit(step)

    async def read_along(tasks: list["asyncio.Task[None]"]) -> None:
        while not all(task.done() for task in tasks):
            await reader.read()
            await asyncio.sleep(0)

    tasks = [asyncio.create_task(live(n, buyer)) for n, buyer in enumerate(buyers)]
    await read_along(tasks)
    await asyncio.gather(*tasks)
    await reader.read()
    rows = await pool.fetch("select number, version from event")
    assert sorted(reader.seen) == sorted(f"{r['number']}/{r['version']}" for r in rows)
    assert len(set(reader.seen)) == len(reader.seen) == 120 * 7
    assert reader.positions == list(range(1, len(rows) + 1))
    await engines[1].close()


async def test_a_commit_that_is_undone_leaves_no_gap(shop: Shop, pool: asyncpg.Pool) -> None:
    engine = shop.engine()
    await engine.submit(shop.buyer().place())
    await engine.submit_each([shop.buyer().place(), shop.buyer().place(origin="a\0b")])
    await engine.submit(shop.buyer().place())
    reader = Reader(feed_page(shop))
    await reader.read()
    assert reader.positions == [1, 2, 3]
    assert await pool.fetchval("select position from lane where home = 0") == 3

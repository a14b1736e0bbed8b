"""Steps change an order's row in its own page: no index is written before the order is closed."""

from collections.abc import Iterator
from contextlib import AsyncExitStack

import asyncpg
import pytest

from gotovo.order.deadlines import next_due
from gotovo.order.steps.picking import StartPicking
from gotovo.store.journal.batch_rows import order_of
from gotovo.store.journal.journal import FOREVER, PostgresJournal
from tests.conftest import own_database
from tests.support.engine.cast import Buyer, Shop

ORDERS = 4
MOVING = {"closed_at", "due_at", "point", "warehouse", "courier"}
"""Columns in indexes that a step may change, each of them seldom."""


@pytest.fixture
def database_url(server_url: str, template: str) -> Iterator[str]:
    """Give a database that nobody has updated a row in."""
    yield from own_database(server_url, template)


async def updates(pool: asyncpg.Pool) -> dict[str, int]:
    """Return how many rows of orders were updated so far, and how many of them in their page."""
    async with AsyncExitStack() as stack:
        for _ in range(pool.get_max_size()):
            connection = await stack.enter_async_context(pool.acquire())
            await connection.execute("select pg_stat_force_next_flush()")
    [row] = await pool.fetch(
        "select n_tup_upd as all, n_tup_hot_upd as hot from pg_stat_user_tables"
        " where relname = 'orders'"
    )
    return dict(row)


async def test_of_a_lifecycle_only_the_last_step_writes_an_index(
    shop: Shop, pool: asyncpg.Pool
) -> None:
    engine = shop.engine()
    for _ in range(ORDERS):
        buyer: Buyer = shop.buyer()
        placement, payment, *later = buyer.until_shelved()
        for submission in (
            placement,
            payment,
            buyer.ask(StartPicking()),
            *later,
            buyer.hand_over(),
        ):
            await engine.submit(submission)
    await shop.close()
    counted = await updates(pool)
    assert counted["all"] == ORDERS * 7
    assert counted["hot"] == ORDERS * 6


async def test_an_instant_that_was_put_off_is_settled_before_an_older_release_reads_it(
    shop: Shop, pool: asyncpg.Pool
) -> None:
    engine = shop.engine()
    for submission in shop.buyer().until_shelved():
        await engine.submit(submission)
    await shop.close()
    journal = PostgresJournal(pool)
    [row] = await journal.rows_due_until(FOREVER)(None)
    due = next_due(order_of(row))
    assert due is not None
    assert row["due_at"] < due.at
    assert await journal.overdue_since(row["due_at"]) is None
    assert await journal.settle_due() == 1
    [row] = await journal.rows_due_until(FOREVER)(None)
    assert (row["due_at"], row["due_what"]) == (due.at, due.what)
    assert await journal.overdue_since(due.at) == due.at
    assert await journal.settle_due() == 0


async def test_no_index_has_another_column_that_a_step_changes(pool: asyncpg.Pool) -> None:
    """Columns of predicates count: a row that changes one of them is written anew in each index."""
    rows = await pool.fetch(
        "select distinct a.attname"
        "  from pg_index i"
        "  join pg_depend d on d.classid = 'pg_class'::regclass and d.objid = i.indexrelid"
        "  join pg_attribute a on a.attrelid = i.indrelid and a.attnum = d.refobjsubid"
        " where i.indrelid = 'orders'::regclass and d.refobjid = i.indrelid and d.refobjsubid > 0"
    )
    fixed = {"home", "number", "customer", "shop", "external_id", "placed_at"}
    assert {row["attname"] for row in rows} == fixed | MOVING

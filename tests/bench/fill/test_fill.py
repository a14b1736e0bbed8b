"""Filling: rows that were expanded are rows that the program would have written."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from gotovo.assembly.runtime import open_runtime
from gotovo.bench.fill.fill import NotEmpty, fill
from gotovo.bench.run.measure import BenchError
from gotovo.engine.submission import ResultKind, Submission
from gotovo.order.steps.attention import RaiseAttention
from gotovo.order.values.actor import Actor, Role
from gotovo.order.values.order import Attention
from gotovo.settings_sources import load_settings
from gotovo.store.audit.findings import Finding
from tests.conftest import own_database
from tests.support.store.audited import audited_through

SECRET = bytes(range(32))
ORDERS = 300
UNTIL = datetime(2026, 9, 1, 12, tzinfo=UTC)

Connection = Any


@pytest.fixture(scope="module")
def filled_url(
    server_url: str, template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Give a database with a few hundred orders; tests roll their changes back."""
    for url in own_database(server_url, template):
        asyncio.run(_fill(url, tmp_path_factory.mktemp("installation")))
        yield url


@pytest.fixture
async def filled(filled_url: str) -> AsyncIterator[Connection]:
    """Give one snapshot of the filled database that may be changed by hand."""
    connection = await asyncpg.connect(filled_url, server_settings={"timezone": "UTC"})
    transaction = connection.transaction(isolation="repeatable_read")
    await transaction.start()
    yield connection
    await transaction.rollback()
    await connection.close()


async def test_an_audit_of_a_filled_database_finds_nothing(filled: Connection) -> None:
    audited = await audited_through(filled, SECRET)
    assert audited.findings == []
    checked = audited.checked
    assert checked.orders == ORDERS
    assert min(checked.events, checked.refunds, checked.answers) > 0


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ("update event set actor = 'admin:x' where position = 500", "event.hash"),
        ("update orders set total = total + 1 where placed_at = $1", "orders.total"),
        ("update stock set reserved = reserved + 1 where sku = 'SKU-00000'", "stock.reserved"),
        ("update lane set position = position + 1", "lane.position"),
    ],
)
async def test_a_change_by_hand_is_found_among_filled_orders(
    filled: Connection, change: str, place: str
) -> None:
    newest = await filled.fetchval("select max(placed_at) from orders")
    await filled.execute(change, *([newest] if "$1" in change else []))
    assert place in {finding.where for finding in await _findings(filled)}


async def test_the_newest_order_is_recent_and_some_are_open(filled: Connection) -> None:
    row = await filled.fetchrow(
        "select max(placed_at) as newest, count(*) filter (where status <> 'closed') as open,"
        " min(due_at) as due from orders"
    )
    assert UNTIL - timedelta(days=30) < row["newest"] <= UNTIL
    assert 0 < row["open"] < ORDERS / 2
    assert row["due"] > UNTIL


async def test_customers_have_several_orders_and_every_order_its_home(filled: Connection) -> None:
    counts = await filled.fetch("select count(*) as orders from orders group by customer")
    assert min(row["orders"] for row in counts) == 1
    assert max(row["orders"] for row in counts) > 3
    homes = await filled.fetchval("select count(distinct home) from orders")
    assert homes > 10


async def test_every_index_is_created_again(filled_url: str, database_url: str) -> None:
    assert await _indexes(filled_url) == await _indexes(database_url)


async def test_the_engine_continues_where_filling_ended(filled_url: str, tmp_path: Path) -> None:
    async with _runtime(filled_url, tmp_path) as runtime:
        number = await runtime.pool.fetchval(
            "select min(number) from orders where status <> 'closed'"
        )
        command = RaiseAttention(Attention.DAMAGED, "wet")
        outcome = await runtime.engine.submit(
            Submission(uuid4(), number, command, Actor(Role.ADMIN, "test"), bytes(16))
        )
        assert outcome.kind is ResultKind.DONE
        positions = await runtime.pool.fetchrow(
            "select count(*) as events, max(position) as last, (select position from lane) as lane"
            " from event"
        )
    assert positions["events"] == positions["last"] == positions["lane"]


async def test_a_database_with_orders_is_not_filled(filled_url: str, tmp_path: Path) -> None:
    async with _runtime(filled_url, tmp_path) as runtime:
        with pytest.raises(NotEmpty):
            await fill(runtime, filled_url, orders=10, until=UNTIL)
        assert await runtime.pool.fetchval("select count(*) from orders") == ORDERS


async def test_a_worker_that_fails_leaves_no_orders(database_url: str, tmp_path: Path) -> None:
    async with _runtime(database_url, tmp_path) as runtime:
        with pytest.raises(BenchError, match="wrong_time"):
            await fill(
                runtime,
                database_url,
                orders=10,
                until=datetime(1999, 1, 1, tzinfo=UTC),  # before anything can have happened
            )
        assert await runtime.pool.fetchval("select count(*) from orders") == 0
        assert "orders_due" in {row[0] for row in await _indexes(database_url)}


async def _fill(url: str, folder: Path) -> None:
    async with _runtime(url, folder) as runtime:
        await fill(runtime, url, orders=ORDERS, until=UNTIL)


def _runtime(url: str, folder: Path) -> Any:
    secret = folder / "secret"
    secret.touch(0o600)
    secret.write_text(SECRET.hex())
    return open_runtime(load_settings({"GOTOVO_DATA_DIR": str(folder)}), url)


async def _findings(connection: Connection) -> list[Finding]:
    return (await audited_through(connection, SECRET)).findings


async def _indexes(url: str) -> set[tuple[str, str]]:
    connection = await asyncpg.connect(url)
    rows = await connection.fetch(
        "select indexname, indexdef from pg_indexes where schemaname = 'public'"
    )
    await connection.close()
    return {(row["indexname"], row["indexdef"]) for row in rows}

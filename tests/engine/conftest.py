"""Journals for the engine's tests: in memory, and in PostgreSQL in both forms."""

import os
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from gotovo.engine.engine import lane_per_home
from gotovo.engine.memory import MemoryJournal
from gotovo.store.journal.journal import PostgresJournal
from gotovo.store.journal.journal_citus import CitusJournal
from gotovo.store.postgres.pool import open_pool
from tests.support.engine.cast import GatedJournal, Shop
from tests.support.engine.cluster import prepared

IN_STOCK = {"tea": 1_000, "cup": 1_000, "rare": 100}
LAST_UNITS = ("AAA", "KZN", "NEAR")
"""Warehouses that each have the last unit of `pair`."""


CLUSTER = os.environ.get("GOTOVO_TEST_CITUS_URL", "")
FORMS = ("memory", "one node", "cluster form", *(("live cluster",) if CLUSTER else ()))


@pytest.fixture(params=FORMS)
def form(request: pytest.FixtureRequest) -> tuple[str, str]:
    """Name a kind of journal and the database it needs."""
    match request.param:
        case "memory":
            return "memory", ""
        case "live cluster":
            return "live cluster", CLUSTER
        case name:
            return name, request.getfixturevalue("database_url")


@pytest.fixture
async def shop(form: tuple[str, str]) -> AsyncIterator[Shop]:
    """Give a shop on each kind of journal."""
    name, url = form
    if not url:
        shop = Shop(memory())
        yield shop
        await shop.close()
        return
    pool = await (prepared(url) if name == "live cluster" else open_pool(url))
    await receive(pool)
    if name == "one node":
        shop = Shop(PostgresJournal(pool))
    else:
        shop = Shop(CitusJournal(pool), lane_of=lane_per_home)
    yield shop
    await shop.close()
    await pool.close()


@pytest.fixture
async def memory_shop() -> AsyncIterator[Shop]:
    """Give a shop in memory whose commits can be held up."""
    journal = GatedJournal()
    for sku, units in IN_STOCK.items():
        journal.receive("KZN", sku, units)
    shop = Shop(journal)
    yield shop
    journal.gate.set()
    await shop.close()


@pytest.fixture
async def database_shop(pool: asyncpg.Pool) -> AsyncIterator[Shop]:
    """Give a shop on one node of PostgreSQL."""
    await receive(pool)
    shop = Shop(PostgresJournal(pool))
    yield shop
    await shop.close()


def memory() -> MemoryJournal:
    """Return a journal in memory with goods in stock."""
    journal = MemoryJournal()
    for sku, units in IN_STOCK.items():
        journal.receive("KZN", sku, units)
    for warehouse in LAST_UNITS:
        journal.receive(warehouse, "pair", 1)
    return journal


async def receive(pool: Any) -> None:
    """Put goods in stock."""
    await pool.executemany(
        "insert into stock (home, warehouse, sku, title, on_hand, reserved)"
        " values (0, $1, $2, $2, $3, 0)",
        [
            *(("KZN", sku, units) for sku, units in IN_STOCK.items()),
            *((warehouse, "pair", 1) for warehouse in LAST_UNITS),
        ],
    )

"""Shops on the real database, for the faults that only a real database has."""

from collections.abc import AsyncIterator
from pathlib import Path
from tempfile import TemporaryDirectory

import asyncpg
import pytest

from gotovo.store.journal.journal import PostgresJournal
from gotovo.store.postgres.pool import open_pool
from tests.engine.conftest import receive
from tests.support.engine.cast import Shop
from tests.support.store.proxy import Cut, Proxy


@pytest.fixture
async def shop(pool: asyncpg.Pool) -> AsyncIterator[Shop]:
    """Give a shop on one node."""
    await receive(pool)
    shop = Shop(PostgresJournal(pool))
    yield shop
    await shop.close()


@pytest.fixture
async def proxy(database_url: str) -> AsyncIterator[Proxy]:
    """Give a wire to the database that can be cut."""
    with TemporaryDirectory(prefix="gw-") as folder:
        proxy = Proxy(database_url, Path(folder))
        await proxy.open()
        yield proxy
        await proxy.close()


@pytest.fixture
async def far_shop(pool: asyncpg.Pool, proxy: Proxy) -> AsyncIterator[Shop]:
    """Give a shop at the far end of that connection."""
    await receive(pool)
    far = await open_pool(proxy.url, size=2)
    shop = Shop(PostgresJournal(far))
    yield shop
    await shop.close()
    proxy.cut = Cut.NEVER
    far.terminate()

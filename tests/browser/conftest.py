"""The fixtures of the pages, and one Chromium for all tests of this folder.

To open a browser takes longer than most tests here, and contexts share nothing with each other. A
browser lives in the event loop that opened it, so these tests have one loop for all of them.
"""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

import asyncpg
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, ViewportSize

from gotovo.engine.engine import Engine
from gotovo.store.journal.journal import PostgresJournal
from gotovo.store.postgres.pool import open_pool
from gotovo.web.site.dependencies import WebDependencies
from tests.support.browser.paying_shop import PayingShop, paying_shop
from tests.support.browser.site import (
    CHROMIUM,
    NO_BROWSER,
    PHONE,
    chromium_open,
    served,
    signed_in,
)
from tests.support.web.cast import ALINA, Clock
from tests.support.web.stage import (
    cast,
    clock,
    dependencies,
    dispatcher,
    journal,
    stocked_engine,
)

__all__ = ["cast", "clock", "dependencies", "dispatcher", "journal"]

HERE: Final = Path(__file__).parent
MARKS: Final = (
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.filterwarnings("ignore:.*[Ee]mbedded server.*"),
    pytest.mark.skipif(CHROMIUM is None, reason=NO_BROWSER),
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test of this folder as one of the browser."""
    for item in items:
        if HERE in item.path.parents:
            for mark in MARKS:
                item.add_marker(mark, append=False)


@pytest_asyncio.fixture(loop_scope="session")
async def pool(database_url: str) -> AsyncIterator["asyncpg.Pool[Any]"]:
    """Give connections to the test's own database."""
    pool = await open_pool(database_url)
    yield pool
    await pool.close()


@pytest_asyncio.fixture(loop_scope="session")
async def engine(
    pool: "asyncpg.Pool[Any]", journal: PostgresJournal, clock: Clock
) -> AsyncIterator[Engine]:
    """Give the engine with goods in stock, of one sku only a single unit."""
    engine = await stocked_engine(pool, journal, clock)
    yield engine
    await engine.close()


@pytest_asyncio.fixture(loop_scope="session")
async def site(dependencies: WebDependencies) -> AsyncIterator[str]:
    """Serve the pages and give their address."""
    async with served(dependencies) as address:
        yield address


@pytest_asyncio.fixture(loop_scope="session")
async def shop(
    dependencies: WebDependencies, pool: "asyncpg.Pool[Any]", engine: Engine, clock: Clock
) -> AsyncIterator[PayingShop]:
    """Serve the pages of a shop whose bank has a site of its own."""
    async with paying_shop(dependencies, pool, engine, clock) as shop:
        yield shop


@pytest_asyncio.fixture(loop_scope="session")
async def window(shared_chromium: Browser, shop: PayingShop) -> AsyncIterator[Page]:
    """Give a window of that shop on a phone, in which Alina is signed in."""
    viewport = ViewportSize(width=PHONE["width"], height=PHONE["height"])
    context = await shared_chromium.new_context(viewport=viewport, locale="en-GB")
    page = await context.new_page()
    await page.goto(shop.site)
    await signed_in(page, ALINA)
    yield page
    await context.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def shared_chromium() -> AsyncIterator[Browser]:
    """Open the system's own browser once."""
    async with chromium_open() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="session")
async def chromium(shared_chromium: Browser, site: str) -> AsyncIterator[Browser]:
    """Give the browser; its windows close before the site, which waits for its visitors."""
    assert site
    yield shared_chromium
    for context in shared_chromium.contexts:
        await context.close()

"""The pages over the real database, with a clock that stands still and a cast of orders."""

import os
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import httpx
import pytest

from gotovo.engine.batch import Rules
from gotovo.engine.engine import Engine
from gotovo.notices.channel import DemoPhone
from gotovo.store.journal import PostgresJournal
from gotovo.store.phone_message import PhoneMessageStore
from gotovo.store.reads.buyer import BuyerReads
from gotovo.store.sign_in import SignInStore
from gotovo.web.app import web_app
from gotovo.web.parts import WebParts

from .buyer import Buyer
from .cast import CATALOGUE, LAST_ONE, POINTS, SECRET, WAREHOUSES, Cast, Clock

Pool = "asyncpg.Pool[Any]"


@pytest.fixture
def clock() -> Clock:
    """Give the clock that everything in a test goes by."""
    return Clock()


@pytest.fixture
async def engine(pool: Pool, clock: Clock) -> AsyncIterator[Engine]:
    """Give the engine over the test's own database, with goods in stock."""
    journal = PostgresJournal(pool)
    stock = [("KZN", line.sku, line.title, 1000) for line in CATALOGUE]
    stock.append(("KZN", LAST_ONE.sku, LAST_ONE.title, 1))
    await pool.executemany(
        "insert into stock (home, warehouse, sku, title, on_hand, reserved)"
        " values (0, $1, $2, $3, $4, 0)",
        stock,
    )
    engine = Engine(journal, lambda: (POINTS, WAREHOUSES), Rules(SECRET), clock)
    yield engine
    await engine.close()


@pytest.fixture
def cast(engine: Engine, clock: Clock) -> Cast:
    """Give the means to put orders where a test wants them."""
    return Cast(engine, clock)


@pytest.fixture
def parts(pool: Pool, engine: Engine, clock: Clock) -> WebParts:
    """Give what the pages are made of, as in the demo."""
    phone = PhoneMessageStore(pool)
    return WebParts(
        engine=engine,
        orders=BuyerReads(pool),
        sign_in=SignInStore(pool),
        channel=DemoPhone(phone),
        places=lambda: (POINTS, WAREHOUSES),
        secret=SECRET,
        clock=clock,
        chance=os.urandom,
        phone=phone,
    )


@pytest.fixture
async def buyer(parts: WebParts) -> AsyncIterator[Buyer]:
    """Give somebody with a browser who is not signed in."""
    transport = httpx.ASGITransport(app=web_app(parts))
    async with httpx.AsyncClient(
        transport=transport, base_url="http://gotovo.test", headers={"accept-language": "en"}
    ) as client:
        yield Buyer(client)

"""The API over the real database and the real engine, on a clock that a test sets."""

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import httpx
import pytest

from tests.support.api.network import Api, Network


@pytest.fixture
async def network(pool: "asyncpg.Pool[Any]") -> AsyncIterator[Network]:
    """Give two points, a warehouse with goods, and a key for each role."""
    network = Network(pool)
    await network.open()
    yield network
    await network.close()


@pytest.fixture
async def api(network: Network) -> AsyncIterator[Api]:
    """Give a client that speaks to the application without a socket."""
    transport = httpx.ASGITransport(app=network.app, raise_app_exceptions=True)
    async with httpx.AsyncClient(transport=transport, base_url="http://gotovo.test") as client:
        yield Api(client, network)

"""A network with its engine and database, and a client of its API."""

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import httpx
import pytest

from tests.support.api.network import Api, Network


@pytest.fixture
async def api(pool: "asyncpg.Pool[Any]") -> AsyncIterator[Api]:
    """Give a client that speaks to the application without a socket."""
    network = Network(pool)
    await network.open()
    transport = httpx.ASGITransport(app=network.app, raise_app_exceptions=True)
    async with httpx.AsyncClient(transport=transport, base_url="http://gotovo.test") as client:
        yield Api(client, network)
    await network.close()

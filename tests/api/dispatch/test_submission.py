"""One key's load does not turn another key's requests away."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from msgspec import structs

from gotovo.api.application import api_app
from gotovo.engine.batch import Rules
from gotovo.engine.engine import Engine, EngineLimits
from gotovo.store.journal.journal import PostgresJournal
from tests.support.api.network import PLACE, SECRET, Api, Network

SMALL = EngineLimits(batch=4, queue_seconds=0.001)
"""Slow as soon as nine commands wait, as the real one is with thousands."""


@pytest.fixture
async def slow(network: Network) -> AsyncIterator[Engine]:
    """Give an engine that is slow at once."""
    journal = PostgresJournal(network.pool)
    engine = Engine(journal, network.directory, Rules(SECRET), network.clock, limits=SMALL)
    yield engine
    await engine.close()


@pytest.fixture
async def busy(network: Network, slow: Engine) -> AsyncIterator[Api]:
    """Give a client of a process with that engine."""
    app = api_app(structs.replace(network.dependencies, engine=slow))
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=True)
    async with httpx.AsyncClient(transport=transport, base_url="http://gotovo.test") as client:
        yield Api(client, network)


def placements(name: str, count: int) -> dict[str, Any]:
    """Return a list of placements."""
    return {"commands": [PLACE | {"step": "placement", "id": f"{name}-{i}"} for i in range(count)]}


async def test_lists_of_one_key_do_not_turn_away_the_placement_of_another(busy: Api) -> None:
    lists = [
        asyncio.create_task(busy.post("/commands", placements(f"list{i}", 60), "storefront"))
        for i in range(5)
    ]
    await busy.post("/commands", placements("warm", 30), "support")

    placed = [(await busy.post("/orders", PLACE, "support")).status_code for _ in range(6)]

    assert not all(each.done() for each in lists), "the lists were over before"
    assert placed == [201] * 6
    answers = await asyncio.gather(*lists)
    outcomes = [outcome["outcome"] for each in answers for outcome in each.json()["outcomes"]]
    assert Counter(outcomes) == {"done": 300}


async def test_a_short_list_does_not_wait_for_all_long_ones_of_another_key(
    busy: Api, slow: Engine
) -> None:
    lists = [
        asyncio.create_task(busy.post("/commands", placements(f"list{i}", 60), "storefront"))
        for i in range(5)
    ]
    while not slow.open_count:  # noqa: ASYNC110  (an engine says nothing of what is queued)
        await asyncio.sleep(0)

    short = await busy.post("/commands", placements("short", 2), "support")

    assert [each["outcome"] for each in short.json()["outcomes"]] == ["done", "done"]
    assert not all(each.done() for each in lists)
    await asyncio.gather(*lists)


async def test_a_key_with_many_requests_is_refused_before_one_with_few(busy: Api) -> None:
    """Both send placements one by one, one of them two hundred at once."""
    await busy.post("/commands", placements("warm", 30), "admin")
    flood = [asyncio.create_task(busy.post("/orders", PLACE, "storefront")) for _ in range(200)]
    await asyncio.sleep(0)

    few = await asyncio.gather(*(busy.post("/orders", PLACE, "support") for _ in range(3)))
    many = Counter([(await each).status_code for each in flood])

    assert [each.status_code for each in few] == [201] * 3
    assert many[503] > 0
    assert set(many) == {201, 503}

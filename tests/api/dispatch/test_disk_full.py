"""A disk without room has a problem of its own: 503, and when to ask again."""

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import httpx
import pytest
from msgspec import structs

from gotovo.api.application import api_app
from gotovo.api.dispatch.submission import DISK_RETRY_AFTER_SECONDS
from gotovo.engine.batch import Rules
from gotovo.engine.engine import Engine, EngineLimits
from gotovo.store.journal.journal import PostgresJournal
from tests.support.api.network import PLACE, SECRET, Api

HOURS = {"time_zone": "Europe/Moscow", "week": [[]] * 7}
WAREHOUSE: dict[str, Any] = {"title": "Склад", "timetable": HOURS}

FULL = """
create function no_room() returns trigger language plpgsql as $$
begin
    raise exception 'could not extend file: No space left on device' using errcode = '53100';
end
$$;
create trigger no_room before insert on {table} for each statement execute function no_room()
"""
"""What PostgreSQL answers when a table can't grow."""


async def without_room(pool: "asyncpg.Pool[Any]", table: str) -> None:
    """Let a table get no further row."""
    await pool.execute(FULL.format(table=table))


@pytest.fixture
async def impatient(api: Api) -> AsyncIterator[Api]:
    """Give a client of the application whose engine soon gives up on its database."""
    network = api.network
    engine = Engine(
        PostgresJournal(network.pool),
        network.directory,
        Rules(SECRET, network.terms),
        network.clock,
        limits=EngineLimits(patience_seconds=0.1),
    )
    app = api_app(structs.replace(network.dependencies, engine=engine))
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://x")
    yield Api(client, network)
    await client.aclose()
    await engine.close()


def is_told(answer: httpx.Response) -> bool:
    """Tell whether an answer names the disk, and when to ask again."""
    told = (answer.status_code, answer.json()["code"], answer.headers.get("retry-after"))
    return told == (503, "disk_full", str(DISK_RETRY_AFTER_SECONDS))


async def test_a_setting_that_finds_no_room(api: Api, pool: "asyncpg.Pool[Any]") -> None:
    await without_room(pool, "warehouse")
    headers = api.headers("admin", {})
    answer = await api.client.put("/api/v1/warehouses/MSK", json=WAREHOUSE, headers=headers)
    assert is_told(answer)
    headers["Accept-Language"] = "ru"
    answer = await api.client.put("/api/v1/warehouses/MSK", json=WAREHOUSE, headers=headers)
    assert answer.json()["title"] == "Диск заполнен"


async def test_an_order_that_finds_no_room_and_the_same_one_once_there_is(
    impatient: Api, pool: "asyncpg.Pool[Any]"
) -> None:
    await without_room(pool, "event")
    answer = await impatient.post("/orders", PLACE, "storefront", "one")
    assert is_told(answer), answer.text
    batch = {"commands": [{"id": "a", "step": "placement", **PLACE}]}
    answer = await impatient.post("/commands", batch, "storefront", "two")
    assert is_told(answer), answer.text
    await pool.execute("drop trigger no_room on event")
    answer = await impatient.post("/orders", PLACE, "storefront", "one")
    assert answer.status_code == 201


def is_full(_error: BaseException | None) -> bool:
    """Tell what the parent of the program knows."""
    return True


async def test_a_database_that_went_away_for_want_of_room(
    api: Api, pool: "asyncpg.Pool[Any]"
) -> None:
    """PostgreSQL ends when its log finds no room; the program's parent knows why."""
    network = api.network
    app = api_app(structs.replace(network.dependencies, is_disk_full=is_full))
    await pool.close()
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app), base_url="http://x"
    ) as client:
        answer = await client.get("/api/v1/warehouses", headers=api.headers("admin", {}))
    assert is_told(answer)


async def test_a_database_that_is_away_for_another_reason_is_overloaded(
    api: Api, pool: "asyncpg.Pool[Any]"
) -> None:
    await pool.close()
    answer = await api.get("/warehouses")
    assert (answer.status_code, answer.json()["code"]) == (503, "overloaded")

"""The shelves, put together from the settings: how long is searched, and who is in the log."""

from typing import Any
from uuid import UUID

import asyncpg

from gotovo.assembly.desk.shelves import shelves_at
from gotovo.assembly.observability.search_readings import search_readings
from gotovo.desk.searches.searching import SearchRequest, StartedSearch
from gotovo.engine.engine import Engine
from gotovo.order.values.actor import Actor, Role
from gotovo.order.values.order import place_of
from gotovo.store.tables.shelf.searches import SeenBy
from tests.support.assembly.runtime import runtime_over, security_log_over
from tests.support.web.cast import ALINA, HOUR, NOW, Cast, Clock
from tests.support.web.goods import MUG


async def test_who_has_in_hand_what_they_gave_up_is_in_the_security_log(
    pool: "asyncpg.Pool[Any]", engine: Engine, clock: Clock, cast: Cast
) -> None:
    order = await cast.place(ALINA, NOW - 30 * HOUR, MUG)
    order = await cast.shelve(await cast.send(order, NOW - 29 * HOUR), NOW - 5 * HOUR)
    runtime = runtime_over(pool, engine, clock, search_minutes=45)
    await runtime.directory.refresh()
    security_log = security_log_over(runtime)
    shelves = shelves_at(runtime, security_log)
    point, barcode = place_of(order), order.parcels[0].barcode
    lena = Actor(Role.POINT, "lena", point)
    started = await shelves.searches.start(
        SearchRequest(id=UUID(int=7), actor=lena, point=point, parcel=barcode)
    )
    assert isinstance(started, StartedSearch), started
    search = started.search
    assert (search.due_at - search.started_at).total_seconds() == 45 * 60
    counted = {each.name: dict(each.values) for each in await search_readings(runtime)}
    assert counted == {"gotovo_searches_open": {"": 1}, "gotovo_searches_overdue": {"": 0}}
    await shelves.searches.give_up(search, lena)
    await shelves.sightings.seen((barcode,), lena, point, SeenBy.SCAN)
    await security_log.write()
    rows = await pool.fetch(
        "select actor, subject from security_log where kind = 'search.lost_in_hand'"
    )
    assert [tuple(row) for row in rows] == [("point:lena", f"order:{order.number}")]
    counted = {each.name: dict(each.values) for each in await search_readings(runtime)}
    assert counted == {"gotovo_searches_open": {"": 0}, "gotovo_searches_overdue": {"": 0}}

"""The looks of a day are sealed once it is over, and the audit misses any that is touched."""

from datetime import UTC, datetime, timedelta
from typing import Any, cast

import asyncpg
import pytest

from gotovo.access.access_log import AccessLog
from gotovo.order.values.actor import Actor, Role
from gotovo.store.audit.security_checks import SecurityChecks
from gotovo.store.tables.access.access_log import AccessLogStore
from gotovo.store.tables.security.looks_seal import LooksSeal
from gotovo.store.tables.security.security_log import EntryFilter, SecurityLogStore
from tests.support.web.cast import Clock

EVENING = datetime(2026, 11, 22, 23, 50, tzinfo=UTC)
NUMBER = "200785804776"
ADDED = """
insert into order_look
select home, subject, day, 'support:k2', place, what, looks, first_at, last_at
  from order_look
 where what = 'list'
"""
DESK = Actor(Role.SUPPORT, "k1")


@pytest.fixture
def clock() -> Clock:
    """Give a clock that stands shortly before midnight."""
    clock = Clock()
    clock.now = EVENING
    return clock


async def days(pool: "asyncpg.Pool[Any]", clock: Clock) -> list[bytes]:
    """Seal what can be, and return the details of all seals."""
    await LooksSeal(pool, clock).seal()
    entries = await SecurityLogStore(pool).after(0, EntryFilter(kind="looks.sealed"), 100)
    return [each.details for each in entries]


async def findings(pool: "asyncpg.Pool[Any]") -> list[str]:
    async with pool.acquire() as connection:
        checks = SecurityChecks(cast("asyncpg.Connection[Any]", connection)).checks
        return [each.key for check in checks.values() for each in await check()]


async def test_a_day_is_sealed_once_it_is_over_and_settled(
    pool: "asyncpg.Pool[Any]", clock: Clock
) -> None:
    log = AccessLog(AccessLogStore(pool), clock)
    assert await days(pool, clock) == []
    await log.record(DESK, "order", [NUMBER])
    await log.write()
    for minutes, sealed in ((0, 0), (60, 0), (71, 1), (72, 1)):
        clock.now = EVENING + timedelta(minutes=minutes)
        assert len(await days(pool, clock)) == sealed
    clock.now = EVENING + timedelta(days=3)
    found = await days(pool, clock)
    assert [each[:28] for each in found] == [
        b'{"rows":1,"day":"2026-11-22"',
        b'{"day":"2026-11-23","digest"',
        b'{"day":"2026-11-24","digest"',
    ]
    assert await findings(pool) == []


async def test_what_is_written_late_counts_for_the_next_day(
    pool: "asyncpg.Pool[Any]", clock: Clock
) -> None:
    log = AccessLog(AccessLogStore(pool), clock)
    await log.record(DESK, "order", [NUMBER])
    await log.write()
    await log.record(DESK, "list", [NUMBER])
    clock.now = EVENING + timedelta(minutes=71)
    await days(pool, clock)
    await log.write()
    assert await findings(pool) == []
    rows = await pool.fetch("select day::text from order_look order by day")
    assert [row["day"] for row in rows] == ["2026-11-22", "2026-11-23"]


@pytest.mark.parametrize(
    "sql",
    [
        "update order_look set looks = looks + 1",
        "update order_look set actor = 'support:k2' where what = 'list'",
        "delete from order_look where what = 'list'",
        "delete from order_look",
        "update order_look set last_at = last_at + interval '1 s'",
        ADDED,
    ],
)
async def test_a_look_that_was_touched_afterwards_is_missed(
    pool: "asyncpg.Pool[Any]", clock: Clock, sql: str
) -> None:
    log = AccessLog(AccessLogStore(pool), clock)
    await log.record(DESK, "order", [NUMBER])
    await log.record(DESK, "list", [NUMBER])
    await log.write()
    clock.now = EVENING + timedelta(days=1, hours=2)
    await days(pool, clock)
    await pool.execute(sql)
    assert await findings(pool) == ["order_look 2026-11-22"]

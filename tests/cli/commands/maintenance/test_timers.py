"""`gotovo timers` beside the running program: what is held is shown, and goes on once released."""

import asyncio
import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
from msgspec import structs

from gotovo.assembly.machine_clock import MachineClock
from gotovo.order.values.order import Stage
from gotovo.store.journal.journal import PostgresJournal
from gotovo.store.tables.network.directory import Directory
from gotovo.store.tables.orders.timer_holds import TimerHoldStore
from tests.engine.background.test_timers import order_of, shelve
from tests.engine.conftest import receive
from tests.support.cli.program import Program
from tests.support.engine.cast import Buyer, Shop
from tests.support.order.cast import POINTS, SECRET, WAREHOUSES

DEADLINE_SECONDS = 30
READY = 9


async def test_a_jump_of_the_clock_and_a_mass_of_expiries_wait_for_a_person(
    tmp_path: Path, database_url: str, pool: asyncpg.Pool
) -> None:
    """The machine's clock went from the day of the last tick to today while it ran five seconds."""
    await receive(pool)
    shop = Shop(PostgresJournal(pool))
    shop.clock.now = datetime.now(UTC) - timedelta(days=20)
    directory = Directory(pool)
    for warehouse in WAREHOUSES.values():
        await directory.put_warehouse(warehouse, shop.clock())
    for point in POINTS.values():
        await directory.put_point(point, shop.clock())
    buyers = await shelve(shop, shop.engine(), READY)
    await shop.close()
    tick = MachineClock().kernel_tick()
    before = structs.replace(tick, at=shop.clock(), uptime_seconds=tick.uptime_seconds - 5)
    await TimerHoldStore(pool).add_tick(before)
    secret = tmp_path / "secret"
    secret.touch(0o600)
    secret.write_text(SECRET.hex())
    program = Program(tmp_path, database_url)
    program.start_work()
    try:
        await _asks_twice(program, shop, buyers)
    finally:
        program.kill()


async def _asks_twice(program: Program, shop: Shop, buyers: list[Buyer]) -> None:
    (hold,) = await _held(program, "clock")
    assert hold["expected_at"] < hold["shown_at"]
    assert "timers hold" in program.log()
    told = program.run("timers", "status")
    assert "if it is right, run gotovo timers release clock" in told.stdout
    refused = program.run("retention", "run")
    assert refused.returncode == 1
    assert "the clock has jumped" in refused.stderr
    assert await _stages(shop, buyers) == {Stage.SHELVED: READY}

    assert program.run("timers", "release", "clock").returncode == 0
    (hold,) = await _held(program, "storage-expiry")
    assert (hold["due"], hold["allowed"]) == (4, 3)
    assert await _stages(shop, buyers) == {Stage.SHELVED: READY}

    assert program.run("timers", "release", "storage-expiry").returncode == 0
    async with asyncio.timeout(DEADLINE_SECONDS):
        while program.run("timers", "status").stdout != "Nothing is held.\n":  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    assert await _stages(shop, buyers) == {Stage.TURNED_ROUND: READY}


def test_something_else_is_not_released(tmp_path: Path, database_url: str) -> None:
    program = Program(tmp_path, database_url)
    assert program.run("timers", "status").stdout == "Nothing is held.\n"
    assert program.run("timers", "release", "clock").stdout == "Nothing of clock is held.\n"
    wrong = program.run("timers", "release", "reminders")
    assert wrong.returncode == 2
    assert "'reminders': expected storage-expiry or clock" in wrong.stderr


async def _held(program: Program, what: str) -> list[dict[str, Any]]:
    """Wait until something is held, and return it."""
    async with asyncio.timeout(DEADLINE_SECONDS):
        while True:
            told = program.run("timers", "status", "--json")
            holds = json.loads(told.stdout)
            if [hold["what"] for hold in holds if hold["released_at"] is None] == [what]:
                assert told.returncode == 1
                return [hold for hold in holds if hold["what"] == what]
            await asyncio.sleep(0.05)


async def _stages(shop: Shop, buyers: list[Buyer]) -> Counter[Stage]:
    return Counter([(await order_of(shop, buyer)).stage for buyer in buyers])

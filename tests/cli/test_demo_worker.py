"""The worker of `gotovo demo`: the application, and the town among its background jobs."""

import asyncio
from pathlib import Path

import asyncpg
import httpx

from tests.support.cli.program import Program

PLACED = "select exists (select from orders where external_id like 'now-%')"

SECONDS_MAX = 20
"""The town places its first order a second or two after the start."""


async def test_the_town_places_orders_while_the_demo_serves(
    tmp_path: Path, database_url: str, pool: asyncpg.Pool
) -> None:
    program = Program(tmp_path, database_url)
    program.start("demo")
    try:
        async with asyncio.timeout(SECONDS_MAX):
            while not await pool.fetchval(PLACED):  # noqa: ASYNC110  (a table has no event)
                await asyncio.sleep(0.1)
        async with httpx.AsyncClient(base_url=program.url) as http:
            ready = await http.get("/readyz")
        assert ready.status_code == 200, ready.text
    finally:
        status = program.stop()
    assert status == 0, program.log()
    assert "job failed" not in program.log()

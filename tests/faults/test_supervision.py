"""Whatever is killed under load, commands go on within seconds, none lost and none doubled.

A worker, PostgreSQL, and the first of two programs on one data folder, which has started
PostgreSQL: nobody starts anything again, the program does.
"""

import asyncio
import json
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from gotovo.assembly.background import DIRECTORY_SECONDS
from gotovo.store.embedded.process import running_server
from tests.support.cli.keys import keys_of
from tests.support.cli.program import Program
from tests.support.faults.shop import Shop

ROUNDS = 25 if os.environ.get("GOTOVO_TEST_FULL") else 1
KILLS = 12
"""In each round; the first one is of the program that has started PostgreSQL."""

CUSTOMERS = 8
GAP_SECONDS_MAX = 5
"""Without an answer, on a machine on which the program starts faster than that."""


@pytest.fixture
def folder() -> Iterator[Path]:
    """Give a folder that PostgreSQL's own account can reach."""
    folder = Path(tempfile.mkdtemp(prefix="gotovo-supervision-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.timeout(3_600 if ROUNDS > 1 else 300)
async def test_commands_go_on_within_seconds_whatever_is_killed(folder: Path) -> None:
    orders = 0
    for number in range(ROUNDS):
        orders += await _round(folder, number)
    program = Program(folder, "")
    report = json.loads(program.run("audit", "--json").stdout)
    assert report["findings"] == []
    assert report["checked"]["orders"] == orders


async def _round(folder: Path, number: int) -> int:
    """Run two programs under load and kill; return how many orders were confirmed."""
    first, second = Program(folder, ""), Program(folder, "", GOTOVO_WORKERS="2")
    await asyncio.to_thread(first.start_work)
    await asyncio.to_thread(second.start)
    try:
        token = second.run("key", "create", "--role", "admin").stdout.strip()
        shop = Shop(second.url, token, keys_of(folder).codes.key, name=f"{number}-")
        await shop.open()
        await asyncio.sleep(3 * DIRECTORY_SECONDS)  # until every worker knows the new point
        load = asyncio.create_task(shop.serve(CUSTOMERS))
        for kill in range(KILLS):
            await _goes_on(shop)
            assert not load.done(), load.exception()
            match kill:
                case 0:
                    first.kill()
                case _ if kill % 2:
                    os.kill(_postgres(folder), signal.SIGKILL)
                case _:
                    os.kill(_worker(second), signal.SIGKILL)
        await _goes_on(shop)
        shop.stop()
        await load
        gap = shop.longest_gap()
        assert gap < max(GAP_SECONDS_MAX, second.start_seconds), f"{gap:.1f} s"
        assert len(shop.answers) > KILLS, "the load has to have done something"
        assert await shop.repeat_all() == []
        assert second.stop() == 0, second.log()
        assert _is_gone(folder), "the last program stops PostgreSQL"
        return sum(key.count("-") == 2 for key in shop.answers)
    finally:
        for program in (first, second):
            program.end()


async def _goes_on(shop: Shop) -> None:
    """Wait for the next answers, which are to requests sent after what has happened."""
    count = len(shop.answers)
    async with asyncio.timeout(60):
        while len(shop.answers) < count + CUSTOMERS:  # noqa: ASYNC110  (no event)
            await asyncio.sleep(0.05)


def _postgres(folder: Path) -> int:
    deadline = time.monotonic() + 30
    while (note := running_server(folder / "postgresql" / "data")) is None:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return note.pid


def _is_gone(folder: Path) -> bool:
    return running_server(folder / "postgresql" / "data") is None


def _worker(program: Program) -> int:
    children = psutil.Process(program.pid).children()
    return next(each.pid for each in children if "http_worker" in " ".join(each.cmdline()))

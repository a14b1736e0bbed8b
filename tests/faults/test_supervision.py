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
from contextlib import suppress
from pathlib import Path

import httpx
import psutil
import pytest

from gotovo.assembly.background import DIRECTORY_SECONDS
from gotovo.store.embedded.process import running_server
from tests.support.cli.keys import keys_of
from tests.support.cli.program import Program
from tests.support.faults.recoveries import Recoveries, report
from tests.support.faults.shop import GOES_ON_SECONDS_MAX, Shop

IS_LONG = os.environ.get("GOTOVO_TEST_FULL") == "1"
ROUNDS = 25 if IS_LONG else 1
KILLS = 12
"""In each round; the first one is of the program that has started PostgreSQL."""

CUSTOMERS = 8


@pytest.fixture(scope="module")
def recoveries(request: pytest.FixtureRequest) -> Iterator[Recoveries]:
    """Collect how long each kill was felt, and report it at the end."""
    found = Recoveries()
    yield found
    report(request.config, "kills", found)


@pytest.fixture
def folder() -> Iterator[Path]:
    """Give a folder that PostgreSQL's own account can reach."""
    folder = Path(tempfile.mkdtemp(prefix="gotovo-supervision-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("number", range(ROUNDS))
async def test_commands_go_on_whatever_is_killed(
    folder: Path, recoveries: Recoveries, number: int
) -> None:
    """None is lost and none doubled. The long form holds each gap to five seconds.

    The short one only reports how long they were: it runs beside other tests, on any machine.
    """
    first, second = Program(folder, ""), Program(folder, "", GOTOVO_WORKERS="2")
    own = Recoveries()
    await asyncio.to_thread(first.start_work)
    await asyncio.to_thread(second.start)
    try:
        token = second.run("key", "create", "--role", "admin").stdout.strip()
        shop = Shop(second.url, token, keys_of(folder).codes.key, name=f"{number}-")
        await shop.open()
        await asyncio.sleep(3 * DIRECTORY_SECONDS)  # until every worker knows the new point
        load = asyncio.create_task(shop.serve(CUSTOMERS))
        await shop.goes_on(time.monotonic(), CUSTOMERS)
        for kill in range(KILLS):
            await _until_whole(second)
            kind, pid = await asyncio.to_thread(_victim, kill, first, second)
            instant = time.monotonic()
            if kind == "first program":
                first.kill()
            else:
                os.kill(pid, signal.SIGKILL)
            seconds = await shop.goes_on(instant, CUSTOMERS)
            assert not load.done(), load.exception()
            own.add(kind, seconds)
            recoveries.add(kind, seconds)
        shop.stop()
        await load
        assert len(shop.answers) > KILLS, "the load has to have done something"
        assert await shop.repeat_all() == []
        assert second.stop() == 0, second.log()
        assert _is_gone(folder), "the last program stops PostgreSQL"
    finally:
        for program in (first, second):
            program.end()
    audited = json.loads(second.run("audit", "--json").stdout)
    assert audited["findings"] == []
    assert audited["checked"]["orders"] == sum(key.count("-") == 2 for key in shop.answers)
    if IS_LONG:
        assert own.too_long() == {}, list(own.lines())


async def _until_whole(program: Program) -> None:
    """Wait until everything that was killed before is back: each kill is of a whole program."""
    async with asyncio.timeout(GOES_ON_SECONDS_MAX), httpx.AsyncClient() as client:
        while True:
            with suppress(httpx.HTTPError):
                ready = await client.get(f"{program.url}/readyz", timeout=GOES_ON_SECONDS_MAX)
                if not ready.json()["warnings"]:
                    return
            await asyncio.sleep(0.1)


def _victim(kill: int, first: Program, second: Program) -> tuple[str, int]:
    """Return which process is killed, looked for before the clock starts."""
    if kill == 0:
        return "first program", first.pid
    if kill % 2:
        return "PostgreSQL", _postgres(first.folder)
    return "a worker", _worker(second)


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

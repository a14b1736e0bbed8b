"""Connections to the database are cut in the middle of anything: nothing is lost or done twice."""

import asyncio
import json
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from gotovo.assembly.background import DIRECTORY_SECONDS
from gotovo.store.embedded.server import EmbeddedPostgres
from tests.support.cli.keys import keys_of
from tests.support.cli.program import Program
from tests.support.faults.recoveries import Recoveries, report
from tests.support.faults.shop import GOES_ON_SECONDS_MAX, Shop
from tests.support.store.proxy import Cut, Proxy

CUTS = 100
CUSTOMERS = 8
DOWN_SECONDS = 1.0
KINDS = (Cut.BEFORE_SERVER, Cut.AFTER_SERVER, Cut.NEVER, Cut.DOWN)

NAMES = {
    Cut.BEFORE_SERVER: "before the server has it",
    Cut.AFTER_SERVER: "before its answer is here",
    Cut.NEVER: "all connections at once",
    Cut.DOWN: "the server out of reach for a second",
}

pytestmark = pytest.mark.full


@pytest.fixture
def folder() -> Iterator[Path]:
    """Give a folder that PostgreSQL's own account can reach."""
    folder = Path(tempfile.mkdtemp(prefix="gotovo-cut-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.timeout(600)
async def test_commands_go_on_after_each_cut(folder: Path, request: pytest.FixtureRequest) -> None:
    postgres = EmbeddedPostgres(folder / "server")
    started = await asyncio.to_thread(postgres.start)
    proxy = Proxy(started.url, folder)
    await proxy.open()
    program = Program(folder, proxy.url)
    recoveries = Recoveries()
    try:
        await asyncio.to_thread(program.start)
        created = await asyncio.to_thread(program.run, "key", "create", "--role", "admin")
        shop = Shop(program.url, created.stdout.strip(), keys_of(folder).codes.key)
        await shop.open()
        await asyncio.sleep(3 * DIRECTORY_SECONDS)
        load = asyncio.create_task(shop.serve(CUSTOMERS))
        await shop.goes_on(time.monotonic(), CUSTOMERS)
        for number in range(CUTS):
            kind = KINDS[number % len(KINDS)]
            await _cut(proxy, kind)
            recoveries.add(NAMES[kind], await shop.goes_on(time.monotonic(), CUSTOMERS))
            assert not load.done(), load.exception()
        shop.stop()
        await load
        assert await shop.repeat_all() == []
        assert program.stop() == 0, program.log()
        audited = await asyncio.to_thread(program.run, "audit", "--json")
    finally:
        program.end()
        await proxy.close()
        await asyncio.to_thread(postgres.stop)
    found = json.loads(audited.stdout)
    assert found["findings"] == []
    assert found["checked"]["orders"] == sum(key.count("-") == 1 for key in shop.answers)
    report(request.config, "cut", recoveries)
    assert recoveries.too_long() == {}, list(recoveries.lines())


async def _cut(proxy: Proxy, kind: Cut) -> None:
    """Cut once, and return when it has happened and is over."""
    if kind is Cut.NEVER:
        proxy.drop()
    elif kind is Cut.DOWN:
        proxy.cut = kind
        proxy.drop()
        await asyncio.sleep(DOWN_SECONDS)
        proxy.cut = Cut.NEVER
    else:
        cuts, proxy.cut = proxy.cuts, kind
        async with asyncio.timeout(GOES_ON_SECONDS_MAX):
            while proxy.cuts == cuts:  # noqa: ASYNC110  (no event)
                await asyncio.sleep(0.01)

"""Killed in the middle of anything, the program and its database lose nothing they confirmed."""

import asyncio
import json
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from gotovo.store.embedded.server import EmbeddedPostgres
from tests.support.cli.keys import keys_of
from tests.support.cli.program import Program
from tests.support.faults.shop import Shop

KILLS = 60 if os.environ.get("GOTOVO_TEST_FULL") else 4
CUSTOMERS = 16
SECONDS_BETWEEN = 0.5


@pytest.fixture
def folder() -> Iterator[Path]:
    """Give a folder that PostgreSQL's own account can reach."""
    folder = Path(tempfile.mkdtemp(prefix="gotovo-kill-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.timeout(600)
async def test_no_acknowledged_command_is_lost_or_applied_twice(folder: Path) -> None:
    """Server and database are killed in turn under load; every answer given stands afterwards."""
    postgres = EmbeddedPostgres(folder)
    program = Program(folder, postgres.start().url)
    program.start()
    try:
        shop = Shop(program.url, _key(program), keys_of(folder).codes.key)
        await shop.open()
        load = asyncio.create_task(shop.serve(CUSTOMERS))
        for kill in range(KILLS):
            await asyncio.sleep(SECONDS_BETWEEN)
            if kill % 2:
                await asyncio.to_thread(_kill_database, postgres)
            else:
                await asyncio.to_thread(_kill_program, program)
            assert not load.done(), load.exception()
        await asyncio.sleep(SECONDS_BETWEEN)
        shop.stop()
        await load
        assert len(shop.answers) > KILLS, "the load has to have done something"
        assert await shop.repeat_all() == []
        assert program.stop() == 0, program.log()
        report = json.loads(program.run("audit", "--json").stdout)
        assert report["findings"] == []
        placed = [key for key in shop.answers if key.count("-") == 1]
        assert report["checked"]["orders"] == len(placed)
        assert report["checked"]["answers"] >= len(shop.answers)
    finally:
        _end(program)
        postgres.stop()


def _key(program: Program) -> str:
    return program.run("key", "create", "--role", "admin").stdout.strip()


def _kill_program(program: Program) -> None:
    program.kill()
    program.start()


def _kill_database(postgres: EmbeddedPostgres) -> None:
    os.kill(postgres.start().pid, signal.SIGKILL)
    postgres.start()


def _end(program: Program) -> None:
    try:
        program.kill()
    except ProcessLookupError:
        return

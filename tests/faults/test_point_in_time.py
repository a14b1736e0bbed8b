"""Point in time: the disk of the database is lost, and any instant before that comes back.

A real program with its embedded server and an archive beside it, orders that go on meanwhile, and a
fresh folder that gets the archive and the secret and nothing else.
"""

import asyncio
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from gotovo.store.embedded.process import running_server, terminate
from gotovo.store.wal_archive.folder import read_status, series_in
from tests.support.cli.keys import keys_of
from tests.support.cli.program import Program
from tests.support.faults.shop import Shop

DRILLS = 5 if os.environ.get("GOTOVO_TEST_FULL") == "1" else 1
CUSTOMERS = 4
LONG_SECONDS = 120


@pytest.fixture
def folder() -> Iterator[Path]:
    """Give a folder that PostgreSQL's own account can reach."""
    folder = Path(tempfile.mkdtemp(prefix="gotovo-instant-"))
    folder.chmod(0o711)
    yield folder
    for each in folder.iterdir():
        cluster = each / "postgresql" / "data"
        note = running_server(cluster)
        if note:
            terminate(cluster, note.pid)
    shutil.rmtree(folder, ignore_errors=True)


def installation(folder: Path, name: str) -> Program:
    """Give an installation with the archive that all of them share."""
    (folder / name).mkdir(mode=0o711)
    return Program(folder / name, "", GOTOVO_WAL_ARCHIVE=str(folder / "archive"))


@pytest.mark.timeout(600)
@pytest.mark.parametrize("drill", range(DRILLS))
async def test_any_instant_comes_back_when_the_disk_is_lost(folder: Path, drill: int) -> None:
    """What was told before the instant stands, what was told after it can be had anew.

    An instant that the archive does not reach is refused, and leaves nothing in the way.
    """
    first, second = installation(folder, "first"), installation(folder, "second")
    try:
        first.start()
        token = first.run("key", "create", "--role", "admin").stdout.strip()
        shop = Shop(first.url, token, keys_of(first.folder).codes.key)
        await shop.open()
        load = asyncio.create_task(shop.serve(CUSTOMERS))
        await reached(lambda: bool(base_backups(folder)))
        await reached(lambda: len(shop.answers) > 20 + 30 * drill)
        before, instant = dict(shop.answers), datetime.now(UTC)
        told = len(shop.answers)
        await reached(lambda: len(shop.answers) > told + 20)
        await reached(lambda: is_complete(folder, instant + timedelta(seconds=1)))
        assert not load.done(), load.exception()
        shop.stop()
        await load
        lose_disk(first)
        shutil.copyfile(first.folder / "secret", second.folder / "secret")
        (second.folder / "secret").chmod(0o600)
        refused = second.run("restore", f"--to={datetime.now(UTC).isoformat()}")
        assert refused.returncode == 1, refused.stdout
        assert "the log of the archive ends before" in refused.stderr
        assert "--to latest for all there is" in refused.stderr
        report = restored(second, instant)
        assert report["findings"] == []
        second.start()
        followed = Shop(second.url, token, keys_of(second.folder).codes.key)
        followed.requests, followed.answers = shop.requests, before
        assert await followed.repeat_all() == []
        assert await lost_orders(second, token, shop, before) > 0
        assert second.stop() == 0, second.log()
    finally:
        first.end()
        second.end()


async def reached(is_so: Any) -> None:
    """Return when something is so."""
    async with asyncio.timeout(LONG_SECONDS):
        while not is_so():  # noqa: ASYNC110  (it shows in files of other processes)
            await asyncio.sleep(0.05)


def base_backups(folder: Path) -> list[Any]:
    """Return the base backups of the archive."""
    return [base for series in series_in(folder / "archive") for base in series.base_backups()]


def is_complete(folder: Path, instant: datetime) -> bool:
    """Tell whether the archive has everything until an instant."""
    status = read_status(folder / "archive")
    return status is not None and status.complete_at is not None and status.complete_at > instant


def lose_disk(program: Program) -> None:
    """Kill everything, and remove what lay in the data folder."""
    cluster = program.folder / "postgresql" / "data"
    program.kill()
    note = running_server(cluster)
    assert note is not None
    terminate(cluster, note.pid)
    shutil.rmtree(cluster.parent)


def restored(program: Program, instant: datetime | None) -> Any:
    """Restore to an instant, and return the report of the audit."""
    to = "latest" if instant is None else instant.isoformat()
    told = program.run("restore", f"--to={to}", "--json")
    assert told.returncode == 0, told.stderr
    return json.loads(told.stdout)


async def lost_orders(program: Program, token: str, shop: Shop, before: dict[str, bytes]) -> int:
    """Return how many orders that were placed after the instant are unknown."""
    headers = {"Authorization": f"Bearer {token}"}
    unknown = 0
    async with httpx.AsyncClient(base_url=f"{program.url}/api/v1", headers=headers) as client:
        for key in shop.answers.keys() - before.keys():
            if key.count("-") == 1:
                number = json.loads(shop.answers[key])["number"]
                unknown += (await client.get(f"/orders/{number}")).status_code == 404
    return unknown

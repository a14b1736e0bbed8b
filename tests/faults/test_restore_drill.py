"""Restore drill: saved under load, restored elsewhere, everything told before stands there.

A real server with a real database, orders that go on while it is saved, a fresh folder with a
server of its own that gets the backup and the sealed secret and nothing else.
"""

import asyncio
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from gotovo.store.embedded.server import EmbeddedPostgres
from tests.support.cli.keys import keys_of
from tests.support.cli.program import Program
from tests.support.faults.shop import Shop

DRILLS = 20 if os.environ.get("GOTOVO_TEST_FULL") == "1" else 1
CUSTOMERS = 8
SECONDS_BEFORE = 1.5
LOST_MIN = 1


@pytest.fixture
def folder() -> Iterator[Path]:
    """Give a folder that PostgreSQL's own account can reach."""
    folder = Path(tempfile.mkdtemp(prefix="gotovo-drill-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("drill", range(DRILLS))
async def test_what_was_told_before_a_backup_stands_after_its_restore(
    folder: Path, drill: int
) -> None:
    """Answers, codes and keys of before are right; what came later is gone, and can be had anew."""
    (folder / "passphrase").write_text(f"correct horse battery {drill}")
    first, second = folder / "first", folder / "second"
    first.mkdir(mode=0o711)
    postgres = EmbeddedPostgres(first)
    program = Program(first, postgres.start().url)
    program.start()
    restored = Program(second, "")
    try:
        token = program.run("key", "create", "--role", "admin").stdout.strip()
        shop = Shop(program.url, token, keys_of(first).codes.key)
        await shop.open()
        load = asyncio.create_task(shop.serve(CUSTOMERS))
        await asyncio.sleep(SECONDS_BEFORE + drill / 10)
        before = dict(shop.answers)
        stands = await _newest_cursor(program.url, token)
        file = await asyncio.to_thread(_save, program, folder)
        await asyncio.sleep(0.5)
        assert not load.done(), load.exception()
        shop.stop()
        await load
        lost = await _newest_cursor(program.url, token)
        assert program.stop() == 0, program.log()
        second.mkdir(mode=0o711)
        report = _restored(restored, folder, file)
        assert report["findings"] == []
        restored.start()
        followed = Shop(restored.url, token, keys_of(second).codes.key)
        followed.requests = shop.requests
        followed.answers = dict(before)
        assert len(before) > CUSTOMERS, "the load has to have done something"
        assert await followed.repeat_all() == []
        orders = {json.loads(x)["number"] for key, x in before.items() if key.count("-") == 1}
        assert report["checked"]["orders"] >= len(orders) > 0
        await _feed_goes_on(restored.url, token, stands, lost)
        await _placed_anew(restored, token, shop, before)
        assert restored.stop() == 0, restored.log()
        assert json.loads(restored.run("audit", "--json").stdout)["findings"] == []
    finally:
        for each in (program, restored):
            _end(each)
        postgres.stop()


def _save(program: Program, folder: Path) -> Path:
    made = program.run(
        "backup",
        "--json",
        f"--to={folder / 'backups'}",
        f"--secret-to={folder / 'sealed'}",
        f"--passphrase-file={folder / 'passphrase'}",
    )
    assert made.returncode == 0, made.stderr
    return Path(json.loads(made.stdout)["file"])


def _restored(program: Program, folder: Path, file: Path) -> Any:
    told = program.run(
        "restore",
        str(file),
        "--json",
        f"--secret-from={folder / 'sealed'}",
        f"--passphrase-file={folder / 'passphrase'}",
    )
    assert told.returncode == 0, told.stderr
    return json.loads(told.stdout)


async def _placed_anew(program: Program, token: str, shop: Shop, before: dict[str, bytes]) -> None:
    """An order that was lost is placed anew under its idempotency key, once."""
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=f"{program.url}/api/v1", headers=headers) as client:
        lost: list[str] = []
        for key in shop.answers.keys() - before.keys():
            number = json.loads(shop.answers[key]).get("number", "")
            read = await client.get(f"/orders/{number}")
            if key.count("-") == 1 and read.status_code == 404:
                lost.append(key)
        assert len(lost) >= LOST_MIN, "orders have to have been placed after the backup"
        for key in lost[:5]:
            path, body = shop.requests[key]
            answers = [
                await client.post(path, json=body, headers={"Idempotency-Key": key})
                for _ in range(2)
            ]
            assert [each.status_code for each in answers] == [201, 201]
            assert answers[0].content == answers[1].content
            assert answers[0].json()["external_id"] == key
            was = json.loads(shop.answers[key])["number"]
            assert answers[0].json()["number"] == was, "the buyer's message names it"


async def _newest_cursor(url: str, token: str) -> str:
    """Follow the feed to its end."""
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=f"{url}/api/v1", headers=headers) as client:
        cursor, is_more = "", True
        while is_more:
            page = (await client.get(f"/events?limit=1000&after={cursor}")).json()
            cursor, is_more = page["next"], bool(page["items"])
    return cursor


async def _feed_goes_on(url: str, token: str, stands: str, lost: str) -> None:
    """Who had read up to the backup goes on; who had read what is gone is told from where."""
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=f"{url}/api/v1", headers=headers) as client:
        assert (await client.get(f"/events?after={stands}")).status_code == 200
        answer = await client.get(f"/events?after={lost}")
        assert (answer.status_code, answer.json()["code"]) == (410, "feed_restored")
        resumed = await client.get(f"/events?after={answer.json()['expected']}")
        assert resumed.status_code == 200


def _end(program: Program) -> None:
    try:
        program.kill()
    except (ProcessLookupError, AssertionError):
        return

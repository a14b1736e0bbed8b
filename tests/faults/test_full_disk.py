"""A disk without room: commands get 503 and when to retry, nothing is lost, and room is enough."""

import asyncio
import json
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import httpx
import pytest

from gotovo.assembly.background import DIRECTORY_SECONDS
from tests.support.cli.keys import keys_of
from tests.support.cli.program import Program
from tests.support.faults.recoveries import Recoveries, report
from tests.support.faults.shop import GOES_ON_SECONDS_MAX, TIMETABLE, Shop

SIZE = "420m"
"""A new cluster, its log, and little more."""

REQUESTS = 20
LOG_BYTES_MAX = 50_000

FILLS = 10
CUSTOMERS = 4

pytestmark = [
    pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts a small disk"),
    pytest.mark.full,
]


@pytest.fixture
def disk() -> Iterator[Path]:
    """Give a small disk that PostgreSQL's own account can reach."""
    place = Path(tempfile.mkdtemp(prefix="gotovo-disk-"))
    place.chmod(0o711)
    command = ["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=711", "tmpfs", place]
    if subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("this machine mounts no small disk")
    yield place
    subprocess.run(["umount", "-l", place], check=True)
    place.rmdir()


@pytest.mark.timeout(300)
def test_a_full_disk_is_said_survived_and_over_once_there_is_room(disk: Path) -> None:
    program = Program(disk, "")
    program.start()
    try:
        created = program.run("key", "create", "--role", "admin")
        token = created.stdout.strip()
        assert token, created.stderr
        filler = disk / "filler"
        _fill(filler)
        logged = len(program.log())
        with httpx.Client(
            base_url=f"{program.url}/api/v1", headers={"Authorization": f"Bearer {token}"}
        ) as http:
            for number in range(REQUESTS):
                answer = _put(http, number)
                assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE, answer.text
                assert answer.json()["code"] == "disk_full"
                assert int(answer.headers["retry-after"]) > 0
            assert httpx.get(f"{program.url}/readyz").status_code in {200, 503}
            assert program.run("doctor").returncode == 1
            assert len(program.log()) - logged < LOG_BYTES_MAX
            filler.unlink()
            deadline = time.monotonic() + 60
            while _put(http, 0).status_code not in {200, 201}:
                assert time.monotonic() < deadline, program.log()
                time.sleep(0.2)
        while not (audited := program.run("audit", "--json")).stdout:  # it replays its log
            assert time.monotonic() < deadline, audited.stderr
        assert audited.returncode == 0, audited.stderr
        assert json.loads(audited.stdout)["clean"]
        assert program.stop() == 0, program.log()
    finally:
        program.end()


@pytest.mark.timeout(600)
async def test_commands_go_on_each_time_there_is_room_again(
    disk: Path, request: pytest.FixtureRequest
) -> None:
    """The disk fills under load, again and again: nothing is lost, and nothing done twice."""
    program = Program(disk, "")
    await asyncio.to_thread(program.start)
    recoveries = Recoveries()
    try:
        token = program.run("key", "create", "--role", "admin").stdout.strip()
        shop = Shop(program.url, token, keys_of(disk).codes.key)
        await shop.open()
        await asyncio.sleep(3 * DIRECTORY_SECONDS)
        load = asyncio.create_task(shop.serve(CUSTOMERS))
        filler = disk / "filler"
        for _ in range(FILLS):
            await shop.goes_on(time.monotonic(), CUSTOMERS)
            told = shop.unserved["disk_full"]
            await asyncio.to_thread(_fill, filler)
            async with asyncio.timeout(GOES_ON_SECONDS_MAX):
                while shop.unserved["disk_full"] < told + CUSTOMERS:
                    await asyncio.to_thread(_fill, filler)
                    await asyncio.sleep(0.1)
            assert not load.done(), load.exception()
            filler.unlink()
            recoveries.add("room again", await shop.goes_on(time.monotonic(), CUSTOMERS))
        shop.stop()
        await load
        assert await shop.repeat_all() == []
        assert program.stop() == 0, program.log()
    finally:
        program.end()
    audited = json.loads(program.run("audit", "--json").stdout)
    assert audited["findings"] == []
    assert audited["checked"]["orders"] == sum(key.count("-") == 1 for key in shop.answers)
    report(request.config, "full disk", recoveries)
    assert recoveries.too_long() == {}, list(recoveries.lines())


def _put(http: httpx.Client, number: int) -> httpx.Response:
    body = {"title": "Склад", "timetable": TIMETABLE}
    key = {"Idempotency-Key": f"put-{number}-{time.monotonic_ns()}"}
    return http.put(f"/warehouses/W{number}", json=body, headers=key, timeout=30)


def _fill(file: Path) -> None:
    """Write until nothing more fits, from where an earlier call has stopped."""
    with file.open("ab", buffering=0) as filler:
        try:
            while filler.write(bytes(1 << 20)):
                pass
        except OSError:
            return

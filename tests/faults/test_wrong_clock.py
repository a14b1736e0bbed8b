"""A machine whose clock is really wrong, for the program, for PostgreSQL, or for both of them.

libfaketime shifts the time of day that a process sees, and leaves it the kernel's own seconds, as
a person or a time service would that sets the clock of a running machine.
"""

import asyncio
import json
import os
import shutil
import tempfile
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from gotovo.store.embedded.server import EmbeddedPostgres
from tests.support.api.network import captured
from tests.support.cli.program import Program
from tests.support.faults.shop import PRICE, SKU, Shop

IS_FULL = os.environ.get("GOTOVO_TEST_FULL") == "1"
LIBRARY = next(iter(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1")), None)
WRONG_SECONDS = 6
ORDERS = 4
"""One more than may go back in a day without a question, in a network of any size."""

pytestmark = [
    pytest.mark.skipif(not IS_FULL, reason="takes a minute for each of three: ./test --full"),
    pytest.mark.skipif(LIBRARY is None, reason="needs libfaketime: apt install faketime"),
]


class WrongClock:
    """A clock that the processes started with its environment see."""

    def __init__(self, folder: Path) -> None:
        """Begin with the right time."""
        self._file = folder / "clock"
        self.shift("+0")
        self.environment = {
            "LD_PRELOAD": str(LIBRARY),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }

    def shift(self, by: str) -> None:
        """Shift the time of day, by days like `+10d`."""
        fresh = self._file.with_name("clock.fresh")
        fresh.write_text(by + "\n")
        fresh.chmod(0o644)
        fresh.replace(self._file)


class Shelf:
    """A running program with orders that wait for their buyers."""

    def __init__(self, program: Program, url: str) -> None:
        self.program = program
        self._database_url = url
        self._ids = count(1)
        self._token = program.run("key", "create", "--role", "admin").stdout.strip()

    async def fill(self) -> None:
        """Set up a point and shelve orders; the deadline of each is in seven days."""
        await Shop(self.program.url, self._token, b"").open()
        await asyncio.sleep(2)  # until every worker knows the new point
        async with self._client() as client:
            for _ in range(ORDERS):
                number = await self._place(client)
                for step, said in (
                    ("payment", captured(number, PRICE)),
                    ("packing", {}),
                    ("dispatch", {}),
                    ("arrival", {}),
                    ("shelving", {"cell": "A-1"}),
                ):
                    await self._told(client, f"/orders/{number}/{step}", said)

    async def takes_money(self) -> None:
        """Place an order and pay it, which is never refused."""
        async with self._client() as client:
            number = await self._place(client)
            body = await self._told(client, f"/orders/{number}/payment", captured(number, PRICE))
            assert body["status"] == "processing"

    async def held(self) -> list[str]:
        """Return what is held, as `gotovo timers status` says it."""
        told = await asyncio.to_thread(self.program.run, "timers", "status", "--json")
        holds = json.loads(told.stdout)
        names = [hold["what"] for hold in holds if hold["released_at"] is None]
        assert told.returncode == (1 if names else 0)
        return names

    async def until_held(self, what: str) -> None:
        """Wait until the timers hold this."""
        query = "select exists (select from timer_hold where what = $1 and released_at is null)"
        await self._until(query, what)

    async def until_free(self) -> None:
        """Wait until nothing is held any more."""
        await self._until("select not exists (select from timer_hold)")

    async def until_expired(self) -> None:
        """Wait until nothing is on the shelves."""
        await self._until("select not exists (select from orders where stage = 'shelved')")

    async def _until(self, query: str, *values: str) -> None:
        async with asyncio.timeout(60), self._connection() as connection:
            while not await connection.fetchval(query, *values):  # noqa: ASYNC110  (no event)
                await asyncio.sleep(0.1)

    async def ready(self) -> int:
        """Return how many orders wait on the shelves."""
        query = "select count(*) from orders where status = 'ready_for_pickup'"
        async with self._connection() as connection:
            return await connection.fetchval(query)

    async def _place(self, client: httpx.AsyncClient) -> str:
        body = {
            "customer": {"phone": "+79005550000"},
            "lines": [{"sku": SKU, "title": "Кружка", "quantity": 1, "price": PRICE}],
            "delivery": {"method": "pickup", "point": "KZN-1"},
        }
        return (await self._told(client, "/orders", body))["number"]

    async def _told(
        self, client: httpx.AsyncClient, path: str, body: dict[str, Any]
    ) -> dict[str, Any]:
        key = {"Idempotency-Key": f"clock-{next(self._ids)}"}
        answer = await client.post(path, json=body, headers=key)
        assert answer.is_success, answer.text
        return answer.json()

    def _client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            base_url=f"{self.program.url}/api/v1",
            headers={"Authorization": f"Bearer {self._token}"},
            timeout=30,
        )

    @asynccontextmanager
    async def _connection(self) -> "AsyncGenerator[asyncpg.Connection[Any]]":
        connection = await asyncpg.connect(self._database_url)
        try:
            yield connection
        finally:
            await connection.close()


@pytest.fixture
def folder() -> Iterator[Path]:
    """Give a folder that PostgreSQL's own account can reach."""
    folder = Path(tempfile.mkdtemp(prefix="gotovo-clock-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("whose", ["both", "program", "database"])
async def test_no_ready_order_expires_by_a_clock_that_is_wrong(
    folder: Path, monkeypatch: pytest.MonkeyPatch, whose: str
) -> None:
    """Ten days ahead and ten days back, for six seconds each; then ahead until it is released."""
    clock = WrongClock(folder)
    if whose != "program":
        for name, value in clock.environment.items():
            monkeypatch.setenv(name, value)
    postgres = EmbeddedPostgres(folder)
    url = postgres.start().url
    for name in clock.environment:
        monkeypatch.delenv(name, raising=False)
    seen = {} if whose == "database" else clock.environment
    program = Program(folder, url, **seen)
    try:
        await asyncio.to_thread(program.start)
        shelf = await asyncio.to_thread(Shelf, program, url)
        await shelf.fill()
        for jump in ("+10d", "-10d"):
            clock.shift(jump)
            if whose != "database":
                await shelf.until_held("clock")
            await asyncio.sleep(WRONG_SECONDS)
            assert await shelf.held() == ([] if whose == "database" else ["clock"])
            await shelf.takes_money()
            clock.shift("+0")
            await shelf.until_free()
            assert await shelf.ready() == ORDERS
        if whose != "database":
            await _is_released(clock, shelf)
        assert program.stop() == 0, program.log()
    finally:
        program.end()
        postgres.stop()


async def _is_released(clock: WrongClock, shelf: Shelf) -> None:
    """A clock that is right after all: the brake asks again, and then the orders go back."""
    clock.shift("+10d")
    await shelf.until_held("clock")
    for what in ("clock", "storage-expiry"):
        await shelf.until_held(what)
        assert await shelf.ready() == ORDERS
        done = await asyncio.to_thread(shelf.program.run, "timers", "release", what)
        assert done.returncode == 0
        assert f"Released {what}" in done.stdout
    await shelf.until_expired()

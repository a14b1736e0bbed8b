"""The secret is replaced, exchanged and lost while buyers and a shop use the program over HTTP.

Two workers serve; nothing that is valid is refused, and an account stays its buyer's.
"""

import asyncio
import json
import os
import re
import signal
import subprocess
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus
from itertools import count
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from gotovo.order.values.customer import customer_id
from tests.support.api.network import captured
from tests.support.cli.keys import keys_of
from tests.support.cli.program import GOTOVO, Program
from tests.support.faults.shop import PRICE, TIMETABLE
from tests.support.web.buyer import Buyer, text_of

IS_FULL = os.environ.get("GOTOVO_TEST_FULL") == "1"
WAREHOUSE, POINT, SKU = "TST", "TST-1", "TESTMUG"
"""Places of the test's own: the demo's town lives beside it."""

BUYERS = 4
SIGN_INS_MAX = 3
"""Of each buyer: a phone gets five codes in ten minutes."""

OLD_ORDERS = 60_000 if IS_FULL else 12_000
"""Of buyers who do nothing: the job takes a second or two, and is killed in the middle."""

_CODE = re.compile(r"\b(\d{3} \d{3})\b")


class Load:
    """Buyers with browsers and a shop, each order from placement to hand-over by what is shown."""

    def __init__(self, program: Program, token: str) -> None:
        self.handed_over: dict[str, list[str]] = {}
        self.signed_in = 0
        self.is_stopped = False
        self._program = program
        self._token = token
        self._ids = count(1)

    async def open(self) -> None:
        """Set up a warehouse, a point and goods."""
        async with self.api() as client:
            body: dict[str, Any] = {"title": "Склад", "timetable": TIMETABLE}
            (await client.put(f"/warehouses/{WAREHOUSE}", json=body)).raise_for_status()
            body |= {"address": "Казань", "warehouse": WAREHOUSE, "cut_off": "20:00:00"}
            (await client.put(f"/points/{POINT}", json=body)).raise_for_status()
            entry = {"sku": SKU, "title": "Кружка", "delta": 100_000}
            stock = {"warehouse": WAREHOUSE, "reason": "receipt", "entries": [entry]}
            await self._told(client, "/stock", stock)

    async def serve(self) -> None:
        """Live until stopped; whatever is refused fails the test."""
        async with asyncio.TaskGroup() as group:
            for number in range(BUYERS):
                group.create_task(self._buyer(f"+7900555{number:04}"))

    async def place(self, client: httpx.AsyncClient, phone: str) -> str:
        """Place an order, and return its number."""
        body = {
            "customer": {"phone": phone},
            "lines": [{"sku": SKU, "title": "Кружка", "quantity": 1, "price": PRICE}],
            "delivery": {"method": "pickup", "point": POINT},
        }
        return (await self._told(client, "/orders", body))["number"]

    @asynccontextmanager
    async def api(self) -> AsyncGenerator[httpx.AsyncClient]:
        """Open a client of the shop."""
        async with httpx.AsyncClient(
            base_url=f"{self._program.url}/api/v1",
            headers={"Authorization": f"Bearer {self._token}"},
            timeout=30,
        ) as client:
            yield client

    async def _buyer(self, phone: str) -> None:
        site = httpx.AsyncClient(base_url=self._program.url, timeout=30)
        async with self.api() as shop, site:
            buyer, orders = Buyer(site), self.handed_over.setdefault(phone, [])
            for turn in count():
                if self.is_stopped:
                    return
                if turn % 12 == 0 and turn // 12 < SIGN_INS_MAX:
                    site.cookies.clear()
                    page = await buyer.signs_in(phone)
                    assert "/session/end" in page.text or page.url.path == "/orders", page.url
                    self.signed_in += 1
                number = await self.place(shop, phone)
                for step, said in (
                    ("payment", captured(number, PRICE)),
                    ("packing", {}),
                    ("dispatch", {}),
                    ("arrival", {}),
                    ("shelving", {"cell": "A-1"}),
                ):
                    await self._told(shop, f"/orders/{number}/{step}", said)
                page = await buyer.opens(f"/orders/{number}")
                assert page.status_code == HTTPStatus.OK, "another account's order"
                shown = _CODE.search(text_of(page.text))
                assert shown is not None, text_of(page.text)
                picture = await buyer.opens(f"/orders/{number}/qr.svg")
                assert picture.status_code == HTTPStatus.OK
                code = {"code": shown[1].replace(" ", "")}
                await self._told(shop, f"/orders/{number}/handover", code)
                orders.append(number)
                await asyncio.sleep(0.1)

    async def _told(
        self, client: httpx.AsyncClient, path: str, body: dict[str, Any]
    ) -> dict[str, Any]:
        key = {"Idempotency-Key": f"load-{next(self._ids)}"}
        answer = await client.post(path, json=body, headers=key)
        assert answer.is_success, answer.text
        return answer.json()


class Installation:
    """A program under load, with orders of buyers who came before."""

    def __init__(self, program: Program, pool: "asyncpg.Pool[Any]") -> None:
        self.program = program
        self.pool = pool
        self.secret = program.folder / "secret"
        self.key = keys_of(program.folder).identity.key
        program.start()
        token = program.run("key", "create", "--role", "admin").stdout.strip()
        self.load = Load(program, token)

    @asynccontextmanager
    async def under_load(self) -> AsyncGenerator[None]:
        """Keep the load up for as long as the context is open."""
        await self.load.open()
        await asyncio.sleep(2)  # until both workers know the new point
        task = asyncio.create_task(self.load.serve())
        try:
            await self.goes_on(task)
            yield
            await self.goes_on(task)
        finally:
            self.load.is_stopped = True
            await task

    async def goes_on(self, task: "asyncio.Task[None]") -> None:
        """Wait until every buyer has got another order."""
        before = {phone: len(orders) for phone, orders in self.load.handed_over.items()}
        await self.until(
            lambda: (
                (
                    len(self.load.handed_over) == BUYERS
                    and all(
                        len(orders) > before.get(phone, 0) + 1
                        for phone, orders in self.load.handed_over.items()
                    )
                )
                or task.done()
            )
        )
        assert not task.done(), task.exception()

    @staticmethod
    async def until(is_so: Callable[[], bool]) -> None:
        """Wait for something that the program does by itself."""
        async with asyncio.timeout(90):
            while not is_so():  # noqa: ASYNC110  (no event)
                await asyncio.sleep(0.02)

    async def add_old_orders(self) -> None:
        """Add orders of as many buyers; only their phones and accounts matter here."""
        number = self.load.handed_over["+79005550000"][0]
        phones = [f"+7911{i:07}" for i in range(OLD_ORDERS)]
        accounts = [customer_id(self.key, phone) for phone in phones]
        await self.pool.execute(
            """
            insert into orders
            select (jsonb_populate_record(o, jsonb_build_object(
                       'home', get_byte(decode(left(account, 2), 'hex'), 0),
                       'number', (900000000000 + place)::text,
                       'customer', account,
                       'external_id', null,
                       'contact', jsonb_build_object('phone', phone)))).*
              from orders as o, unnest($1::text[], $2::text[]) with ordinality
                       as buyer (phone, account, place)
             where o.number = $3
            """,
            phones,
            accounts,
            number,
        )

    async def run(self, *arguments: str) -> dict[str, Any]:
        """Run a command that has to succeed, and return what it reports."""
        done = await asyncio.to_thread(self.program.run, *arguments, "--json")
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout)


@pytest.fixture
async def installation(
    tmp_path: Path, database_url: str, pool: "asyncpg.Pool[Any]"
) -> AsyncGenerator[Installation]:
    """Give a program of two workers and a demo phone, on which sign-in codes are read."""
    program = Program(tmp_path, database_url, GOTOVO_WORKERS="2", GOTOVO_DEMO="true")
    try:
        yield await asyncio.to_thread(Installation, program, pool)
    finally:
        program.end()


@pytest.mark.timeout(300)
async def test_the_customers_key_is_replaced_under_load_by_a_job_that_is_killed(
    installation: Installation,
) -> None:
    """And everything else of the secret with it: sign-ins, pages, codes and QR go on."""
    program, load = installation.program, installation.load
    before = installation.key.hex()
    async with installation.under_load():
        await installation.add_old_orders()
        if IS_FULL:
            done = await installation.run("secret", "rotate", "--yes")
            assert done["version"] == 2
            await asyncio.sleep(12)  # until it has begun
        await _kill_the_job(installation)
        status = await installation.run("secret", "status")
        assert not status["customers"]["is_mapped"]
        assert 0 < status["customers"]["phones"] < OLD_ORDERS
        done = await installation.run("secret", "rotate-customers", "--yes")
        assert done["is_mapped"]
        assert done["phones"] >= OLD_ORDERS + BUYERS
        assert done["accounts_left"] == 0
        done = await installation.run("secret", "rotate-customers", "--finish", "--yes")
        assert done["is_finished"]
    keys = keys_of(program.folder).identity
    assert [version for version, _ in keys.accepted] == [3 if IS_FULL else 2]
    assert before not in installation.secret.read_text()
    await _old_buyers_see_everything(installation)
    assert load.signed_in >= BUYERS
    assert await _digests(installation) == {customer_id(keys.key, p) for p in load.handed_over}
    assert program.stop() == 0, program.log()
    program.start()
    await _old_buyers_see_everything(installation)


async def _kill_the_job(installation: Installation) -> None:
    """Start the job, and kill it when it has taken over some of the buyers."""
    job = await asyncio.create_subprocess_exec(
        GOTOVO,
        *("secret", "rotate-customers", "--yes"),
        env=installation.program.environment,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    async with asyncio.timeout(120):
        while not await installation.pool.fetchval(
            "select exists (select from customer_key where after_home > 16)"
        ):
            assert job.returncode is None
    os.killpg(job.pid, signal.SIGKILL)
    await job.wait()


async def _old_buyers_see_everything(installation: Installation) -> None:
    """Each signs in at a new browser; an order placed now joins those of before."""
    for phone, orders in installation.load.handed_over.items():
        site = httpx.AsyncClient(base_url=installation.program.url, timeout=30)
        async with installation.load.api() as shop, site:
            buyer = Buyer(site)
            orders.append(await installation.load.place(shop, phone))
            await buyer.signs_in(phone)
            for number in orders:
                page = await buyer.opens(f"/orders/{number}")
                assert page.status_code == HTTPStatus.OK, number
    accounts = await installation.pool.fetchval(
        "select count(distinct customer) from orders where contact ->> 'phone' ~ '^.79005550'"
    )
    assert accounts == BUYERS


async def _digests(installation: Installation) -> set[str]:
    rows = await installation.pool.fetch(
        """
        select phone
          from phone_lookup
         where customer in (select customer
                              from orders
                             where contact ->> 'phone' ~ '^.79005550')
        """
    )
    return {row["phone"] for row in rows}


@pytest.mark.timeout(300)
async def test_a_secret_that_is_exchanged_or_lost_under_load_stops_no_running_process(
    installation: Installation,
) -> None:
    """`/readyz` names the exchanged one; neither starts, and the right one does."""
    program, secret = installation.program, installation.secret
    right = secret.read_text()
    async with installation.under_load():
        secret.write_text("5f" * 32)
        await installation.until(lambda: "was exchanged while" in _ready(program))
        secret.unlink()
        await installation.until(lambda: "was exchanged while" not in _ready(program))
    program.kill()
    for text, said in (("5f" * 32, "version 1 is another one"), ("", "is lost")):
        if text:
            secret.touch(0o600)
            secret.write_text(text)
        else:
            secret.unlink()
        refused = await asyncio.to_thread(program.run, "serve")
        assert refused.returncode == 1
        assert said in refused.stdout + refused.stderr
        assert secret.exists() is bool(text)
    secret.touch(0o600)
    secret.write_text(right)
    program.start()
    await _old_buyers_see_everything(installation)


def _ready(program: Program) -> str:
    return httpx.get(f"{program.url}/readyz", timeout=10).text

"""Thousands of notifications, true and false, through kills: the ledger equals the model."""

import asyncio
import json
import signal
import socket
import sys
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from gotovo.payments.providers.yookassa import YooKassa, YooKassaAccount
from tests.support.cli.keys import keys_of
from tests.support.cli.program import Program
from tests.support.faults.shop import PRICE, SKU, Shop
from tests.support.payments.money_model import differences, read_ledger
from tests.support.payments.notification_storm import SIGNING_SECRET, Senders, Storm
from tests.support.payments.yookassa_ledger import SECRET, SHOP
from tests.tidy.tree import ROOT

SEED = 20_261_130
SETTLED_SECONDS_MAX = 1_200


class Bank:
    """YooKassa's server as a process of its own, which can be killed and goes on."""

    def __init__(self, folder: Path) -> None:
        """Choose a free port."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port: int = free.getsockname()[1]
        self._file = folder / "bank.jsonl"
        self._process: asyncio.subprocess.Process | None = None
        self.origin = f"http://127.0.0.1:{self._port}"
        self.url = f"{self.origin}/v3"

    async def start(self) -> None:
        """Start it, and wait until it listens."""
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.support.payments.yookassa_server",
            str(self._port),
            str(self._file),
            cwd=ROOT,
            stdout=asyncio.subprocess.PIPE,
        )
        assert self._process.stdout is not None
        assert (await self._process.stdout.readline()).decode().strip() == self.url

    async def kill(self) -> None:
        """Kill it, as a power cut would."""
        assert self._process is not None
        if self._process.returncode is None:
            self._process.send_signal(signal.SIGKILL)
        await self._process.wait()


@pytest.fixture
def program(tmp_path: Path, database_url: str) -> Iterator[Program]:
    """Give the program over a database of its own; nothing runs yet."""
    program = Program(tmp_path, database_url)
    yield program
    program.end()


@asynccontextmanager
async def opened_bank(program: Program) -> AsyncGenerator[Bank]:
    """Run the bank, and let the program have an account there."""
    bank = Bank(program.folder)
    program.environment |= {
        "GOTOVO_PAYMENT_PROVIDERS": "yookassa, stripe",
        "GOTOVO_YOOKASSA_SHOP": SHOP,
        "GOTOVO_YOOKASSA_SECRET_FILE": _file(program, "yookassa", SECRET),
        "GOTOVO_YOOKASSA_URL": bank.url,
        # Nothing that Stripe is said to tell here is genuine, so nobody is ever asked.
        "GOTOVO_STRIPE_URL": "http://127.0.0.1:9",
        "GOTOVO_STRIPE_SECRET_FILE": _file(program, "stripe", "sk_test_of_nobody_at_all"),
        "GOTOVO_STRIPE_WEBHOOK_SECRET_FILE": _file(program, "webhook", SIGNING_SECRET.decode()),
    }
    await bank.start()
    try:
        yield bank
    finally:
        await bank.kill()


@pytest.mark.timeout(240)
async def test_a_thousand_notifications_leave_what_really_happened(
    program: Program, pool: "asyncpg.Pool[Any]"
) -> None:
    await _storm(program, pool, 1_000)


@pytest.mark.full
@pytest.mark.timeout(3_600)
async def test_twenty_thousand_notifications_leave_what_really_happened(
    program: Program, pool: "asyncpg.Pool[Any]"
) -> None:
    await _storm(program, pool, 20_000)


async def _storm(program: Program, pool: "asyncpg.Pool[Any]", count: int) -> None:
    """Pay, tell of it, kill the program and the bank meanwhile, and compare."""
    async with opened_bank(program) as bank, httpx.AsyncClient(trust_env=False) as client:
        program.start()
        token = program.run("key", "create", "--role", "admin").stdout.strip()
        shop = Shop(program.url, token, keys_of(program.folder).codes.key)
        await shop.open()
        provider = YooKassa(YooKassaAccount(SHOP, SECRET, bank.url), client)

        async def control(name: str, **arguments: Any) -> None:
            answer = await client.post(f"{bank.origin}/_test/{name}", json=arguments)
            answer.raise_for_status()

        headers = {"Authorization": f"Bearer {token}"}
        async with httpx.AsyncClient(
            base_url=f"{program.url}/api/v1", headers=headers, timeout=30, trust_env=False
        ) as api:

            async def cancel(number: str) -> None:
                body = {"reason": "customer_request"}
                key = {"Idempotency-Key": f"cancel-{number}"}
                answer = await api.post(f"/orders/{number}/cancellation", json=body, headers=key)
                answer.raise_for_status()

            numbers = await _placed(api, count * 52 // 100)
            storm = Storm(SEED, pool, provider, control, cancel)
            await storm.live(numbers, PRICE)
        senders = Senders(program.url)
        try:
            await _through_kills(senders, storm, count, program, bank)
        finally:
            await senders.close()
        await _settled(pool, storm)
        await _compare(pool, storm, senders)
    assert program.stop() == 0, program.log()
    report = json.loads(program.run("audit", "--json").stdout)
    assert report["findings"] == []
    assert report["checked"]["orders"] == len(numbers)


def _file(program: Program, name: str, secret: str) -> str:
    """Return a file with a secret, which nobody else may read."""
    file = program.folder / name
    file.write_text(f"{secret}\n", "utf-8")
    file.chmod(0o600)
    return str(file)


async def _placed(api: httpx.AsyncClient, count: int) -> list[str]:
    """Place so many orders, some at once."""
    turns = asyncio.Semaphore(16)

    async def place(nth: int) -> str:
        body: dict[str, Any] = {
            "external_id": f"o-{nth}",
            "customer": {"phone": f"+7900{nth:07}"},
            "lines": [{"sku": SKU, "title": "Кружка", "quantity": 1, "price": PRICE}],
            "delivery": {"method": "pickup", "point": "KZN-1"},
        }
        async with turns:
            answer = await api.post("/orders", json=body, headers={"Idempotency-Key": f"p-{nth}"})
        answer.raise_for_status()
        return str(answer.json()["number"])

    return await asyncio.gather(*(place(nth) for nth in range(count)))


async def _through_kills(
    senders: Senders, storm: Storm, count: int, program: Program, bank: Bank
) -> None:
    """Send everything, while first the program and then the bank is killed."""
    told = storm.notifications(count)
    assert len(told) == count
    third = count // 3
    sending = asyncio.create_task(senders.send(told[:third]))
    await asyncio.sleep(0.3)
    await asyncio.to_thread(program.kill)
    await asyncio.to_thread(program.start)
    await sending
    sending = asyncio.create_task(senders.send(told[third : 2 * third]))
    await bank.kill()
    await sending
    await bank.start()
    await senders.send(told[2 * third :])


async def _settled(pool: "asyncpg.Pool[Any]", storm: Storm) -> None:
    """Wait until no notification waits, and then until the poller has found what none told."""
    waiting = "select count(*) from payment_notification where next_at is not null"
    async with asyncio.timeout(SETTLED_SECONDS_MAX):
        while await pool.fetchval(waiting):  # noqa: ASYNC110  (another process does it)
            await asyncio.sleep(0.2)
    untold = await pool.fetchval("select count(*) from payment_attempt where check_at is not null")
    assert 0 < untold <= len(storm.untold), "notifications tell of all others"
    await pool.execute(
        "update payment_attempt set check_at = created_at where check_at is not null"
    )
    open_ = (
        "select (select count(*) from payment_notification where next_at is not null)"
        " + (select count(*) from payment_attempt where check_at is not null)"
    )
    async with asyncio.timeout(SETTLED_SECONDS_MAX):
        while await pool.fetchval(open_):  # noqa: ASYNC110  (another process does it)
            await asyncio.sleep(0.2)


async def _compare(pool: "asyncpg.Pool[Any]", storm: Storm, senders: Senders) -> None:
    ledger = await read_ledger(pool)
    assert differences(storm.model, ledger) == []
    rows = await pool.fetch("select kind, about from case_file")
    cases = [(row["kind"], row["about"].split(":")[1]) for row in rows]
    expected = {("payment_conflict", each) for each in storm.conflicts}
    # Of the others only the provider's list tells, which is read every hour.
    expected |= {("unmatched_payment", each) for each in storm.unmatched - storm.untold}
    assert sorted(cases) == sorted(expected)
    states = await pool.fetch("select state, count(*) as n from payment_attempt group by state")
    assert {row["state"] for row in states} == {"succeeded", "cancelled"}
    for kind, status in (("rubbish", 400), ("stale", 400), ("forged", 403)):
        assert set(senders.statuses[kind]) - {0} == {status}, kind
    assert set(senders.statuses["invented"]) - {0} <= {200, 429}
    kept = await pool.fetch("select outcome, reference from payment_notification")
    lies = {row["reference"] for row in kept if row["outcome"] == "credited"} & set(storm.pending)
    assert not lies

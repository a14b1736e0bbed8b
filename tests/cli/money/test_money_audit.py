"""`gotovo audit money` and `gotovo report money`, as an operator types them."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from tests.support.cli.program import Program
from tests.support.engine.cast import COST
from tests.support.payments.refunds import RefundOffice, refund_office
from tests.support.payments.yookassa_ledger import SECRET, SHOP

PROBLEM, WRONG_USAGE = 1, 2


class Till:
    """An installation with an office at a provider; its server is not started."""

    def __init__(self, office: RefundOffice, program: Program) -> None:
        self.office = office
        self.program = program
        self.day = f"{office.shop.clock():%Y-%m-%d}"

    async def run(self, *arguments: str) -> Any:
        """Run a command beside the provider, whose server is in this process."""
        return await asyncio.to_thread(self.program.run, *arguments)

    async def audit(self, *more: str) -> Any:
        """Compare the day of the office."""
        days = ("--provider", "yookassa", "--from", self.day)
        return await self.run("audit", "money", *days, *more)

    async def report(self, *more: str) -> list[str]:
        """Return the lines of the day's report."""
        told = await self.run("report", "money", "--from", self.day, *more)
        assert told.returncode == 0, told.stderr
        return told.stdout.splitlines()


@pytest.fixture
async def till(tmp_path: Path, database_url: str, pool: "asyncpg.Pool[Any]") -> AsyncIterator[Till]:
    async with refund_office(pool) as office:
        secret = tmp_path / "yookassa.key"
        secret.write_text(SECRET)
        secret.chmod(0o600)
        program = Program(
            tmp_path,
            database_url,
            GOTOVO_PAYMENT_PROVIDERS="yookassa",
            GOTOVO_YOOKASSA_SHOP=SHOP,
            GOTOVO_YOOKASSA_SECRET_FILE=str(secret),
            GOTOVO_YOOKASSA_URL=office.server.url,
        )
        yield Till(office, program)


async def test_books_that_fit_and_one_payment_that_no_order_has(till: Till) -> None:
    buyer = await till.office.cancelled()
    await till.office.process.work()
    fits = await till.audit()
    assert (fits.returncode, fits.stdout) == (0, "1 payments, 1 refunds: no differences.\n")
    stray = await till.office.captured(70_000)
    differs = await till.audit()
    assert differs.returncode == PROBLEM
    assert f"payment {stray} was captured, and no order has it" in differs.stdout
    assert "yookassa: 70000 RUB" in differs.stdout
    told = json.loads((await till.audit("--json")).stdout)
    assert (told["payments"], told["refunds"], told["clean"]) == (2, 1, False)
    assert [each["kind"] for each in told["differences"]] == ["payment_unknown_here"]
    assert buyer.number not in differs.stdout


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("--provider", "sber", "--from", "2026-11-01"), "--provider: 'sber': expected yookassa"),
        (("--provider", "yookassa", "--from", "2026-13-01"), "2026-13-01"),
        (("--provider", "yookassa", "--from", "2026-11-31"), "'2026-11-31': there is no such day"),
        (("--provider", "yookassa", "--from", "yesterday"), "'yesterday': expected a day like"),
        (
            ("--provider", "yookassa", "--from", "2026-11-02", "--to", "2026-11-01"),
            "--to: 2026-11-01: expected 2026-11-02 or a later day",
        ),
        (
            ("--provider", "yookassa", "--from", f"{datetime.now(UTC) + timedelta(2):%Y-%m-%d}"),
            "expected a day that has begun",
        ),
    ],
    ids=["provider", "date", "no-such-day", "words", "order", "future"],
)
async def test_wrong_usage_is_named(till: Till, arguments: tuple[str, ...], expected: str) -> None:
    told = await till.run("audit", "money", *arguments)
    assert told.returncode == WRONG_USAGE
    assert expected in " ".join(told.stderr.split())


async def test_a_provider_that_is_away_is_a_problem_in_a_sentence(till: Till) -> None:
    till.office.server.fault("error", times=100)
    told = await till.audit()
    assert told.returncode == PROBLEM
    assert told.stderr.startswith("gotovo: ")
    assert "Traceback" not in told.stderr


async def test_what_a_day_brought_is_printed_for_each_shop(till: Till) -> None:
    header = "day,shop,currency,captured,issued,refunded,owed,paid_back"
    assert await till.report() == [header]
    await till.office.paid()
    await till.office.cancelled()
    await till.office.process.work()
    sums = [f"{x / 100:.2f}" for x in (2 * COST, 0, COST, COST, COST)]
    assert await till.report() == [header, ",".join([till.day, "", "RUB", *sums])]
    assert await till.report("--time-zone", "UTC", "--to", till.day) == await till.report()
    assert await till.report("--shop", "default") == await till.report()
    unknown = await till.run("report", "money", "--from", till.day, "--shop", "nobody")
    assert (unknown.returncode, "--shop: 'nobody'" in unknown.stderr) == (WRONG_USAGE, True)
    zone = await till.run("report", "money", "--from", till.day, "--time-zone", "Mars")
    assert (zone.returncode, "--time-zone: 'Mars'" in zone.stderr) == (WRONG_USAGE, True)

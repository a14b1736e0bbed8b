"""Where a provider is open its refunds are sent by the program's own jobs; elsewhere by none."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest
from msgspec import structs

from gotovo.assembly.observability.refund_readings import refund_readings
from gotovo.assembly.payments.payment_jobs import payment_jobs
from gotovo.assembly.payments.providers import OpenProviders
from gotovo.assembly.runtime import Runtime
from gotovo.order.values.payments.refund import RefundState
from tests.support.assembly.runtime import runtime_over, security_log_over
from tests.support.payments.refunds import RefundOffice, refund_office


def unexpected(name: str, error: Exception) -> None:
    raise AssertionError(name) from error


@pytest.fixture
async def office(pool: "asyncpg.Pool[Any]") -> AsyncIterator[RefundOffice]:
    async with refund_office(pool) as office:
        yield office


async def sends_once(runtime: Runtime) -> None:
    """Let the follower and the sender of a process do what is due now."""
    jobs = payment_jobs(runtime, security_log_over(runtime), unexpected)
    assert jobs.refunds is not None
    await jobs.refunds.follower.catch_up()
    [sender] = [job for job in jobs.refunds.jobs if job.name == "refund-sender"]
    running = asyncio.create_task(sender.run())
    await asyncio.sleep(0)
    sender.stop()
    await running


def runtime_of(office: RefundOffice, **settings: int) -> Runtime:
    """Return a runtime in which the office's provider is open."""
    runtime = runtime_over(office.pool, office.engine, office.shop.clock, **settings)
    providers = OpenProviders(by_name={"yookassa": office.provider})
    return structs.replace(runtime, providers=providers)


async def test_without_a_provider_nothing_runs(office: RefundOffice) -> None:
    runtime = runtime_over(office.pool, office.engine, office.shop.clock)
    jobs = payment_jobs(runtime, security_log_over(runtime), unexpected)
    running = {each.name for each in (*jobs.followers, *jobs.jobs)}
    assert jobs.refunds is None
    assert not any(name.startswith("refund") for name in running)


async def test_the_jobs_send_a_refund_and_the_follower_wakes_the_sender(
    office: RefundOffice,
) -> None:
    runtime = runtime_of(office, refund_hold_minutes=5)
    jobs = payment_jobs(runtime, security_log_over(runtime), unexpected)
    assert jobs.refunds is not None
    buyer = await office.cancelled()
    committed = asyncio.Event()
    office.engine.on_commit(committed.set)
    running = [asyncio.create_task(job.run()) for job in jobs.refunds.jobs]
    await jobs.refunds.follower.catch_up()
    async with asyncio.timeout(20):
        while (await office.order(buyer)).refunds[0].state is not RefundState.COMPLETED:
            await committed.wait()
            committed.clear()
    for job in jobs.refunds.jobs:
        job.stop()
    await asyncio.gather(*running)
    assert len(office.ledger.refunds) == 1
    assert {"refund-sender", "refund-health"} <= {job.name for job in jobs.jobs}


@pytest.mark.parametrize(("demo", "state"), [(1, RefundState.COMPLETED), (0, RefundState.SENT)])
async def test_the_demo_looks_up_what_its_bank_has_paid_within_seconds(
    office: RefundOffice, demo: int, state: RefundState
) -> None:
    runtime = runtime_of(office, demo=bool(demo))
    office.ledger.refund_outcomes["*"] = ("pending", "")
    buyer = await office.cancelled()
    await sends_once(runtime)
    [asked] = office.ledger.refunds.values()
    office.ledger.settle_refund(asked["id"], "succeeded")
    office.shop.clock.wait(seconds=10)
    await sends_once(runtime)
    assert (await office.order(buyer)).refunds[0].state is state


async def test_what_is_open_and_what_failed_is_measured(office: RefundOffice) -> None:
    runtime = runtime_of(office)
    office.ledger.refund_outcomes["*"] = ("pending", "")
    await office.cancelled()
    await office.process.work()
    open_, failed = await refund_readings(runtime)
    assert open_.values == {"on time": 1, "overdue": 0}
    assert failed.values == {"": 0}
    office.shop.clock.wait(days=2)
    open_, _ = await refund_readings(runtime)
    assert open_.values == {"on time": 0, "overdue": 1}
    [asked] = office.ledger.refunds.values()
    office.ledger.settle_refund(asked["id"], "canceled", "general_decline")
    await office.process.work()
    open_, failed = await refund_readings(runtime)
    assert open_.values == {"on time": 0, "overdue": 0}
    assert failed.values == {"": 1}

"""Receipts through the whole program: an order is paid, and its receipt is registered."""

from datetime import timedelta

import asyncpg
from msgspec import structs

from gotovo.assembly.payments.receipt_jobs import receipt_jobs
from gotovo.engine.engine import Engine
from gotovo.outbound.exchange import open_client
from gotovo.payments.receipts.atol_register import AtolAccount, AtolRegister
from gotovo.store.tables.money.fiscal_receipts import FiscalReceipts
from gotovo.store.tables.money.fiscal_terms import FiscalTermsStore
from tests.support.assembly.runtime import runtime_over
from tests.support.notices.http_peer import http_peer
from tests.support.payments.cash_registers import GROUP, LOGIN, PASSWORD, AtolServer
from tests.support.payments.fiscal_samples import TERMS
from tests.support.web.cast import ALINA, NOW, Cast, Clock
from tests.support.web.goods import MUG


def ignore(_name: str, _error: Exception) -> None:
    """Report nothing."""


async def test_what_is_paid_is_planned_and_sent(
    pool: asyncpg.Pool, engine: Engine, clock: Clock, cast: Cast
) -> None:
    receipts = FiscalReceipts(pool)
    await FiscalTermsStore(pool).put("", TERMS, NOW)
    async with http_peer(AtolServer().answer) as peer, open_client() as client:
        account = AtolAccount(GROUP, LOGIN, PASSWORD)
        register = AtolRegister(client, f"{peer.url}/possystem/v5", account, clock)
        runtime = structs.replace(runtime_over(pool, engine, clock), register=register)
        jobs = receipt_jobs(runtime, ignore)
        sending, begin, watch = jobs.jobs
        await begin._job()
        order = await cast.place(ALINA, NOW + timedelta(minutes=1), MUG)
        await cast.pay(order, NOW + timedelta(minutes=2))
        (follower,) = jobs.followers
        await follower.catch_up()
        for hour in range(1, 5):
            clock.now = NOW + timedelta(hours=hour)
            await sending._job()
        await watch._job()
        (row,) = await receipts.of_order(order.number)
        assert row.state.value == "registered"
        assert jobs.watch is not None
        assert jobs.watch.warnings == ()


async def test_where_receipts_are_off_that_is_noted(
    pool: asyncpg.Pool, engine: Engine, clock: Clock
) -> None:
    receipts = FiscalReceipts(pool)
    await receipts.begin(NOW)
    jobs = receipt_jobs(runtime_over(pool, engine, clock), ignore)
    assert not jobs.followers
    (off,) = jobs.jobs
    await off._job()
    later = NOW + timedelta(days=1)
    assert await receipts.begin(later) == later

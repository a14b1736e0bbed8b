"""What /readyz warns of: receipts that wait too long, that failed, and shops without terms."""

from datetime import timedelta

import asyncpg

from gotovo.payments.receipts.fiscal_watch import LATE, FiscalWatch
from tests.support.payments.fiscal_desk import FiscalDesk
from tests.support.web.cast import ALINA, DAY, HOUR, NOW, Cast
from tests.support.web.goods import MUG


async def test_a_receipt_that_waits_for_an_hour_is_warned_of(
    cast: Cast, desk: FiscalDesk, pool: asyncpg.Pool
) -> None:
    watch = FiscalWatch(desk.receipts, desk.clock)
    assert watch.warnings == ()
    await cast.pay(await cast.place(ALINA, NOW - DAY, MUG), NOW - HOUR)
    await desk.plan()
    await watch.run()
    desk.clock.now = NOW - HOUR + LATE - timedelta(seconds=1)
    assert watch.warnings == ()
    desk.clock.now = NOW + timedelta(seconds=1)
    (warning,) = watch.warnings
    assert warning.startswith("1 receipts wait, the oldest since 2026-11-22 10:05Z")
    await pool.execute(
        "update fiscal_receipt set state = 'failed', try_at = null, reason = 'driver'"
    )
    await watch.run()
    (warning,) = watch.warnings
    assert warning.startswith("1 receipts failed: run gotovo receipts list")


async def test_a_shop_without_terms_is_named(
    cast: Cast, desk: FiscalDesk, pool: asyncpg.Pool
) -> None:
    await cast.pay(await cast.place(ALINA, NOW - DAY, MUG), NOW - HOUR / 2)
    await desk.plan()
    await pool.execute("update fiscal_receipt set reason = 'no_terms'")
    watch = FiscalWatch(desk.receipts, desk.clock)
    await watch.run()
    assert any("shop default has no terms" in each for each in watch.warnings)

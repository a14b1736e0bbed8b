"""`gotovo work` does what falls due and ends on Ctrl-C, without a server beside it."""

import asyncio
from pathlib import Path

import asyncpg

from gotovo.assembly.machine_clock import MachineClock
from gotovo.order.values.order import Reason, Stage
from gotovo.store.journal.journal import PostgresJournal
from gotovo.store.tables.orders.timer_holds import TimerHoldStore
from tests.engine.conftest import receive
from tests.support.cli.program import Program
from tests.support.engine.cast import Shop
from tests.support.order.cast import SECRET

DEADLINE_SECONDS = 30


async def test_an_order_that_nobody_paid_is_closed_by_the_background_work(
    tmp_path: Path, database_url: str, pool: asyncpg.Pool
) -> None:
    await receive(pool)
    shop = Shop(PostgresJournal(pool))
    buyer = shop.buyer()
    await shop.engine().submit(buyer.place())
    await shop.close()
    await TimerHoldStore(pool).add_tick(MachineClock().kernel_tick())
    secret = tmp_path / "secret"
    secret.touch(0o600)
    secret.write_text(SECRET.hex())
    program = Program(tmp_path, database_url)
    program.start_work()
    async with asyncio.timeout(DEADLINE_SECONDS):
        while (outcome := await _outcome(shop, buyer.number))[0] is Stage.PLACED:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    assert outcome == (Stage.CANCELLED, Reason.PAYMENT_EXPIRED)
    assert program.stop() == 0, program.log()


async def _outcome(shop: Shop, number: str) -> tuple[Stage, Reason | None]:
    loaded = await shop.journal.load(shop.lane_of(number), [number], [], [])
    order = loaded.orders[number].order
    return order.stage, order.reason

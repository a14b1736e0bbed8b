"""The guard of the clock: timers hold while it has jumped, in every process of the machine."""

from datetime import timedelta

import pytest

from gotovo.engine.background.clock_guard import ClockGuard
from gotovo.engine.background.memory_holds import MemoryTimerHolds
from gotovo.engine.background.ports import CLOCK
from gotovo.engine.background.steady_clock import SteadyClock
from gotovo.engine.background.timers import Timers
from gotovo.engine.batch import Rules
from gotovo.engine.engine import Engine
from gotovo.order.deadlines import BRAKED_KIND
from gotovo.order.values.order import Stage
from tests.engine.background.test_timers import order_of, shelve
from tests.support.engine.cast import Shop
from tests.support.engine.machine import SetMachine
from tests.support.order.cast import SECRET

DAYS = timedelta(days=10)


class Program:
    """A process with a guarded clock, over a shop's journal."""

    def __init__(self, shop: Shop, machine: SetMachine, holds: MemoryTimerHolds) -> None:
        clock = SteadyClock(machine)
        self.clock = clock
        self.engine = Engine(
            shop.journal, lambda: shop.places, Rules(SECRET), clock, lane_of=shop.lane_of
        )
        self.timers = Timers(
            self.engine, shop.journal, holds, clock, guard=ClockGuard(clock, holds, holds)
        )


@pytest.fixture
def machine(memory_shop: Shop) -> SetMachine:
    return SetMachine(memory_shop.clock())


@pytest.mark.parametrize("jump", [DAYS, -DAYS])
async def test_no_order_expires_while_the_clock_is_wrong_for_six_seconds(
    memory_shop: Shop, machine: SetMachine, jump: timedelta
) -> None:
    """Of any number on the shelves; a payment of the same seconds is taken."""
    shop, holds = memory_shop, MemoryTimerHolds()
    buyers = await shelve(shop, shop.engine(), 3)
    unpaid = shop.buyer()
    program = Program(shop, machine, holds)
    await program.engine.submit(unpaid.place())
    assert await program.timers.sweep() == 0
    machine.jump(jump)
    for _ in range(6):
        machine.wait(seconds=1)
        assert await program.timers.sweep() == 0
    (hold,) = program.timers.held
    assert (hold.what, hold.shown_at) == (CLOCK, (hold.expected_at or hold.since) + jump)
    paid = (await program.engine.submit(unpaid.pay())).order
    assert paid is not None
    assert paid.paid_at == machine.tick().at - jump
    machine.jump(-jump)
    machine.wait(seconds=1)
    await program.timers.sweep()
    assert program.timers.held == ()
    stages = {(await order_of(shop, buyer)).stage for buyer in buyers}
    assert stages == {Stage.SHELVED}


async def test_a_released_clock_moves_all_processes_of_the_machine(
    memory_shop: Shop, machine: SetMachine
) -> None:
    """The mass that is due then is braked."""
    shop, holds = memory_shop, MemoryTimerHolds()
    buyers = await shelve(shop, shop.engine(), 9)
    programs = [Program(shop, machine, holds) for _ in range(3)]
    for program in programs:
        await program.timers.sweep()
    machine.jump(DAYS)
    machine.wait(seconds=1)
    assert [await program.timers.sweep() for program in programs] == [0, 0, 0]
    await holds.release(CLOCK, machine.tick().at)
    for program in programs:
        while await program.timers.sweep():
            pass
    assert [program.clock() for program in programs] == [machine.tick().at] * 3
    assert [hold.what for hold in await holds.holds()] == [BRAKED_KIND]
    stages = {(await order_of(shop, buyer)).stage for buyer in buyers}
    assert stages == {Stage.SHELVED}


async def test_a_process_that_starts_while_the_clock_is_wrong_holds_as_well(
    memory_shop: Shop, machine: SetMachine
) -> None:
    shop, holds = memory_shop, MemoryTimerHolds()
    await Program(shop, machine, holds).timers.sweep()
    machine.jump(DAYS)
    late = Program(shop, machine, holds)
    late.clock.begin(await holds.ticks(), None)
    assert await late.timers.sweep() == 0
    assert [hold.what for hold in late.timers.held] == [CLOCK]

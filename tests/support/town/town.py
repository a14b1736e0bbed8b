"""What the town's tests share: a town tally in memory."""

from datetime import UTC, datetime

from gotovo.order.values.order import Order
from gotovo.town.simulation.runtime import MemoryRuntime
from gotovo.town.simulation.simulation import simulate_days
from gotovo.town.simulation.simulator import SimulationTally
from gotovo.town.simulation.virtual_clock import VirtualClock

SECRET = b"a secret of thirty-two bytes ..."
BEGINS = datetime(2026, 11, 13, 8, tzinfo=UTC)


class Town:
    """One run over some days, and what it left."""

    def __init__(self, runtime: MemoryRuntime, clock: VirtualClock, tally: SimulationTally) -> None:
        self.runtime = runtime
        self.clock = clock
        self.tally = tally

    def orders(self) -> list[Order]:
        return [standing.order for standing in self.runtime.journal._orders.values()]

    def heads(self) -> dict[str, bytes]:
        """Return the last hash of every order's chain: two runs with the same are the same."""
        return {order.number: order.last_hash for order in self.orders()}


async def town(seed: int = 1, days: int = 9, a_day: int = 32, *, leave: bool = True) -> Town:
    """Simulator a town from the beginning."""
    clock = VirtualClock(BEGINS)
    runtime = MemoryRuntime(SECRET, clock)
    return Town(runtime, clock, await simulate_days(seed, runtime, clock, days, a_day, leave=leave))

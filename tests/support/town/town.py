"""What the town's tests share: a town played in memory."""

from datetime import UTC, datetime

from gotovo.order.values.order import Order
from gotovo.town.simulation.replay import Played
from gotovo.town.simulation.runtime import MemoryHouse
from gotovo.town.simulation.simulation import play_days
from gotovo.town.simulation.virtual_clock import VirtualClock

SECRET = b"a secret of thirty-two bytes ..."
BEGINS = datetime(2026, 11, 13, 8, tzinfo=UTC)


class Town:
    """One run over some days, and what it left."""

    def __init__(self, house: MemoryHouse, clock: VirtualClock, played: Played) -> None:
        self.house = house
        self.clock = clock
        self.played = played

    def orders(self) -> list[Order]:
        return [standing.order for standing in self.house.journal._standings.values()]

    def heads(self) -> dict[str, bytes]:
        """Return the last hash of every order's chain: two runs with the same are the same."""
        return {order.number: order.head for order in self.orders()}


async def town(seed: int = 1, days: int = 9, a_day: int = 32, *, leave: bool = True) -> Town:
    """Play a town from the beginning."""
    clock = VirtualClock(BEGINS)
    house = MemoryHouse(SECRET, clock)
    return Town(house, clock, await play_days(seed, house, clock, days, a_day, leave=leave))

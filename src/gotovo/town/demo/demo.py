"""The demo: a town that is seeded with a history and then runs in real time."""

from collections.abc import Callable
from datetime import datetime, timedelta

from gotovo.town.dataset.people import Person, people
from gotovo.town.simulation.runtime import ClockedRuntime, TownRuntime
from gotovo.town.simulation.simulation import simulate_days
from gotovo.town.simulation.simulator import SimulationTally
from gotovo.town.simulation.virtual_clock import VirtualClock

SEED = 2014
"""Any number; another one gives another town."""

DAYS = 9
A_DAY = 32
"""About three hundred orders of history, and those left at every stage."""


async def seed_town(
    runtime: TownRuntime, progress: Callable[[datetime], None] = lambda _now: None
) -> SimulationTally | None:
    """Simulate the last days in an empty database; do nothing where there are events already."""
    if await runtime.journal.feed(0, 0, 1):
        return None
    clock = VirtualClock(runtime.clock() - timedelta(days=DAYS))
    past = ClockedRuntime(runtime, clock)
    try:
        return await simulate_days(SEED, past, clock, DAYS, A_DAY, progress=progress, leave=True)
    finally:
        await past.engine.close()


def showcase_buyers() -> tuple[Person, ...]:
    """Return the buyers worth signing in as: all four statuses, a courier, a return."""
    return people(SEED)[:3]

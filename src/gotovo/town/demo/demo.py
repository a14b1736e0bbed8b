"""The demo: a town that is there when the program starts, and goes on living."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from gotovo.store.tables.orders.help_threads import HelpThreads
from gotovo.town.dataset.people import Person, people
from gotovo.town.demo.help_desk import HelpDesk
from gotovo.town.demo.live import Living
from gotovo.town.simulation.replay import Played
from gotovo.town.simulation.runtime import House, HouseByClock
from gotovo.town.simulation.simulation import play_days
from gotovo.town.simulation.virtual_clock import VirtualClock

SEED = 2014
"""Any number would do; another one is another town."""

DAYS = 9
A_DAY = 32
"""Some three hundred orders of history, and those left at every stage."""


async def seed(
    house: House, progress: Callable[[datetime], None] = lambda _now: None
) -> Played | None:
    """Give an empty house its history, ending now; a house with any history keeps its own."""
    if await house.journal.feed(0, 0, 1):
        return None
    clock = VirtualClock(house.clock() - timedelta(days=DAYS))
    past = HouseByClock(house, clock)
    try:
        return await play_days(SEED, past, clock, DAYS, A_DAY, progress=progress, leave=True)
    finally:
        await past.engine.close()


async def live(house: House, threads: HelpThreads) -> None:
    """Let the town live, and its support answer, until it is cancelled."""
    async with asyncio.TaskGroup() as beside:
        beside.create_task(Living(SEED, house).run())
        beside.create_task(HelpDesk(house, threads).run())


def shown_people() -> tuple[Person, ...]:
    """Return the buyers worth signing in as: all four statuses, a courier, a return."""
    return people(SEED)[:3]

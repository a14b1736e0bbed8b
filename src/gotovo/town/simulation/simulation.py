"""A complete simulation: seed the network, then simulate days."""

from collections.abc import Callable
from datetime import datetime, timedelta
from heapq import merge

from gotovo.points.local_time import local_date
from gotovo.town.behaviour.action import ActionContext
from gotovo.town.behaviour.agenda import Agenda
from gotovo.town.behaviour.arrivals import daily_baskets, halted_baskets, showcase_baskets
from gotovo.town.behaviour.scenario import KIND_HALT, KIND_NOW, KIND_SHOW
from gotovo.town.behaviour.timing import DailyTiming, QuickTiming
from gotovo.town.dataset.places import TIME_ZONE
from gotovo.town.demo.seed import seed_network
from gotovo.town.simulation.fault_injection import RepeatedRequests
from gotovo.town.simulation.runtime import TownRuntime
from gotovo.town.simulation.simulator import SimulationTally, Simulator
from gotovo.town.simulation.virtual_clock import VirtualClock

_HALT_STRETCH = 3.0
_SHOWN_BEFORE = timedelta(hours=5)
_LINES_A_GOOD = 0.05
"""How many units of one product an order takes on average, rounded up generously."""

_UNITS_LEAST = 40


def units_for(days: int, a_day: int) -> int:
    """Return how many units of each product a run needs; a few buyers still find none left."""
    return _UNITS_LEAST + round(days * a_day * _LINES_A_GOOD)


async def simulate_days(
    seed: int,
    runtime: TownRuntime,
    clock: VirtualClock,
    days: int,
    a_day: int,
    *,
    progress: Callable[[datetime], None] = lambda _now: None,
    leave: bool = False,
    repeats: RepeatedRequests | None = None,
) -> SimulationTally:
    """Seed the network and simulate days from the clock's instant on.

    `leave` also leaves orders at every stage at the end, and those that people will look at.
    """
    start = clock()
    until = start + timedelta(days=days)
    await seed_network(runtime, start, units_for(days, a_day))
    context = ActionContext(runtime.secret, runtime.keyring().codes, runtime.directory()[0])
    quick = QuickTiming(_HALT_STRETCH, lingers=False)
    timings = {"": DailyTiming(), KIND_HALT: quick, KIND_SHOW: quick, KIND_NOW: quick}
    agenda = Agenda(seed, context, timings, lambda _external_id: True)
    baskets = daily_baskets(seed, start, until, a_day)
    left = []
    if leave:
        shown = showcase_baskets(seed, local_date(until, TIME_ZONE), until - _SHOWN_BEFORE)
        left = [*shown, *halted_baskets(seed, until)]
    coming = merge(baskets, left, key=lambda basket: basket.at)
    return await Simulator(seed, runtime, clock, agenda, repeats).run(coming, until, progress)

"""A whole simulation: furnish, live through some days, audit."""

from collections.abc import Callable
from datetime import datetime, timedelta
from heapq import merge

from gotovo.points.local_time import local_date
from gotovo.town.behaviour.action import Surroundings
from gotovo.town.behaviour.agenda import Agenda
from gotovo.town.behaviour.arrivals import by_the_day, to_be_left, to_be_shown
from gotovo.town.behaviour.scenario import KIND_HALT, KIND_NOW, KIND_SHOW
from gotovo.town.behaviour.timing import ByTheDay, WithinMinutes
from gotovo.town.dataset.places import TIME_ZONE
from gotovo.town.demo.seed import furnish
from gotovo.town.simulation.fault_injection import Repeats
from gotovo.town.simulation.replay import Play, Played
from gotovo.town.simulation.runtime import House
from gotovo.town.simulation.virtual_clock import VirtualClock

_HALT_STRETCH = 3.0
_SHOWN_BEFORE = timedelta(hours=5)
_LINES_A_GOOD = 0.05
"""How many units of one good an order takes on average, with room to spare."""

_UNITS_LEAST = 40


def units_for(days: int, a_day: int) -> int:
    """Return how many units of each good a run needs: enough for all but the unlucky."""
    return _UNITS_LEAST + round(days * a_day * _LINES_A_GOOD)


async def play_days(
    seed: int,
    house: House,
    clock: VirtualClock,
    days: int,
    a_day: int,
    *,
    progress: Callable[[datetime], None] = lambda _now: None,
    leave: bool = False,
    repeats: Repeats | None = None,
) -> Played:
    """Furnish the house and live through days from the clock's instant on.

    `leave` also leaves orders at every stage at the end, and those that people will look at.
    """
    start = clock()
    until = start + timedelta(days=days)
    await furnish(house, start, units_for(days, a_day))
    around = Surroundings(house.secret, house.directory()[0])
    quick = WithinMinutes(_HALT_STRETCH, lingers=False)
    paces = {"": ByTheDay(), KIND_HALT: quick, KIND_SHOW: quick, KIND_NOW: quick}
    agenda = Agenda(seed, around, paces, lambda _external_id: True)
    baskets = by_the_day(seed, start, until, a_day)
    left = []
    if leave:
        shown = to_be_shown(seed, local_date(until, TIME_ZONE), until - _SHOWN_BEFORE)
        left = [*shown, *to_be_left(seed, until)]
    coming = merge(baskets, left, key=lambda basket: basket.at)
    return await Play(seed, house, clock, agenda, repeats).run(coming, until, progress)

"""The simulator: a town's days on a virtual clock, with the real engine and the real timers."""

from collections import Counter, deque
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from heapq import heappop, heappush

from msgspec import Struct, field

from gotovo.engine.background.memory_holds import MemoryTimerHolds
from gotovo.engine.background.timers import Timers
from gotovo.engine.submission import ResultKind, Submission, SubmissionResult
from gotovo.order.deadlines import next_due
from gotovo.order.values.order import Order
from gotovo.town.behaviour.agenda import Agenda, PlannedAction
from gotovo.town.behaviour.shopping import Basket, placement
from gotovo.town.simulation.fault_injection import RepeatedRequests
from gotovo.town.simulation.runtime import TownRuntime
from gotovo.town.simulation.virtual_clock import VirtualClock

WINDOW = timedelta(minutes=15)
"""Actions within a quarter of an hour share a commit. Each keeps its own instant; only timers may
be late by that much."""

BATCH = 250
"""Commands per commit; the engine's own limit is 256."""


class SimulationTally(Struct):
    """What was done: actions by name, outcomes by kind, and the numbers of all orders."""

    actions: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    numbers: list[str] = field(default_factory=list)
    timed: int = 0


class Simulator:
    """One run; the agenda holds the orders under way, the journal all others."""

    def __init__(
        self,
        seed: int,
        runtime: TownRuntime,
        clock: VirtualClock,
        agenda: Agenda,
        repeats: RepeatedRequests | None = None,
    ) -> None:
        """Run in a runtime whose engine uses this clock; `repeats` sends requests again."""
        self._repeats = repeats
        self.tally = SimulationTally()
        self._seed = seed
        self._runtime = runtime
        self._clock = clock
        self._agenda = agenda
        self._due: list[datetime] = []
        self._timers = Timers(runtime.engine, runtime.journal, MemoryTimerHolds(), clock)

    async def run(
        self,
        baskets: Iterable[Basket],
        until: datetime,
        progress: Callable[[datetime], None] = lambda _now: None,
    ) -> SimulationTally:
        """Simulate until an instant; `baskets` are in order of time."""
        coming = iter(baskets)
        upcoming: deque[Basket] = deque(basket for basket in (next(coming, None),) if basket)
        while True:
            begins = self._next_at(upcoming)
            if begins is None or begins >= until:
                break
            ends = min(max(begins, self._clock()) + WINDOW, until)
            placed: list[Basket] = []
            while upcoming and upcoming[0].at < ends and len(placed) < BATCH // 2:
                placed.append(upcoming.popleft())
                upcoming.extend(basket for basket in (next(coming, None),) if basket)
            await self._do(placed, self._agenda.take(ends, BATCH - len(placed)))
            progress(self._clock())
        self._clock.move(until)
        await self._sweep()
        return self.tally

    def _next_at(self, upcoming: deque[Basket]) -> datetime | None:
        instants = [at for at in (self._agenda.next_at,) if at is not None]
        instants += [basket.at for basket in upcoming]
        return min(instants, default=None)

    async def _do(self, placed: list[Basket], planned: list[PlannedAction]) -> None:
        """Take all actions of one window at their planned times, in order of time."""
        entries: list[tuple[datetime, PlannedAction | None, Submission]] = [
            (x.at, None, placement(self._seed, self._runtime.secret, x, backdated=True))
            for x in placed
        ]
        commands = self._agenda.submissions(planned, backdated=True)
        entries += [(x.at, x, command) for x, command in zip(planned, commands, strict=True)]
        entries.sort(key=lambda entry: (entry[0], entry[2].number))
        if not entries:
            return
        self._clock.move(entries[-1][0])
        submissions = [entry[2] for entry in entries]
        outcomes = await self._runtime.engine.submit_all(submissions)
        if self._repeats is not None:
            await self._repeats.repeat(submissions, outcomes)
        for (_, action, _), outcome in zip(entries, outcomes, strict=True):
            self._note(action, outcome)
        await self._sweep()

    def _note(self, action: PlannedAction | None, outcome: SubmissionResult) -> None:
        self.tally.kinds[outcome.kind] += 1
        self.tally.actions[action.action.name if action else "placement"] += 1
        if action is None and outcome.kind is ResultKind.DONE:
            self.tally.numbers.append(outcome.number)
        if outcome.refusal is not None:
            self.tally.refusals[outcome.refusal.code] += 1
        self._watch(outcome.order)
        follow_up(self._agenda, action, outcome, self._clock())

    async def _sweep(self) -> None:
        """Run the timers that are due, and plan the orders they changed.

        The journal is asked only when an order that was seen here has something due.
        """
        now = self._clock()
        if not self._due or self._due[0] > now:
            return
        while self._due and self._due[0] <= now:
            heappop(self._due)
        due = await self._runtime.journal.due(now, None, BATCH, ())
        if not due:
            return
        self.tally.timed += await self._timers.sweep()
        numbers = [x.number for x in due]
        loaded = await self._runtime.journal.load(0, numbers, (), ())
        for number in sorted(loaded.orders):
            self._agenda.plan(loaded.orders[number].order, now)
            self._watch(loaded.orders[number].order)

    def _watch(self, order: Order | None) -> None:
        """Remember when a timer is due for this order."""
        due = next_due(order) if order is not None else None
        if due is not None:
            heappush(self._due, due.at)


def follow_up(
    agenda: Agenda, action: PlannedAction | None, outcome: SubmissionResult, now: datetime
) -> None:
    """Plan the next actions after an outcome; an unchanged order is planned when it changes."""
    order: Order | None = outcome.order
    if order is not None and (action is None or order.version > action.version):
        agenda.plan(order, now)
    elif action is not None:
        agenda.forget(action.number)

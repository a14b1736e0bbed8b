"""Playing a town's days on a virtual clock: the real engine, the real timers, no waiting."""

from collections import Counter, deque
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from heapq import heappop, heappush

from msgspec import Struct, field

from gotovo.engine.background.timers import Timers
from gotovo.engine.submission import ResultKind, Submission, SubmissionResult
from gotovo.order.deadlines import next_due
from gotovo.order.values.order import Order
from gotovo.town.behaviour.agenda import Agenda, Planned
from gotovo.town.behaviour.shopping import Basket, placement
from gotovo.town.simulation.fault_injection import Repeats
from gotovo.town.simulation.runtime import House
from gotovo.town.simulation.virtual_clock import VirtualClock

WINDOW = timedelta(minutes=15)
"""What happens within a quarter of an hour goes down together: a commit for many. Every deed keeps
its own instant; only timers may be late by that much."""

BATCH = 250
"""Commands of one commit; the engine's own limit is 256."""


class Played(Struct):
    """What was done: how often by noun, how it ended, and the numbers of all orders."""

    deeds: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    numbers: list[str] = field(default_factory=list)
    timed: int = 0


class Play:
    """One run over some days; orders under way are in the agenda, the rest only in the journal."""

    def __init__(
        self,
        seed: int,
        house: House,
        clock: VirtualClock,
        agenda: Agenda,
        repeats: Repeats | None = None,
    ) -> None:
        """Play in a house whose engine lives by this clock; `repeats` sends requests again."""
        self._repeats = repeats
        self.played = Played()
        self._seed = seed
        self._house = house
        self._clock = clock
        self._agenda = agenda
        self._due: list[datetime] = []
        self._timers = Timers(house.engine, house.journal, clock)

    async def run(
        self,
        baskets: Iterable[Basket],
        until: datetime,
        progress: Callable[[datetime], None] = lambda _now: None,
    ) -> Played:
        """Play until an instant; `baskets` are in order of time."""
        coming = iter(baskets)
        waiting: deque[Basket] = deque(basket for basket in (next(coming, None),) if basket)
        while True:
            begins = self._next_at(waiting)
            if begins is None or begins >= until:
                break
            ends = min(max(begins, self._clock()) + WINDOW, until)
            placed: list[Basket] = []
            while waiting and waiting[0].at < ends and len(placed) < BATCH // 2:
                placed.append(waiting.popleft())
                waiting.extend(basket for basket in (next(coming, None),) if basket)
            await self._do(placed, self._agenda.take(ends, BATCH - len(placed)))
            progress(self._clock())
        self._clock.move(until)
        await self._sweep()
        return self.played

    def _next_at(self, waiting: deque[Basket]) -> datetime | None:
        instants = [at for at in (self._agenda.next_at,) if at is not None]
        instants += [basket.at for basket in waiting]
        return min(instants, default=None)

    async def _do(self, placed: list[Basket], planned: list[Planned]) -> None:
        """Do everything of one window at the times it was planned for, in order of time."""
        entries: list[tuple[datetime, Planned | None, Submission]] = [
            (x.at, None, placement(self._seed, self._house.secret, x, told=True)) for x in placed
        ]
        commands = self._agenda.submissions(planned, told=True)
        entries += [(x.at, x, command) for x, command in zip(planned, commands, strict=True)]
        entries.sort(key=lambda entry: (entry[0], entry[2].number))
        if not entries:
            return
        self._clock.move(entries[-1][0])
        submissions = [entry[2] for entry in entries]
        outcomes = await self._house.engine.submit_all(submissions)
        if self._repeats is not None:
            await self._repeats.repeat(submissions, outcomes)
        for (_, deed, _), outcome in zip(entries, outcomes, strict=True):
            self._note(deed, outcome)
        await self._sweep()

    def _note(self, deed: Planned | None, outcome: SubmissionResult) -> None:
        self.played.kinds[outcome.kind] += 1
        self.played.deeds[deed.deed.noun if deed else "placement"] += 1
        if deed is None and outcome.kind is ResultKind.DONE:
            self.played.numbers.append(outcome.number)
        if outcome.refusal is not None:
            self.played.refusals[outcome.refusal.code] += 1
        self._watch(outcome.order)
        follow_up(self._agenda, deed, outcome, self._clock())

    async def _sweep(self) -> None:
        """Let the timers do what is due, and go on with the orders they changed.

        The journal is asked only when an order that was seen here has something due.
        """
        now = self._clock()
        if not self._due or self._due[0] > now:
            return
        while self._due and self._due[0] <= now:
            heappop(self._due)
        due = await self._house.journal.due(now, None, BATCH, ())
        if not due:
            return
        self.played.timed += await self._timers.sweep()
        numbers = [x.number for x in due]
        loaded = await self._house.journal.load(0, numbers, (), ())
        for number in sorted(loaded.orders):
            self._agenda.plan(loaded.orders[number].order, now)
            self._watch(loaded.orders[number].order)

    def _watch(self, order: Order | None) -> None:
        """Remember when a timer has something to do with this order."""
        due = next_due(order) if order is not None else None
        if due is not None:
            heappush(self._due, due.at)


def follow_up(
    agenda: Agenda, deed: Planned | None, outcome: SubmissionResult, now: datetime
) -> None:
    """Plan what comes after an outcome; an order that did not move waits until it does."""
    order: Order | None = outcome.order
    if order is not None and (deed is None or order.version > deed.version):
        agenda.plan(order, now)
    elif deed is not None:
        agenda.forget(deed.number)

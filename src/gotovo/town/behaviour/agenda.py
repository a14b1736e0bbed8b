"""The town's agenda: for every order under way, what will be done to it next and when."""

import heapq
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from random import Random

from msgspec import Struct, structs

from gotovo.engine.submission import Submission
from gotovo.order.steps.slot import AgreeSlot
from gotovo.order.values.customer import customer_id
from gotovo.order.values.order import Order, Pickup
from gotovo.points.timetable import Timetable
from gotovo.town.behaviour.action import Deed, Surroundings
from gotovo.town.behaviour.next_actions import next_deeds
from gotovo.town.behaviour.scenario import fate_of
from gotovo.town.behaviour.shopping import submission_of
from gotovo.town.behaviour.timing import Pace
from gotovo.town.dataset.people import people
from gotovo.town.dataset.places import WAREHOUSE

ORDERS_MAX = 5_000
"""Orders under way that are kept in mind, some 2 MB; further ones wait until there is room."""


class Planned(Struct, frozen=True):
    """A deed with its time; it is done only if the order still stands at `version` then."""

    at: datetime
    number: str
    version: int
    deed: Deed


class Agenda:
    """Deeds in order of time; an order that changes has its deeds planned anew."""

    def __init__(
        self,
        seed: int,
        around: Surroundings,
        paces: Mapping[str, Pace],
        holds: Callable[[str], bool],
    ) -> None:
        """Plan by a seed; `paces` are by the first word of an external id, "" for others.

        `holds` tells whether an order of this name stays at the stage that is in its name.
        """
        self._holds = holds
        self._seed = seed
        self._around = around
        self._paces = paces
        self._temperaments = {
            customer_id(around.secret, person.phone): person.temperament for person in people(seed)
        }
        self._heap: list[tuple[datetime, str, int, Planned]] = []
        self._versions: dict[str, int] = {}
        self._sequence = 0

    @property
    def orders(self) -> int:
        """Return how many orders are under way."""
        return len(self._versions)

    @property
    def next_at(self) -> datetime | None:
        """Return when the next deed is due."""
        self._drop_stale()
        return self._heap[0][0] if self._heap else None

    def plan(self, order: Order, now: datetime) -> None:
        """Plan what comes next for an order as it stands now."""
        if self._versions.get(order.number, 0) >= order.version:
            return
        temperament = self._temperaments.get(order.customer)
        fate = fate_of(self._seed, order, temperament)
        if not self._holds(order.external_id):
            fate = structs.replace(fate, halt=None)
        deeds = next_deeds(order, fate, self._around)
        if not deeds:
            self._versions.pop(order.number, None)
            return
        if order.number not in self._versions and self.orders >= ORDERS_MAX:
            return
        self._versions[order.number] = order.version
        for deed in deeds:
            planned = self._planned(order, deed, now)
            self._sequence += 1
            heapq.heappush(self._heap, (planned.at, order.number, self._sequence, planned))

    def take(self, until: datetime, limit: int) -> list[Planned]:
        """Take the deeds due before an instant, at most one an order."""
        taken: dict[str, Planned] = {}
        put_back: list[tuple[datetime, str, int, Planned]] = []
        while self._heap and len(taken) < limit:
            self._drop_stale()
            if not self._heap or self._heap[0][0] >= until:
                break
            entry = heapq.heappop(self._heap)
            if entry[1] in taken:
                put_back.append(entry)
            else:
                taken[entry[1]] = entry[3]
        for entry in put_back:
            heapq.heappush(self._heap, entry)
        return list(taken.values())

    def submissions(self, planned: Sequence[Planned], *, told: bool) -> list[Submission]:
        """Return the commands of these deeds; `told` names their planned times."""
        return [
            submission_of(
                x.number,
                x.deed.command,
                x.deed.actor,
                f"{x.number}:{x.deed.noun}:{x.version}",
                at=x.at if told else None,
            )
            for x in planned
        ]

    def forget(self, number: str) -> None:
        """Stop planning for an order; it is planned again when it changes."""
        self._versions.pop(number, None)

    def _planned(self, order: Order, deed: Deed, now: datetime) -> Planned:
        # Not of the version: a reminder or a look must not change anybody's mind.
        mind = f"{self._seed}:{order.number}:{deed.noun}:{order.stage}:{order.attempts}"
        chance = Random(mind)  # noqa: S311
        pace = self._pace(order)
        at = max(pace.when(deed.noun, deed.since, chance, self._opening(order)), now)
        if isinstance(deed.command, AgreeSlot):
            deed = structs.replace(deed, command=AgreeSlot(*pace.slot(at, chance)))
        return Planned(at, order.number, order.version, deed)

    def _pace(self, order: Order) -> Pace:
        kind = order.external_id.partition("-")[0]
        return self._paces.get(kind) or self._paces[""]

    def _opening(self, order: Order) -> Timetable:
        if isinstance(order.delivery, Pickup) and order.delivery.point in self._around.points:
            return self._around.points[order.delivery.point].timetable
        return WAREHOUSE.timetable

    def _drop_stale(self) -> None:
        while self._heap and self._is_stale(self._heap[0][3]):
            heapq.heappop(self._heap)

    def _is_stale(self, planned: Planned) -> bool:
        return self._versions.get(planned.number) != planned.version

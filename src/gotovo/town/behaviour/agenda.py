"""The town's agenda: the next actions of every order under way, by time."""

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
from gotovo.town.behaviour.action import Action, ActionContext
from gotovo.town.behaviour.next_actions import next_actions
from gotovo.town.behaviour.scenario import scenario_of
from gotovo.town.behaviour.shopping import submission_of
from gotovo.town.behaviour.timing import Timing
from gotovo.town.dataset.people import people
from gotovo.town.dataset.places import WAREHOUSE

ORDERS_MAX = 5_000
"""Orders in the agenda, about 2 MB; further ones are planned when there is room."""


class PlannedAction(Struct, frozen=True):
    """An action and its time; it is skipped unless the order still has this `version` then."""

    at: datetime
    number: str
    version: int
    action: Action


class Agenda:
    """A priority queue of actions; an order that changes is planned again."""

    def __init__(
        self,
        seed: int,
        context: ActionContext,
        timings: Mapping[str, Timing],
        holds: Callable[[str], bool],
    ) -> None:
        """Plan by a seed; `timings` are keyed by the kind of the external id, "" for any other.

        `holds` says whether the order of this external id stays at the stage in its name.
        """
        self._holds = holds
        self._seed = seed
        self._around = context
        self._paces = timings
        self._temperaments = {
            customer_id(context.secret, person.phone): person.temperament for person in people(seed)
        }
        self._heap: list[tuple[datetime, str, int, PlannedAction]] = []
        self._versions: dict[str, int] = {}
        self._sequence = 0

    @property
    def orders(self) -> int:
        """The number of orders under way."""
        return len(self._versions)

    @property
    def next_at(self) -> datetime | None:
        """When the next action is due."""
        self._drop_stale()
        return self._heap[0][0] if self._heap else None

    def plan(self, order: Order, now: datetime) -> None:
        """Plan the next actions of an order in its current state."""
        if self._versions.get(order.number, 0) >= order.version:
            return
        temperament = self._temperaments.get(order.customer)
        scenario = scenario_of(self._seed, order, temperament)
        if not self._holds(order.external_id):
            scenario = structs.replace(scenario, halt=None)
        actions = next_actions(order, scenario, self._around)
        if not actions:
            self._versions.pop(order.number, None)
            return
        if order.number not in self._versions and self.orders >= ORDERS_MAX:
            return
        self._versions[order.number] = order.version
        for action in actions:
            planned = self._planned(order, action, now)
            self._sequence += 1
            heapq.heappush(self._heap, (planned.at, order.number, self._sequence, planned))

    def take(self, until: datetime, limit: int) -> list[PlannedAction]:
        """Remove and return the actions due before an instant, at most one per order."""
        taken: dict[str, PlannedAction] = {}
        put_back: list[tuple[datetime, str, int, PlannedAction]] = []
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

    def submissions(self, planned: Sequence[PlannedAction], *, backdated: bool) -> list[Submission]:
        """Return the commands of these actions; `backdated` ones carry their planned time."""
        return [
            submission_of(
                x.number,
                x.action.command,
                x.action.actor,
                f"{x.number}:{x.action.name}:{x.version}",
                at=x.at if backdated else None,
            )
            for x in planned
        ]

    def forget(self, number: str) -> None:
        """Stop planning for an order; it is planned again when it changes."""
        self._versions.pop(number, None)

    def _planned(self, order: Order, action: Action, now: datetime) -> PlannedAction:
        # The version is no part of the key: a reminder must not change what the actor decides.
        key = f"{self._seed}:{order.number}:{action.name}:{order.stage}:{order.attempts}"
        rng = Random(key)  # noqa: S311
        timing = self._timing(order)
        at = max(timing.when(action.name, action.since, rng, self._opening(order)), now)
        if isinstance(action.command, AgreeSlot):
            action = structs.replace(action, command=AgreeSlot(*timing.slot(at, rng)))
        return PlannedAction(at, order.number, order.version, action)

    def _timing(self, order: Order) -> Timing:
        kind = order.external_id.partition("-")[0]
        return self._paces.get(kind) or self._paces[""]

    def _opening(self, order: Order) -> Timetable:
        if isinstance(order.delivery, Pickup) and order.delivery.point in self._around.points:
            return self._around.points[order.delivery.point].timetable
        return WAREHOUSE.timetable

    def _drop_stale(self) -> None:
        while self._heap and self._is_stale(self._heap[0][3]):
            heapq.heappop(self._heap)

    def _is_stale(self, planned: PlannedAction) -> bool:
        return self._versions.get(planned.number) != planned.version

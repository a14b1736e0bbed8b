"""The orders that rows of the same import belong to: stored ones, and those of earlier rows.

A dry run stores nothing, so it holds on to what an earlier row would have written as long as
another row of the same order is still to come. A real run does the same and so decides alike.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from msgspec import Struct

from gotovo.engine.ports import Journal
from gotovo.exchange.imports.columns import Profile
from gotovo.exchange.imports.preflight import TakenStep
from gotovo.exchange.imports.survey import key_of
from gotovo.order.replay import Recorded, decode
from gotovo.order.values.order import Order


class ImportedOrders(Protocol):
    """Finds orders of another system, whoever their customer is here."""

    async def numbers(
        self, shop: str, origin: str, external_ids: Sequence[str]
    ) -> Mapping[str, str]:
        """Return the numbers of the shop's orders there are, by external id."""
        ...


class KnownOrder(Struct):
    """An order as it stands, its steps by command id, and its last row in this file, if any."""

    order: Order
    taken: dict[str, TakenStep]
    line: int = 0


class KnownOrders:
    """The known orders by external id: those of one group of rows, and those that come again."""

    def __init__(
        self,
        profile: Profile,
        journal: Journal,
        lane_of: Callable[[str], int],
        imported: ImportedOrders,
        repeated: Mapping[int, int],
    ) -> None:
        """`repeated` says how many rows there are of an order that has several."""
        self._shop, self._origin = profile.shop, profile.origin
        self._journal = journal
        self._lane_of = lane_of
        self._imported = imported
        self._rows_left = dict(repeated)
        self._known: dict[str, KnownOrder] = {}

    async def load(self, external_ids: Sequence[str]) -> None:
        """Read the stored orders of a group; what earlier rows have made of an order stays."""
        wanted = sorted(set(external_ids) - self._known.keys())
        numbers: Mapping[str, str] = {}
        if wanted:
            numbers = await self._imported.numbers(self._shop, self._origin, wanted)
        by_lane: dict[int, list[str]] = {}
        for number in numbers.values():
            by_lane.setdefault(self._lane_of(number), []).append(number)
        for lane, of_lane in by_lane.items():
            orders = (await self._journal.load(lane, of_lane, [], [])).orders
            histories = await self._journal.histories(lane, of_lane)
            for number, stored in orders.items():
                known = KnownOrder(stored.order, _taken(histories.get(number, ())))
                self._known[stored.order.external_id] = known

    def get(self, external_id: str) -> KnownOrder | None:
        """Return the order that a row belongs to, if there is one."""
        return self._known.get(external_id)

    def put(self, external_id: str, known: KnownOrder) -> None:
        """Say what a row has made of its order."""
        self._known[external_id] = known

    def forget(self, external_ids: Sequence[str]) -> None:
        """Let the orders of a group go unless a later row belongs to them."""
        for external_id in external_ids:
            key = key_of(external_id)
            left = self._rows_left.get(key, 1) - 1
            self._rows_left[key] = left
            if left <= 0:
                del self._rows_left[key]
                self._known.pop(external_id, None)


def _taken(history: Sequence[Recorded]) -> dict[str, TakenStep]:
    taken: dict[str, TakenStep] = {}
    for x in history:
        taken.setdefault(x.command_id, TakenStep(x.at, decode(x.type, x.body)))
    return taken

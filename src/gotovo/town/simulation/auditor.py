"""The auditor of a simulation: rebuilds every order from its events and checks the stock.

It audits any journal, also one in memory; `store/audit` audits the tables of a database.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from msgspec import Struct, field

from gotovo.engine.ports import Sku
from gotovo.order.replay import HistoryBroken, Recorded, apply, decode, replay
from gotovo.order.stock_movements import movements
from gotovo.order.values.invariants import broken
from gotovo.order.values.order import Order
from gotovo.order.values.status import status_of
from gotovo.town.dataset.places import WAREHOUSE
from gotovo.town.dataset.products import PRODUCTS, RARE_ON_HAND
from gotovo.town.simulation.runtime import TownRuntime

PAGE = 200
"""Orders per page: about 4,000 events."""

EXAMPLES_MAX = 100
"""Findings that are described; all are counted."""


class SimulationAudit(Struct):
    """What was checked, the states of the orders, and the findings."""

    orders: int = 0
    events: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    stages: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    findings: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Whether nothing was found."""
        return not self.findings


async def audit(runtime: TownRuntime, numbers: Sequence[str], units: int) -> SimulationAudit:
    """Check the orders of a run, and the stock given `units` of each product received before."""
    found = SimulationAudit()
    moved: Counter[Sku] = Counter()
    reserved: Counter[Sku] = Counter()
    for page in _pages(numbers):
        stored = (await runtime.journal.load(0, page, (), ())).orders
        histories = await runtime.journal.histories(0, page)
        for number in page:
            order = stored[number].order
            if _check_order(found, order, histories[number]):
                _add_movements(histories[number], moved, reserved)
    await _check_stock(runtime, found, units, moved, reserved)
    return found


def add_finding(found: SimulationAudit, kind: str, sentence: str) -> None:
    """Record a finding."""
    found.findings[kind] += 1
    if len(found.examples) < EXAMPLES_MAX:
        found.examples.append(sentence)


def _check_order(found: SimulationAudit, order: Order, history: Sequence[Recorded]) -> bool:
    """Check an order; return whether its history can be replayed."""
    found.orders += 1
    found.events += len(history)
    found.statuses[status_of(order)] += 1
    found.stages[order.stage] += 1
    if order.outcome is not None:
        found.outcomes[f"{order.outcome}:{order.reason}" if order.reason else order.outcome] += 1
    try:
        again = replay(history)
    except HistoryBroken as error:
        add_finding(found, "chain", f"{order.number}: {error!r}")
        return False
    if again != order:
        add_finding(found, "replay", f"{order.number}: the state is not what its events make")
    for law in broken(order):
        add_finding(found, "law", f"{order.number}: {law}")
    return True


def _add_movements(
    history: Sequence[Recorded], moved: Counter[Sku], reserved: Counter[Sku]
) -> None:
    order: Order | None = None
    for recorded in history:
        event = decode(recorded.type, recorded.body)
        if order is not None:
            for movement in movements(order, event):
                sku = Sku(movement.warehouse, movement.sku)
                moved[sku] += movement.on_hand
                reserved[sku] += movement.reserved
        order = apply(order, event, recorded.at, recorded.version, recorded.hash)


async def _check_stock(
    runtime: TownRuntime,
    found: SimulationAudit,
    units: int,
    moved: Counter[Sku],
    reserved: Counter[Sku],
) -> None:
    received = {
        Sku(WAREHOUSE.code, product.sku): RARE_ON_HAND if product.rare else units
        for product in PRODUCTS
    }
    levels = await runtime.journal.levels(list(received))
    for sku, first in received.items():
        level = levels[sku]
        expected = (first + moved[sku], reserved[sku])
        if (level.on_hand, level.reserved) != expected:
            actual = f"on hand {level.on_hand}, reserved {level.reserved}"
            add_finding(found, "stock", f"{sku.sku}: {actual}, by its movements {expected}")


def _pages(numbers: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(numbers), PAGE):
        yield numbers[start : start + PAGE]

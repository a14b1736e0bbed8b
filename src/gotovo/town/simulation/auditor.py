"""The auditor of a simulation: every order made again from its events, and the goods counted."""

from collections import Counter
from collections.abc import Iterator, Sequence

from msgspec import Struct, field

from gotovo.engine.ports import Sku
from gotovo.order.replay import HistoryBroken, Recorded, apply, decode, replay
from gotovo.order.stock_movements import movements
from gotovo.order.values.invariants import broken
from gotovo.order.values.order import Order
from gotovo.order.values.status import status_of
from gotovo.town.dataset.goods import GOODS, RARE_ON_HAND
from gotovo.town.dataset.places import WAREHOUSE
from gotovo.town.simulation.runtime import House

PAGE = 200
"""Orders looked at together: some 4,000 events."""

NAMED_MAX = 100
"""Findings that are named; all are counted."""


class Audited(Struct):
    """What was looked at, where the orders stand, and what is not as it should be."""

    orders: int = 0
    events: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    stages: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    findings: Counter[str] = field(default_factory=Counter)
    named: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Tell whether nothing was found."""
        return not self.findings


async def audit(house: House, numbers: Sequence[str], units: int) -> Audited:
    """Check the orders of a run and, with `units` of each good received before it, the stock."""
    audited = Audited()
    moved: Counter[Sku] = Counter()
    reserved: Counter[Sku] = Counter()
    for page in _pages(numbers):
        standings = (await house.journal.load(0, page, (), ())).orders
        histories = await house.journal.histories(0, page)
        for number in page:
            order = standings[number].order
            if _check_order(audited, order, histories[number]):
                _add_movements(histories[number], moved, reserved)
    await _check_stock(house, audited, units, moved, reserved)
    return audited


def find(audited: Audited, kind: str, sentence: str) -> None:
    """Note something that is not as it should be."""
    audited.findings[kind] += 1
    if len(audited.named) < NAMED_MAX:
        audited.named.append(sentence)


def _check_order(audited: Audited, order: Order, history: Sequence[Recorded]) -> bool:
    """Note what is wrong with an order; return whether its history can be read at all."""
    audited.orders += 1
    audited.events += len(history)
    audited.statuses[status_of(order)] += 1
    audited.stages[order.stage] += 1
    if order.outcome is not None:
        audited.outcomes[f"{order.outcome}:{order.reason}" if order.reason else order.outcome] += 1
    try:
        again = replay(history)
    except HistoryBroken as error:
        find(audited, "chain", f"{order.number}: {error!r}")
        return False
    if again != order:
        find(audited, "replay", f"{order.number}: the state is not what its events make")
    for law in broken(order):
        find(audited, "law", f"{order.number}: {law}")
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
    house: House, audited: Audited, units: int, moved: Counter[Sku], reserved: Counter[Sku]
) -> None:
    received = {
        Sku(WAREHOUSE.code, good.sku): RARE_ON_HAND if good.rare else units for good in GOODS
    }
    levels = await house.journal.levels(list(received))
    for sku, first in received.items():
        level = levels[sku]
        expected = (first + moved[sku], reserved[sku])
        if (level.on_hand, level.reserved) != expected:
            said = f"on hand {level.on_hand}, reserved {level.reserved}"
            find(audited, "stock", f"{sku.sku}: {said}, by its movements {expected}")


def _pages(numbers: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(numbers), PAGE):
        yield numbers[start : start + PAGE]

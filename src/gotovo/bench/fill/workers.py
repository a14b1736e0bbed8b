"""The processes that expand orders: each takes every n-th block and hands its rows over a pipe."""

import gc
import signal
from collections.abc import Sequence
from datetime import datetime, timedelta
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnContext
from random import Random

import msgspec
from msgspec import Struct

from gotovo.bench.fill.customers import CustomerPool, OrderOwner
from gotovo.bench.fill.expansion import StockTotals, TemplateExpansion
from gotovo.bench.fill.templates import FillNetwork, OrderTemplate, TemplateBuilder
from gotovo.order.values.order import Courier

BLOCK = 4_000
"""Orders expand together: some ten megabytes of rows."""

TEMPLATES_PER_BLOCK = 80
"""Lives of one block: fifty orders share the instants of one, in a block of four thousand."""

LIVED_HERE_PART = 0.2
LIVED_HERE = timedelta(days=60)
"""A network that moved to Gotovo two months ago, and took ten months of history along."""

IMPORTED = timedelta(days=290)
_LAST_CARRIED = timedelta(days=15)
"""A carried-over life is over when it is written down, and none takes longer than this."""

_WRITTEN_DOWN = timedelta(days=1)

FAILED = b"!"
"""What a message begins with that tells of a fault; rows begin with a count, stock with `[`."""

ANSWERS_KEPT = timedelta(days=30)
"""As housekeeping keeps them."""


class FillPlan(Struct, frozen=True):
    """What is filled: so many orders, placed in the year before `until`."""

    orders: int
    until: datetime
    places: FillNetwork
    seed: int

    @property
    def blocks(self) -> int:
        """Return into how many blocks the orders are divided."""
        return -(-self.orders // BLOCK)

    def block(self, index: int) -> range:
        """Return the orders of a block."""
        return range(index * BLOCK, min((index + 1) * BLOCK, self.orders))


class PositionAllocator:
    """Which block of the feed is next, and where it begins; shared by all processes.

    Positions have no gaps and follow the order of blocks, although blocks are expand side by side.
    """

    def __init__(self, context: SpawnContext) -> None:
        """Begin with the first block at the first position."""
        self._changed = context.Condition()
        self._next = context.Value("q", 0, lock=False)
        self._position = context.Value("q", 1, lock=False)

    def take(self, block: int, events: int) -> int:
        """Wait for the blocks before, and return the position of this one's first event."""
        with self._changed:
            self._changed.wait_for(lambda: self._next.value == block)
            first = self._position.value
            self._position.value += events
            self._next.value += 1
            self._changed.notify_all()
            return first

    @property
    def taken(self) -> int:
        """Return how many events there are in the blocks that had their turn."""
        return self._position.value - 1


def work(
    plan: FillPlan, index: int, workers: int, turns: PositionAllocator, pipe: Connection
) -> None:
    """Cast every block that is this worker's; last of all tell what they moved in the stock."""
    gc.disable()  # rows are many and none refers to another
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started us ends us
    try:
        moved: StockTotals = StockTotals()
        people = CustomerPool(plan.places.secret, plan.orders)
        for block in range(index, plan.blocks, workers):
            casting = _expansion(plan, block, people)
            rows = casting.expand(turns.take(block, casting.events))
            for data in rows.data:
                pipe.send_bytes(data)
            moved.update(rows.moved)  # `+=` would forget what is below zero
        pipe.send_bytes(msgspec.json.encode([(*key, units) for key, units in moved.items()]))
    except Exception as error:  # noqa: BLE001  (told to who waits, who ends the filling)
        pipe.send_bytes(FAILED + f"{type(error).__name__}: {error}".encode())
    pipe.close()


def moved_of(told: bytes) -> list[tuple[str, str, str, int]]:
    """Return what a worker told: warehouse, sku, what changed, and by how many units."""
    return msgspec.json.decode(told, type=list[tuple[str, str, str, int]])


def _expansion(plan: FillPlan, block: int, people: CustomerPool) -> TemplateExpansion:
    chance = Random(f"{plan.seed}:{block}")  # noqa: S311  (chance that repeats, no secret)
    orders = plan.block(block)
    player = TemplateBuilder(plan.places, plan.until, chance)
    count = min(TEMPLATES_PER_BLOCK, len(orders))
    templates: list[tuple[OrderTemplate, Sequence[OrderOwner]]] = []
    for place in range(count):
        within = (place + chance.random()) / count
        template = _mould(plan, player, (orders.start + within * len(orders)) / plan.orders)
        templates.append((template, _owners(template, orders[place::count], people, chance)))
    return TemplateExpansion(templates, plan.until - ANSWERS_KEPT)


def _mould(plan: FillPlan, player: TemplateBuilder, part: float) -> OrderTemplate:
    """Return a life placed at a part of the year between 0 and 1."""
    moved_in = plan.until - LIVED_HERE
    carried = 1 - LIVED_HERE_PART
    if part >= carried:
        return player.play(moved_in + LIVED_HERE * ((part - carried) / LIVED_HERE_PART))
    before = moved_in - _WRITTEN_DOWN
    placed_at = before - _LAST_CARRIED - IMPORTED * (1 - part / carried)
    return player.build_imported(placed_at, before + _WRITTEN_DOWN * (part / carried))


def _owners(
    template: OrderTemplate, orders: range, people: CustomerPool, chance: Random
) -> list[OrderOwner]:
    order = template.order
    courier = isinstance(order.delivery, Courier)
    return [
        people.who(chance, each, has_contact=not order.carried_over, courier=courier)
        for each in orders
    ]

"""Block worker: a worker process that expands blocks of orders into rows.

The client calls it twice per block: `prepare` returns the number of events, from which the client
allocates positions in the feed, and `expand` returns the rows at these positions.
"""

import gc
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from random import Random

from msgspec import Struct

from gotovo.bench.fill.customers import CustomerPool, OrderOwner
from gotovo.bench.fill.expansion import BlockExpansion, ExpandedRows
from gotovo.bench.fill.templates import FillNetwork, OrderTemplate, TemplateBuilder
from gotovo.order.values.order import Courier
from gotovo.worker_process import WorkerHandler

BLOCK = 4_000
"""Orders of a block: some ten megabytes of rows."""

TEMPLATES_PER_BLOCK = 80
"""So fifty orders of a full block share their times and lines."""

NATIVE_PART = 0.2
NATIVE = timedelta(days=60)
"""The network moved to Gotovo two months ago: a fifth of the orders were placed here since."""

IMPORTED = timedelta(days=290)
"""The others were imported from an earlier system, with their history of the months before."""

_IMPORTED_AGE_LEAST = timedelta(days=15)
"""An imported order is complete when it is imported, and none takes longer than this."""

_IMPORT_TIME = timedelta(days=1)

COMMAND_RETENTION = timedelta(days=30)
"""The age at which retention deletes idempotency records."""


class FillPlan(Struct, frozen=True):
    """What to fill: a number of orders, placed in the year before `until`."""

    orders: int
    until: datetime
    network: FillNetwork
    seed: int

    @property
    def blocks(self) -> int:
        """Return the number of blocks that the orders are divided into."""
        return -(-self.orders // BLOCK)

    def block(self, index: int) -> range:
        """Return the orders of a block."""
        return range(index * BLOCK, min((index + 1) * BLOCK, self.orders))


class PrepareBlock(Struct, frozen=True):
    """Request: build the templates of a block, and return how many events it will have."""

    block: int


class ExpandBlock(Struct, frozen=True):
    """Request: expand the prepared block, with its first event at a position."""

    first_position: int


class BlockBuilder:
    """Builds the blocks of a plan, one at a time."""

    def __init__(self, plan: FillPlan) -> None:
        self._plan = plan
        self._customers = CustomerPool(plan.network.secret, plan.orders)
        self._prepared: BlockExpansion | None = None

    def prepare(self, block: int) -> int:
        """Build the templates of a block and return the number of its events."""
        rng = Random(f"{self._plan.seed}:{block}")  # noqa: S311  (reproducible, not a secret)
        orders = self._plan.block(block)
        builder = TemplateBuilder(self._plan.network, self._plan.until, rng)
        count = min(TEMPLATES_PER_BLOCK, len(orders))
        templates: list[tuple[OrderTemplate, Sequence[OrderOwner]]] = []
        for index in range(count):
            order = orders.start + (index + rng.random()) / count * len(orders)
            template = self._template(builder, order / self._plan.orders)
            templates.append((template, self._owners(template, orders[index::count], rng)))
        self._prepared = BlockExpansion(templates, self._plan.until - COMMAND_RETENTION)
        return self._prepared.events

    def expand(self, first_position: int) -> ExpandedRows:
        """Return the rows of the block that was prepared last."""
        assert self._prepared is not None, "a block is prepared before it is expanded"
        return self._prepared.expand(first_position)

    def _template(self, builder: TemplateBuilder, part: float) -> OrderTemplate:
        """Return an order placed at a part of the year between 0 and 1."""
        moved_at = self._plan.until - NATIVE
        imported = 1 - NATIVE_PART
        if part >= imported:
            return builder.build(moved_at + NATIVE * ((part - imported) / NATIVE_PART))
        import_at = moved_at - _IMPORT_TIME
        placed_at = import_at - _IMPORTED_AGE_LEAST - IMPORTED * (1 - part / imported)
        return builder.build_imported(placed_at, import_at + _IMPORT_TIME * (part / imported))

    def _owners(self, template: OrderTemplate, orders: range, rng: Random) -> list[OrderOwner]:
        order = template.order
        courier = isinstance(order.delivery, Courier)
        return [
            self._customers.owner(rng, each, has_contact=not order.imported, courier=courier)
            for each in orders
        ]


@asynccontextmanager
async def open_block_worker(plan: FillPlan) -> AsyncGenerator[WorkerHandler]:
    """Open, in the worker process, what handles the two requests."""
    gc.disable()  # there are many rows, and none refers to another
    builder = BlockBuilder(plan)

    async def handle(request: PrepareBlock | ExpandBlock) -> int | ExpandedRows:
        match request:
            case PrepareBlock(block):
                return builder.prepare(block)
            case ExpandBlock(first_position):
                return builder.expand(first_position)

    yield handle

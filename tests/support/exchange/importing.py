"""What the tests of imports share: a runtime in memory, and a file imported into it."""

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from msgspec import structs

from gotovo.engine.engine import one_lane
from gotovo.exchange.imports.amounts import DecimalMark
from gotovo.exchange.imports.checkpoints import Checkpoint
from gotovo.exchange.imports.columns import profile_for, with_mapping
from gotovo.exchange.imports.files.rejects import FirstRejects, RejectedRows
from gotovo.exchange.imports.files.table import FileFormat, detect_table
from gotovo.exchange.imports.importer import ImportCounts, ImportTarget, import_rows
from gotovo.exchange.imports.olist import OLIST
from gotovo.exchange.imports.preflight import PreflightContext
from gotovo.exchange.imports.source import Source, source_of
from gotovo.order.story import Story, story_of
from gotovo.order.values.order import Order
from gotovo.town.dataset.places import WAREHOUSE
from gotovo.town.simulation.runtime import MemoryRuntime

SECRET = b"a secret of thirty-two bytes ..."
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)

HEADER = (
    "order_id,customer_id,status,purchased_at,approved_at,handed_to_carrier_at,delivered_at,"
    "estimated_delivery_date,items,items_value_brl,paid_brl"
)

DELIVERED = (
    "o-1,c-1,delivered,2018-07-24T20:41:00-03:00,2018-07-26T03:24:00-03:00,"
    "2018-07-26T14:31:00-03:00,2018-08-07T15:27:00-03:00,2018-08-13,2,100.00,141.46"
)


class RememberedCheckpoints:
    """Checkpoints of one test."""

    def __init__(self) -> None:
        self.kept: dict[str, Checkpoint] = {}
        self.puts: list[Checkpoint] = []
        self.name = ""

    async def get(self, name: str) -> Checkpoint | None:
        return self.kept.get(name)

    async def put(self, name: str, checkpoint: Checkpoint) -> None:
        self.name = name
        self.kept[name] = checkpoint
        self.puts.append(checkpoint)

    async def remove(self, name: str) -> None:
        self.kept.pop(name, None)


class Importing:
    """An installation in memory that files are carried over into."""

    def __init__(self) -> None:
        self.runtime = MemoryRuntime(SECRET, lambda: NOW)
        self.checkpoints = RememberedCheckpoints()
        self.rejects = FirstRejects(1000)
        self.counted: list[ImportCounts] = []

    async def carry(
        self,
        text: str | bytes,
        *,
        pairs: Sequence[str] = (),
        dry: bool = False,
        rejects: RejectedRows | None = None,
        decimal: DecimalMark | None = None,
        shop: str = "",
    ) -> ImportCounts:
        """Carry a file over and return what became of its rows."""
        await self.runtime.directory.put_warehouse(WAREHOUSE, NOW)
        points, warehouses = self.runtime.directory()
        target = ImportTarget(
            engine=None if dry else self.runtime.engine,
            journal=self.runtime.journal,
            lane_of=one_lane,
            imported=self,
            checkpoints=self.checkpoints,
            context=PreflightContext(points, warehouses, SECRET, NOW),
            warehouse=WAREHOUSE.code,
        )
        count = self.counted.append
        given = source(text, pairs, decimal, shop)
        return await import_rows(given, target, rejects or self.rejects, count)

    async def numbers(self, shop: str, origin: str, external_ids: Sequence[str]) -> dict[str, str]:
        """Return the numbers of the orders there are, as the importer asks for them."""
        return {
            order.external_id: order.number
            for order in self.orders()
            if (order.shop, order.origin) == (shop, origin) and order.external_id in external_ids
        }

    def orders(self) -> list[Order]:
        """Return the orders there are now."""
        return [stored.order for stored in self.runtime.journal._orders.values()]

    def only(self) -> Order:
        """Return the one order there is."""
        (order,) = self.orders()
        return order

    def story(self, order: Order) -> Story:
        """Return an order's story."""
        journal = self.runtime.journal
        words = {x.digest: x.words for x in journal._texts.get(order.number, ())}
        story = story_of(journal._histories[order.number], words)
        assert story is not None
        return story


def source(
    text: str | bytes,
    pairs: Sequence[str] = (),
    decimal: DecimalMark | None = None,
    shop: str = "",
) -> Source:
    """Return a file as the command would see it."""
    file = BytesIO(text.encode() if isinstance(text, str) else text)
    table = detect_table(file, FileFormat("orders.csv"))
    profile = with_mapping(profile_for(table.columns, (OLIST,)), pairs, table.columns)
    profile = structs.replace(profile, shop=shop)
    return source_of(file, table, profile, decimal, lambda _: None)


def olist(*rows: str) -> str:
    """Return a file in Olist's form."""
    return "\n".join((HEADER, *rows)) + "\n"


def real_file() -> Path | None:
    """Return the real orders of Olist where they are at hand."""
    given = os.environ.get("GOTOVO_TEST_DATA")
    beside = Path(__file__).parents[3].parent / "shared" / "data"
    path = (Path(given) if given else beside) / "olist-orders.csv"
    return path if path.is_file() else None

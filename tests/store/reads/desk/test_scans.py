"""What lies in a cell, and which orders of a point have a product, with a full shelf."""

import re
from datetime import UTC, datetime, timedelta

import asyncpg
import msgspec

from gotovo.order.values.number import barcode, draw, home_of
from gotovo.order.values.order import Line, Order, Parcel, Pickup, Stage, Units
from gotovo.store.postgres.statements import load_statements
from gotovo.store.reads.desk.scans import ORDERS_MAX, DeskReads

NOW = datetime(2026, 11, 22, 14, 5, tzinfo=UTC)
ON_SHELF = 1_050
"""Parcels on the shelves of one point at worst."""

ELSEWHERE = 20_000
"""Orders of two hundred other points, half of them closed."""


def order(index: int, point: str = "KZN-1", cell: str = "", sku: str = "MUG") -> Order:
    """Return an order on its shelf; a thousand have as many cells."""
    number = draw(index % 256, index)
    cell = cell or f"{index // 10 + 1}-{index % 10 + 1}"
    parcel = Parcel(barcode(number, 1), (Units(1, 1),), Stage.SHELVED, at=point, cell=cell)
    return Order(
        number=number,
        version=6,
        last_hash=b"0" * 32,
        customer="c",
        delivery=Pickup(point),
        warehouse="KZN",
        currency="RUB",
        lines=(Line(sku, "Кружка «Красная», 0,3 л", 1, 49_900),),
        stage=Stage.SHELVED,
        stage_at=NOW,
        placed_at=NOW - timedelta(days=2),
        last_at=NOW,
        last_step="shelving",
        parcels=(parcel,),
        ready_at=NOW,
    )


async def put(pool: "asyncpg.Pool", orders: list[Order]) -> None:
    """Store orders as the journal does."""
    encode = msgspec.json.Encoder().encode
    rows = [
        (home_of(x.number), x.number, x.placed_at, encode(x), x.delivery.point)
        for x in orders
        if isinstance(x.delivery, Pickup)
    ]
    await pool.executemany(
        "insert into orders (home, number, version, customer, origin, status, stage, method, point,"
        " warehouse, attention, total, currency, placed_at, state, head)"
        " values ($1, $2, 6, 'c', 'shop', 'ready_for_pickup', 'shelved', 'pickup', $5, 'KZN', '{}',"
        " 49900, 'RUB', $3, $4, sha256(''))",
        rows,
    )
    await pool.execute("analyze orders")


async def full_point(pool: "asyncpg.Pool") -> DeskReads:
    """Fill the shelves of a point, and those of others."""
    await pool.execute(
        "insert into orders (home, number, version, customer, origin, status, stage, method, point,"
        " warehouse, attention, total, currency, placed_at, state, head)"
        " select n % 256, lpad(n::text, 12, '0'), 6, 'c', 'shop', 'ready_for_pickup', 'shelved',"
        "        'pickup', 'MSK-' || n % 200 + 1, 'KZN', '{}', 100, 'RUB',"
        "        $1::timestamptz - n * interval '1 minute', '{}', sha256('')"
        "   from generate_series(0, $2 - 1) as n",
        NOW,
        ELSEWHERE,
    )
    await pool.execute(
        "update orders set status = 'closed', outcome = 'issued', stage = 'issued',"
        " closed_at = placed_at where home % 2 = 0"
    )
    here = [order(index) for index in range(ON_SHELF)]
    await put(pool, [*here, order(10_000, "KZN-2", "1-1")])
    return DeskReads(pool)


async def test_a_cell_is_found_on_a_full_shelf_and_no_other_cell_or_point(
    pool: "asyncpg.Pool",
) -> None:
    reads = await full_point(pool)
    for cell in ("1-1", "10-1", "105-10"):
        found = await reads.in_cell("KZN-1", None, cell, NOW)
        assert [(x.parcel.cell, x.parcel.at) for x in found] == [(cell, "KZN-1")]
    assert await reads.in_cell("KZN-1", None, "106-1", NOW) == []
    assert await reads.in_cell("KZN-1", "books", "1-1", NOW) == []


async def test_a_product_of_everybody_is_answered_with_as_many_as_anybody_reads(
    pool: "asyncpg.Pool",
) -> None:
    reads = await full_point(pool)
    assert len(await reads.with_sku("KZN-1", None, ["MUG"], NOW)) == ORDERS_MAX
    await put(pool, [order(50_000, sku='4601"\\%_'), order(50_001, sku="460")])
    for sku in ('4601"\\%_', "460"):
        found = await reads.with_sku("KZN-1", None, [sku], NOW)
        assert [x.order.lines[0].sku for x in found] == [sku]


async def test_the_orders_of_one_point_are_read_from_its_index(pool: "asyncpg.Pool") -> None:
    await full_point(pool)
    statement = load_statements("reads/desk/scans.sql")["orders_here_with"]
    plan = await pool.fetch(f"explain {statement}", "KZN-1", None, NOW, ["x"], ORDERS_MAX)
    lines = "\n".join(row[0] for row in plan)
    assert re.search(r"orders_open_by_point", lines), lines
    assert re.search(r"orders_closed_by_point", lines), lines
    assert "Seq Scan" not in lines, lines

"""The lists that programs read, and the indexes that serve them."""

from datetime import UTC, datetime

import asyncpg

from gotovo.order.values.status import STATUSES
from gotovo.store.postgres.statements import load_statements
from gotovo.store.reads.programs import NEWEST, OrderFilter, ProgramReads

ORDERS = 5_000
FIRST = datetime(2025, 11, 22, 14, 5, tzinfo=UTC)


async def fill(pool: "asyncpg.Pool") -> None:
    """Store many orders of one warehouse, and before them three of another."""
    await pool.execute(
        "insert into orders (home, number, version, customer, origin, status, stage, method, point,"
        " warehouse, attention, total, currency, placed_at, state, head)"
        " select n % 256, lpad(n::text, 12, '0'), 1, 'c', 'shop', 'processing', 'paid', 'pickup',"
        "        'KZN-1', case when n < 3 then 'SMALL' else 'KZN' end, '{}', 100, 'RUB',"
        "        $1::timestamptz + n * interval '1 minute', '{}', sha256('')"
        "   from generate_series(0, $2 - 1) as n",
        FIRST,
        ORDERS,
    )
    await pool.execute("analyze orders")


async def test_a_small_warehouse_reads_its_few_orders_and_no_others(pool: "asyncpg.Pool") -> None:
    """Rule 4.19: its orders are found, however many newer ones others have."""
    await fill(pool)
    reads = ProgramReads(pool)
    for statuses in (STATUSES, ("processing",)):
        found = await reads.orders(OrderFilter(statuses=statuses, warehouse="SMALL", limit=50))
        assert [each.number for each in found] == [f"{n:012}" for n in (2, 1, 0)]
    statement = load_statements("reads/programs.sql")["orders_in_status_of_warehouse"]
    arguments = ("processing", None, None, "SMALL", *NEWEST, 50)
    plan = await pool.fetch(f"explain {statement}", *arguments)
    said = "\n".join(row[0] for row in plan)
    assert "orders_by_warehouse" in said
    assert "Sort" not in said

"""The lists that programs read, and the indexes that serve them."""

import re
from datetime import UTC, datetime

import asyncpg
import pytest

from gotovo.order.values.status import STATUSES
from gotovo.store.postgres.statements import load_statements
from gotovo.store.reads.programs import OrderFilter, ProgramReads

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


LISTS = {
    name: max(int(found) for found in re.findall(r"\$([0-9]+)", text))
    for name, text in load_statements("reads/programs.sql").items()
    if re.match(r"(open|closed|newest)_orders_|closed_orders$|newest_orders$", name)
}
"""Every list that is not a buyer's or a courier's, and how many parameters it has."""

INDEXES = {
    "open_orders_in_status": "orders_open_by_time",
    "open_orders_in_status_of_warehouse": "orders_open_by_warehouse",
    "open_orders_in_status_of_shop": "orders_open_by_shop",
    "open_orders_at_point": "orders_open_by_point",
    "closed_orders": "orders_by_time",
    "closed_orders_of_warehouse": "orders_closed_by_warehouse",
    "closed_orders_of_shop": "orders_by_shop",
    "closed_orders_at_point": "orders_closed_by_point",
    "newest_orders": "orders_by_time",
    "newest_orders_of_shop": "orders_by_shop",
}
"""The index that each list is read from, in the order of the list."""


@pytest.mark.parametrize("is_filled", [False, True], ids=["new table", "filled table"])
async def test_each_list_is_read_from_an_index_in_its_order(
    pool: "asyncpg.Pool", *, is_filled: bool
) -> None:
    if is_filled:
        await fill(pool)
        await pool.execute(
            "update orders set status = 'closed', outcome = 'issued', closed_at = placed_at"
            " where home % 2 = 0"
        )
        await pool.execute("vacuum analyze orders")
    statements = load_statements("reads/programs.sql")
    used: dict[str, str] = {}
    async with pool.acquire() as connection:
        for name, parameters in LISTS.items():
            await connection.execute(f"prepare planned as {statements[name]}")
            nulls = ", ".join(["null"] * parameters)
            rows = await connection.fetch(f"explain execute planned ({nulls})")
            await connection.execute("deallocate planned")
            plan = "\n".join(row[0] for row in rows)
            assert "Sort" not in plan, plan
            used[name] = plan.partition(" using ")[2].split()[0]
    assert used == INDEXES

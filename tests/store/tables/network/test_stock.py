"""Stock by hand: every entry counts once, and what is reserved stays."""

import asyncio
from uuid import UUID

import asyncpg
import pytest

from gotovo.store.tables.network.stock import NewStockEntry, StockLevel, StockShort, StockStore
from tests.support.order.cast import NOON

BORIS = "admin:boris"


def entry(id_: int, delta: int, sku: str = "tea", title: str = "Чай") -> NewStockEntry:
    return NewStockEntry(UUID(int=id_), "KZN", sku, delta, "receipt", title)


async def test_a_receipt_lists_a_sku_and_a_second_one_adds_to_it(pool: asyncpg.Pool) -> None:
    stock = StockStore(pool)
    assert await stock.enter([entry(1, 5), entry(2, 7, "cup", "Чашка")], BORIS, NOON) == 2
    assert await stock.enter([entry(3, 2, title="")], BORIS, NOON) == 1
    assert await stock.levels() == [
        StockLevel("KZN", "cup", "Чашка", 7, 0),
        StockLevel("KZN", "tea", "Чай", 7, 0),
    ]


async def test_an_entry_told_twice_counts_once(pool: asyncpg.Pool) -> None:
    stock = StockStore(pool)
    await stock.enter([entry(1, 5)], BORIS, NOON)
    assert await stock.enter([entry(1, 5), entry(2, 1)], BORIS, NOON) == 1
    (level,) = await stock.levels("KZN")
    assert level.on_hand == 6
    assert [e.delta for e in await stock.entries("KZN", "tea")] == [5, 1]


async def test_reserved_goods_cannot_be_taken_away(pool: asyncpg.Pool) -> None:
    stock = StockStore(pool)
    await stock.enter([entry(1, 5), entry(2, 5, "cup")], BORIS, NOON)
    await pool.execute("update stock set reserved = 4 where sku = 'tea'")
    with pytest.raises(StockShort):
        await stock.enter([entry(3, -2), entry(4, 1, "cup")], BORIS, NOON)
    assert [(x.sku, x.on_hand) for x in await stock.levels()] == [("cup", 5), ("tea", 5)]
    assert len(await stock.entries("KZN", "tea")) == 1
    assert await stock.enter([entry(5, -1)], BORIS, NOON) == 1


async def test_what_was_never_there_cannot_be_taken_away(pool: asyncpg.Pool) -> None:
    with pytest.raises(StockShort):
        await StockStore(pool).enter([entry(1, -1)], BORIS, NOON)


async def test_first_receipts_at_once_add_up(pool: asyncpg.Pool) -> None:
    stock = StockStore(pool)
    await asyncio.gather(*(stock.enter([entry(n, 3)], BORIS, NOON) for n in range(1, 21)))
    (level,) = await stock.levels()
    assert level.on_hand == 60


async def test_levels_come_in_pages(pool: asyncpg.Pool) -> None:
    stock = StockStore(pool)
    await stock.enter([entry(n, 1, f"sku-{n}") for n in range(1, 6)], BORIS, NOON)
    first = await stock.levels(limit=3)
    second = await stock.levels(after=("KZN", first[-1].sku), limit=3)
    assert [x.sku for x in (*first, *second)] == [f"sku-{n}" for n in range(1, 6)]
    assert await stock.levels("SPB") == []

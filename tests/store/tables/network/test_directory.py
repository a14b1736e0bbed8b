"""The picture of points and warehouses that every process keeps."""

import asyncpg
from msgspec import structs

from gotovo.store.tables.network.directory import Directory
from tests.support.order.cast import KREMLIN, LAKE, NOON, WAREHOUSES


async def test_what_is_put_is_seen_at_once_and_by_others_after_a_refresh(
    pool: asyncpg.Pool,
) -> None:
    here, there = Directory(pool), Directory(pool)
    await there.refresh()
    for warehouse in WAREHOUSES.values():
        await here.put_warehouse(warehouse, NOON)
    assert await here.put_point(KREMLIN, NOON) == 1
    assert here() == ({"KZN-1": KREMLIN}, WAREHOUSES)
    assert there() == ({}, {})
    await there.refresh()
    assert there() == here()


async def test_changed_settings_take_the_place_of_the_old_ones(pool: asyncpg.Pool) -> None:
    here, there = Directory(pool), Directory(pool)
    await here.put_point(KREMLIN, NOON)
    await here.put_point(LAKE, NOON)
    await there.refresh()
    longer = structs.replace(KREMLIN, storage_days=14)
    assert await here.put_point(longer, NOON) == 2
    await there.refresh()
    assert there()[0] == {"KZN-1": longer, "KZN-2": LAKE}


async def test_a_decision_keeps_the_picture_it_began_with(pool: asyncpg.Pool) -> None:
    directory = Directory(pool)
    await directory.put_point(KREMLIN, NOON)
    before = directory()
    await directory.put_point(structs.replace(KREMLIN, accepting=False), NOON)
    assert before[0]["KZN-1"].accepting
    assert not directory()[0]["KZN-1"].accepting

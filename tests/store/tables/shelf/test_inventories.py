"""Scans and the closing of an inventory wait for each other: what is stored is in the report."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from gotovo.points.cells.counting import Counted, InventoryReport, report_of
from gotovo.store.tables.shelf import inventories
from gotovo.store.tables.shelf.inventories import CountRefused, Inventory, InventoryStore

NOW = datetime(2026, 11, 22, 11, 5, tzinfo=UTC)
FIRST = Inventory(id=UUID(int=1), point="KZN-1", scope="", started_at=NOW, started_by="point:p")
EMPTY: InventoryReport = report_of("", (), ())


def scan(number: int) -> Counted:
    return Counted(
        id=UUID(int=number),
        cell="1-1",
        code="",
        barcode="",
        number="",
        typed=False,
        at=NOW,
        recorded_at=NOW,
        by="point:p",
    )


async def test_a_report_without_the_last_scan_closes_nothing(pool: "asyncpg.Pool[Any]") -> None:
    store = InventoryStore(pool)
    await store.start(FIRST)
    assert await store.put(FIRST.id, scan(1)) is None
    stale = await store.close(FIRST.id, EMPTY, 0, NOW, "point:p")
    assert (stale.closed_at, stale.scans) == (None, 1)
    closed = await store.close(FIRST.id, EMPTY, 1, NOW, "point:p")
    assert closed.report == EMPTY


async def test_what_is_not_taken_is_not_stored(
    pool: "asyncpg.Pool[Any]", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inventories, "COUNTS_MAX", 2)
    store = InventoryStore(pool)
    await store.start(FIRST)
    answers = [await store.put(FIRST.id, scan(number)) for number in (1, 2, 3, 2)]
    assert answers == [None, None, CountRefused.FULL, None]
    await store.close(FIRST.id, EMPTY, 2, NOW, "point:p")
    assert await store.put(FIRST.id, scan(4)) is CountRefused.CLOSED
    assert await store.put(FIRST.id, scan(1)) is None, "it is in the report already"
    assert [each.id.int for each in await store.counts(FIRST.id)] == [1, 2]

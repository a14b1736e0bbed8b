"""Checkpoints: an unfinished import has one, a finished one has none, a dry run changes none."""

from typing import Any

import asyncpg
import pytest

from gotovo.exchange.imports.checkpoints import Checkpoint, ReadCheckpoints, StoredCheckpoints
from gotovo.store.tables.orders.imports import ImportCheckpointStore
from tests.support.order.cast import NOON

HALFWAY = Checkpoint(3, 420, imported=1, present=2, rejected=4, contradictions=5, rejected_bytes=60)
FURTHER = Checkpoint(9, 999)


@pytest.fixture
def stored(pool: "asyncpg.Pool[Any]") -> StoredCheckpoints:
    """Give checkpoints in an empty database."""
    return StoredCheckpoints(ImportCheckpointStore(pool, lambda: NOON))


async def test_the_last_checkpoint_of_each_import_is_stored(stored: StoredCheckpoints) -> None:
    assert await stored.get("olist") is None
    await stored.put("olist", FURTHER)
    await stored.put("olist", HALFWAY)
    await stored.put("ozon", FURTHER)
    assert await stored.get("olist") == HALFWAY
    assert await stored.get("ozon") == FURTHER


async def test_a_finished_import_begins_anew_and_no_other_does(stored: StoredCheckpoints) -> None:
    await stored.put("olist", HALFWAY)
    await stored.put("ozon", FURTHER)
    await stored.remove("olist")
    assert await stored.get("olist") is None
    assert await stored.get("ozon") == FURTHER


async def test_a_dry_run_begins_where_the_import_stopped_and_leaves_it_there(
    stored: StoredCheckpoints,
) -> None:
    await stored.put("olist", HALFWAY)
    dry = ReadCheckpoints(stored)
    await dry.put("olist", FURTHER)
    await dry.remove("olist")
    assert await dry.get("olist") == await stored.get("olist") == HALFWAY

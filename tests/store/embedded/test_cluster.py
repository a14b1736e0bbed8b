"""What our own database is set to when it is made."""

from pathlib import Path

import asyncpg
import pytest

from gotovo.store.embedded.cluster import memory_mb, shared_buffers_mb
from tests.store.embedded.conftest import MakeServer


@pytest.mark.parametrize(
    ("memory", "pages"),
    [(512, 128), (1_024, 128), (4_096, 512), (24_064, 3_008), (262_144, 4_096)],
)
def test_pages_get_an_eighth_of_the_memory_within_bounds(memory: int, pages: int) -> None:
    assert shared_buffers_mb(memory) == pages


async def test_full_pages_are_written_as_they_are_and_nothing_is_unsafe(
    settled_dir: Path, make_server: MakeServer
) -> None:
    connection = await asyncpg.connect(make_server(settled_dir).start().url)
    try:
        asked = ("wal_compression", "fsync", "full_page_writes", "synchronous_commit")
        told = [await connection.fetchval("select current_setting($1)", name) for name in asked]
        buffers = await connection.fetchval(
            "select setting::bigint * 8 / 1024 from pg_settings where name = 'shared_buffers'"
        )
    finally:
        await connection.close()
    assert told == ["off", "on", "on", "on"]
    assert buffers == shared_buffers_mb(memory_mb())

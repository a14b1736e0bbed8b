"""Links for following an order are deleted some time after they were revoked, and not before."""

from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg

from gotovo.order.values.number import draw
from gotovo.store.tables.access.track_links import TrackLinkStore
from tests.support.store.retention import remove_due

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


async def test_only_links_revoked_before_the_instant_are_deleted(
    pool: "asyncpg.Pool[Any]",
) -> None:
    links = TrackLinkStore(pool)
    for serial in range(3):
        await links.put(draw(7, serial), bytes([serial]) * 32, NOW)
    await links.revoke(draw(7, 0), NOW + timedelta(days=1))
    await links.revoke(draw(7, 1), NOW + timedelta(days=3))
    await remove_due(pool, "revoked-links", NOW + timedelta(days=2))
    left = await pool.fetch("select number from track_link")
    assert {row["number"] for row in left} == {draw(7, 1), draw(7, 2)}
    link = await links.link(draw(7, 2))
    assert link is not None
    assert link.made_at == NOW
    assert await links.number(7, bytes([1]) * 32) is None

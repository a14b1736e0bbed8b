"""Responses to requests that name no order are stored for their retention, and no longer."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from gotovo.store.tables.access.api_keys import ApiKeyStore, StoredResponse
from tests.support.store.retention import remove_due

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
OLD, NEW = UUID(int=1), UUID(int=2)


async def test_answers_are_forgotten_when_they_have_served_their_time(
    pool: "asyncpg.Pool[Any]",
) -> None:
    keys = ApiKeyStore(pool)
    answer = StoredResponse(b"f" * 16, 201, b"{}")
    await keys.remember(OLD, answer, NOW - timedelta(days=31))
    await keys.remember(NEW, answer, NOW - timedelta(days=29))
    await remove_due(pool, "stored-responses", NOW - timedelta(days=30))
    assert await keys.response_to(OLD) is None
    assert await keys.response_to(NEW) == answer

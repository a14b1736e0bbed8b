"""One retention rule by time, applied as the job does."""

from datetime import datetime
from typing import Any

import asyncpg

from gotovo.store.postgres.statements import SWEPT_ROWS_MAX
from gotovo.store.retention.retention import RetentionStore
from gotovo.store.retention.rules import BY_NAME


async def remove_due(pool: "asyncpg.Pool[Any]", name: str, before: datetime) -> int:
    """Delete the rows of a rule from before an instant; return how many."""
    return await RetentionStore(pool).remove(BY_NAME[name], before, SWEPT_ROWS_MAX)

"""Housekeeping: deletes idempotency records that are thirty days old, in bounded batches."""

from collections.abc import Callable
from datetime import datetime, timedelta

from gotovo.engine.ports import IdempotencyRecords

RETENTION_DAYS = 30
"""How long a repeated command gets its first result (contract, `Idempotency-Key`; rule 4.13)."""

EVERY_SECONDS = 600.0
"""A record that stays a few minutes longer does no harm."""

DELETED_MAX = 1_000
"""Rows that one statement deletes, so that none holds its locks for long."""


async def delete_old_records(records: IdempotencyRecords, clock: Callable[[], datetime]) -> int:
    """Delete every record that is old enough; return how many that were."""
    before = clock() - timedelta(days=RETENTION_DAYS)
    total = 0
    while count := await records.delete_records(before, DELETED_MAX):
        total += count
        if count < DELETED_MAX:
            break
    return total

"""Notifications of payment providers in PostgreSQL, from their receipt to what they ended as."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

import asyncpg
from msgspec import Struct

from gotovo.store.postgres.statements import load_statements

_sql: Final = load_statements("tables/payments/payment_notifications.sql")


class NotificationOutcome(StrEnum):
    """What a notification ended as."""

    CREDITED = "credited"
    NOTHING_NEW = "nothing_new"
    PENDING = "pending"
    CANCELLED = "cancelled"
    CONFLICT = "conflict"
    UNMATCHED = "unmatched"
    REFUND = "refund"


class NewNotification(Struct, frozen=True, kw_only=True):
    """A notification to store; `id` is what identifies it at its provider."""

    provider: str
    id: str
    about: str
    kind: str
    reference: str
    received_at: datetime


class Added(Struct, frozen=True, kw_only=True):
    """Whether a notification came for the first time, and whether it is to be looked up."""

    is_new: bool
    is_waiting: bool


class WaitingNotification(Struct, frozen=True, kw_only=True):
    """A notification to look up; `attempts` counts this one."""

    provider: str
    digest: bytes
    about: str
    kind: str
    reference: str
    received_at: datetime
    attempts: int


class WaitingNotifications(Struct, frozen=True):
    """How many notifications of a provider wait, and since when."""

    count: int
    since: datetime


class PaymentNotifications:
    """Reads and writes notifications."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        """Use a pool; every call is one statement."""
        self._pool = pool

    async def add(self, new: NewNotification) -> Added:
        """Store a notification to be looked up, or that it came once more."""
        digest = hashlib.sha256(new.id.encode()).digest()
        key = (digest[0], new.provider, digest)
        row = (*key, new.about, new.kind, new.reference, new.received_at)
        added = await self._pool.fetchrow(_sql["add_notification"], *row)
        assert added is not None, new.id
        return Added(is_new=added["is_new"], is_waiting=added["is_waiting"])

    async def take(
        self, now: datetime, until: datetime, limit: int
    ) -> Sequence[WaitingNotification]:
        """Take what is due; until then it is nobody else's."""
        rows = await self._pool.fetch(_sql["take_notifications"], now, until, limit)
        return [_waiting(row) for row in rows]

    async def settle(
        self, taken: WaitingNotification, outcome: NotificationOutcome, at: datetime
    ) -> None:
        """Store what a notification ended as."""
        await self._pool.execute(_sql["settle_notification"], *_key(taken), outcome, at)

    async def postpone(self, taken: WaitingNotification, until: datetime) -> None:
        """Look a notification up again at this instant."""
        await self._pool.execute(_sql["postpone_notification"], *_key(taken), until)

    async def drop(self, taken: WaitingNotification) -> None:
        """Delete a notification of what its provider does not have."""
        await self._pool.execute(_sql["drop_notification"], *_key(taken))

    async def waiting(self, most: int) -> Mapping[str, WaitingNotifications]:
        """Return what waits by provider, counted up to a bound over all of them."""
        rows = await self._pool.fetch(_sql["count_waiting"], most)
        return {row["provider"]: WaitingNotifications(row["waiting"], row["since"]) for row in rows}


class PaymentSweeps:
    """When the list of each provider is read; one process reads it."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        """Use a pool; every call is one statement."""
        self._pool = pool

    async def take(self, provider: str, now: datetime, next_at: datetime) -> bool:
        """Return whether a list is due and this process reads it; it is due again at `next_at`."""
        taken = await self._pool.fetchval(_sql["take_sweep"], provider, now, next_at)
        return taken is not None

    async def again_at(self, provider: str, at: datetime) -> None:
        """Say when a list is read next, after a reading that failed."""
        await self._pool.execute(_sql["sweep_again"], provider, at)


def _key(taken: WaitingNotification) -> tuple[int, str, bytes]:
    return taken.digest[0], taken.provider, taken.digest


def _waiting(row: Mapping[str, Any]) -> WaitingNotification:
    return WaitingNotification(
        provider=row["provider"],
        digest=row["id"],
        about=row["about"],
        kind=row["kind"],
        reference=row["reference"],
        received_at=row["received_at"],
        attempts=row["attempts"],
    )

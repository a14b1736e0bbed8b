"""Webhooks in PostgreSQL: their settings, leases and cursors.

Every change by a person, and every switching-off, is an entry of the security log, in the same
transaction. A lease is taken by a conditional update: of two processes one gets it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

import asyncpg
from msgspec import Struct

from gotovo.store.postgres.statements import load_statements
from gotovo.store.tables.security.entries import PROGRAM, Author, SecurityEntry
from gotovo.store.tables.security.kinds import EntryDetails, SecurityKind
from gotovo.store.tables.security.security_log import append, wait_for_turn

_sql = load_statements("tables/webhooks/webhooks.sql")

LANES_MAX: Final = 256
"""A cluster has no more."""

SENDING_MAX: Final = 10_000
"""Webhooks that are on: a thousand shops with ten each."""


class StoredWebhook(Struct, frozen=True):
    """A webhook; the columns of `webhook` say what each field is."""

    id: str
    shop: str
    url: str
    title: str
    types: list[str] | None
    secrets: list[bytes]
    secret_ends: list[datetime | None]
    is_on: bool
    off_reason: str
    off_at: datetime | None
    version: int
    created_at: datetime
    updated_at: datetime
    created_by: str
    owner_email: str = ""
    failing_since: datetime | None = None


class OwnerToTell(Struct, frozen=True):
    """A webhook that was switched off by no person, and who is to be written to."""

    id: str
    shop: str
    url: str
    title: str
    off_reason: str
    off_at: datetime
    owner_email: str


class SendingWebhook(Struct, frozen=True):
    """A webhook that this process may send for, and when something waits that was tried before."""

    webhook: StoredWebhook
    due_at: datetime | None


class WebhookStore:
    """Reads and writes `webhook`, `webhook_progress` and `webhook_cursor`."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        """Use a pool."""
        self._pool = pool

    async def put(self, new: StoredWebhook, webhooks_max: int, by: Author = PROGRAM) -> bool:
        """Store a new webhook; False where its id exists or its shop has `webhooks_max`.

        It gets what is committed from now on.
        """
        async with self._pool.acquire() as connection, connection.transaction():
            await wait_for_turn(connection)  # Before the webhooks of a shop are counted.
            stored = await connection.fetchval(
                _sql["insert_webhook"],
                new.id,
                new.shop,
                new.url,
                new.title,
                new.types,
                new.secrets,
                new.secret_ends,
                new.created_at,
                new.created_by,
                webhooks_max,
                new.owner_email,
            )
            if stored is None:
                return False
            await connection.execute(_sql["insert_progress"], new.id, new.created_at)
            await connection.execute(_sql["insert_cursors"], new.id)
            about = _About(new.id, new.shop, new.created_at, by)
            await append(connection, [_entry(SecurityKind.WEBHOOK_CREATED, about)])
        return True

    async def find(self, webhook: str) -> StoredWebhook | None:
        """Return a webhook."""
        row = await self._pool.fetchrow(_sql["webhook"], webhook)
        return StoredWebhook(**row) if row else None

    async def page(
        self, after: datetime | None, after_id: str, limit: int, shop: str | None = None
    ) -> Sequence[StoredWebhook]:
        """Return webhooks of all shops or of one, newest first."""
        rows = await self._pool.fetch(_sql["webhooks_page"], after, after_id, limit, shop)
        return [StoredWebhook(**row) for row in rows]

    async def change(self, changed: StoredWebhook, at: datetime, by: Author = PROGRAM) -> bool:
        """Store all but its secrets; False where it is of another version now."""
        values = (
            changed.url,
            changed.title,
            changed.types,
            changed.is_on,
            changed.off_reason,
            changed.off_at,
            changed.owner_email,
            at,
        )
        kind = SecurityKind.WEBHOOK_CHANGED
        return await self._write("change_webhook", changed, values, kind, by)

    async def roll(self, rolled: StoredWebhook, at: datetime, by: Author = PROGRAM) -> bool:
        """Store its secrets; False where it is of another version now."""
        values = rolled.secrets, rolled.secret_ends, at
        return await self._write("roll_webhook", rolled, values, SecurityKind.WEBHOOK_ROLLED, by)

    async def delete(self, webhook: str, at: datetime, by: Author = PROGRAM) -> bool:
        """Delete a webhook and what it still had to send; False where there is none."""
        async with self._pool.acquire() as connection, connection.transaction():
            shop = await connection.fetchval(_sql["delete_webhook"], webhook)
            if shop is None:
                return False
            for name in ("delete_progress", "delete_cursors", "delete_open"):
                await connection.execute(_sql[name], webhook)
            about = _About(webhook, shop, at, by)
            await append(connection, [_entry(SecurityKind.WEBHOOK_DELETED, about)])
        return True

    async def switch_off(self, webhook: str, reason: str, at: datetime) -> bool:
        """Send nothing more, for a reason that its owner reads; False where it is off already."""
        async with self._pool.acquire() as connection, connection.transaction():
            shop = await connection.fetchval(_sql["switch_off"], webhook, reason, at)
            if shop is None:
                return False
            about = _About(webhook, shop, at, PROGRAM)
            entry = _entry(SecurityKind.WEBHOOK_SWITCHED_OFF, about, outcome=reason)
            await append(connection, [entry])
        return True

    async def off(self, limit: int) -> Sequence[tuple[str, str, str, datetime]]:
        """Return id, shop, reason and instant of those that their receivers had switched off."""
        return [tuple(row.values()) for row in await self._pool.fetch(_sql["off_since"], limit)]

    async def owners_to_tell(self, limit: int) -> Sequence[OwnerToTell]:
        """Return the webhooks whose owners are to be written to, the longest waiting first."""
        return [OwnerToTell(**row) for row in await self._pool.fetch(_sql["owners_to_tell"], limit)]

    async def states(self) -> Mapping[str, int]:
        """Return how many webhooks are `on`, `failing` of those, `off`, and `off_by_owner`."""
        (row,) = await self._pool.fetch(_sql["webhook_states"])
        return dict(row)

    async def owner_told(self, told: OwnerToTell, at: datetime) -> None:
        """Store that an owner was written to about this switching-off."""
        await self._pool.execute(_sql["owner_told"], told.id, told.off_at, at)

    async def sending(self, holder: str, now: datetime) -> Sequence[SendingWebhook]:
        """Return the webhooks that are on and whose lease this process has or may take."""
        rows = await self._pool.fetch(_sql["sending"], holder, now, SENDING_MAX)
        found: list[SendingWebhook] = []
        for row in rows:
            columns: dict[str, Any] = dict(row)
            due_at = columns.pop("due_at")
            found.append(SendingWebhook(StoredWebhook(**columns), due_at))
        return found

    async def heads(self) -> Mapping[int, int]:
        """Return the last position of every lane."""
        rows = await self._pool.fetch(_sql["heads"], LANES_MAX)
        return {row["lane"]: row["position"] for row in rows}

    async def cursors(self, webhooks: Sequence[str]) -> Mapping[str, Mapping[int, int]]:
        """Return how far each webhook has come in each lane; a lane that is absent is at 0."""
        found: dict[str, dict[int, int]] = {each: {} for each in webhooks}
        for row in await self._pool.fetch(_sql["cursors"], webhooks):
            found[row["webhook"]][row["lane"]] = row["position"]
        return found

    async def take_lease(self, webhook: str, holder: str, until: datetime, now: datetime) -> bool:
        """Take or keep the lease; False while another process has it, or without a webhook."""
        row = await self._pool.fetchrow(_sql["take_lease"], webhook, holder, until, now)
        return row is not None

    async def end_lease(self, webhook: str, holder: str, now: datetime) -> None:
        """Let another process send."""
        await self._pool.execute(_sql["end_lease"], webhook, holder, now)

    async def _write(
        self,
        statement: str,
        wanted: StoredWebhook,
        values: tuple[Any, ...],
        kind: SecurityKind,
        by: Author,
    ) -> bool:
        at = values[-1]
        async with self._pool.acquire() as connection, connection.transaction():
            row = await connection.fetchrow(_sql[statement], wanted.id, wanted.version, *values)
            if row is None:
                return False
            about = _About(wanted.id, row["shop"], at, by)
            await append(connection, [_entry(kind, about, version=row["version"])])
        return True


class _About(NamedTuple):
    """Which webhook was changed, when, and by whom."""

    webhook: str
    shop: str
    at: datetime
    by: Author


def _entry(
    kind: SecurityKind, about: _About, *, outcome: str = "", version: int = 0
) -> SecurityEntry:
    return SecurityEntry(
        kind=kind,
        at=about.at,
        by=about.by,
        shop=about.shop,
        subject=f"webhook:{about.webhook}",
        outcome=outcome,
        details=EntryDetails(version=version),
    )

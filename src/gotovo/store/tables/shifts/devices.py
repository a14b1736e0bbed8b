"""Devices of points in PostgreSQL. A change and its entry in the security log are one commit."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import asyncpg
from msgspec import Struct

from gotovo.store.postgres.statements import load_statements
from gotovo.store.tables.security.entries import Author, SecurityEntry
from gotovo.store.tables.security.kinds import EntryDetails, SecurityKind
from gotovo.store.tables.security.security_log import append

FIRST_DEVICE: Final = (datetime(1, 1, 1, tzinfo=UTC), UUID(int=0))
"""The cursor before every device."""

_sql: Final = load_statements("tables/shifts/devices.sql")


class DeskDevice(Struct, frozen=True):
    """A device of a point; the columns of `desk_device` say what each field is."""

    id: UUID
    point: str
    name: str
    kind: str
    registered_at: datetime
    registered_by: str
    seen_at: datetime
    revoked_at: datetime | None = None
    revoked_by: str | None = None


class NewDevice(Struct, frozen=True):
    """What is registered: `digest` is of the token, which nobody stores."""

    id: UUID
    point: str
    name: str
    kind: str
    digest: bytes
    at: datetime


class DeviceStore:
    """Reads and writes `desk_device`."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        """Use a pool; each read is one statement."""
        self._pool = pool

    async def register(self, new: NewDevice, by: Author, devices_max: int) -> DeskDevice | None:
        """Store a new device; return None where its id exists already or the point has too many."""
        async with self._pool.acquire() as connection, connection.transaction():
            row = await connection.fetchrow(
                _sql["insert_device"],
                new.id,
                new.point,
                new.name,
                new.kind,
                new.digest,
                new.at,
                by.actor,
                devices_max,
            )
            if row is None:
                return None
            device = DeskDevice(**row)
            await append(
                connection,
                [_entry(SecurityKind.DEVICE_REGISTERED, device, new.at, by)],
            )
        return device

    async def find(self, device: UUID) -> DeskDevice | None:
        """Return a device, revoked or not."""
        row = await self._pool.fetchrow(_sql["device"], device)
        return DeskDevice(**row) if row else None

    async def by_digest(self, digest: bytes) -> DeskDevice | None:
        """Return the device that is recognised by a token with this digest."""
        row = await self._pool.fetchrow(_sql["device_by_digest"], digest)
        return DeskDevice(**row) if row else None

    async def of_point(
        self, point: str, after: tuple[datetime, UUID], limit: int
    ) -> Sequence[DeskDevice]:
        """Return a page of a point's devices; the cursor is `registered_at` and id of the last."""
        rows = await self._pool.fetch(_sql["devices_of_point"], point, *after, limit)
        return [DeskDevice(**row) for row in rows]


async def revoke_device(
    connection: Any, device: UUID, point: str, at: datetime, by: Author
) -> DeskDevice | None:
    """Revoke a device in the caller's transaction; None when there is none in use.

    The entry of the security log is the caller's last write: `revocation_entry`.
    """
    row = await connection.fetchrow(_sql["revoke_device"], device, point, at, by.actor)
    return DeskDevice(**row) if row else None


def revocation_entry(device: DeskDevice, at: datetime, by: Author) -> SecurityEntry:
    """Return the entry of a revocation."""
    return _entry(SecurityKind.DEVICE_REVOKED, device, at, by)


def _entry(kind: SecurityKind, device: DeskDevice, at: datetime, by: Author) -> SecurityEntry:
    return SecurityEntry(
        kind=kind,
        at=at,
        by=by,
        subject=f"device:{device.id}",
        details=EntryDetails(point=device.point),
    )

"""Attachments in PostgreSQL."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import asyncpg
from msgspec import Struct

from gotovo.order.values.number import home_of
from gotovo.store.postgres.statements import load_statements
from gotovo.store.tables.attachments.attachment import (
    CLAIM_COUNT_MAX,
    COUNT_MAX,
    Attachment,
    AttachmentContent,
    AttachmentKind,
    AttachmentPurpose,
    AttachmentSubject,
    AttachmentType,
    RemovalReason,
)

_sql: Final = load_statements("tables/attachments/attachments.sql")


class ReadContent(Struct, frozen=True):
    """The bytes of an attachment, and what they are; None once it was removed."""

    type: AttachmentType
    content: bytes | None


class KnownAttachment(Struct, frozen=True):
    """What an attachment is about, and its SHA-256."""

    subject: AttachmentSubject
    digest: bytes


class OldClaimPhoto(Struct, frozen=True):
    """A picture of a claim that an earlier version stored."""

    id: UUID
    added_at: datetime
    picture: bytes


class AttachmentStore:
    """Reads and writes `attachment`; callers have checked who may."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        """Use a pool; nothing here needs a transaction."""
        self._pool = pool

    async def put(self, new: Attachment, content: AttachmentContent) -> Attachment | None:
        """Store an attachment; return the one there is of these bytes, None where it is full."""
        subject = new.subject
        await self._pool.execute(
            _sql["put"],
            subject.home,
            new.id,
            subject.kind,
            subject.name,
            subject.number,
            subject.point,
            new.purpose,
            new.type,
            new.size,
            new.width,
            new.height,
            new.digest,
            content.content,
            content.thumbnail,
            new.added_at,
            new.added_by,
            COUNT_MAX[subject.kind],
            CLAIM_COUNT_MAX,
        )
        row = await self._pool.fetchrow(
            _sql["same"], subject.home, subject.kind, subject.name, new.digest
        )
        return None if row is None else _attachment(row)

    async def find(self, id_: UUID) -> Attachment | None:
        """Return what is known of an attachment, also of a removed one."""
        row = await self._pool.fetchrow(_sql["find"], id_.bytes[0], id_)
        return None if row is None else _attachment(row)

    async def known(self, ids: Sequence[UUID]) -> Mapping[UUID, KnownAttachment]:
        """Return those of these ids that are there and were not removed."""
        by_home: dict[int, list[UUID]] = {}
        for each in ids:
            by_home.setdefault(each.bytes[0], []).append(each)
        found: dict[UUID, KnownAttachment] = {}
        for home, some in by_home.items():
            rows = await self._pool.fetch(_sql["known"], home, some)
            found |= {row["id"]: KnownAttachment(_subject(row), row["digest"]) for row in rows}
        return found

    async def of_order(self, number: str) -> Sequence[Attachment]:
        """Return what is known of all attachments of an order, oldest first."""
        rows = await self._pool.fetch(_sql["of_order"], home_of(number), number)
        return [_attachment(row) for row in rows]

    async def content(self, id_: UUID, *, is_thumbnail: bool = False) -> ReadContent | None:
        """Return the bytes, or the small picture of a picture."""
        name = "thumbnail" if is_thumbnail else "content"
        row = await self._pool.fetchrow(_sql[name], id_.bytes[0], id_)
        return None if row is None else ReadContent(AttachmentType(row["type"]), row["content"])

    async def remove(self, id_: UUID, by: str, reason: RemovalReason, at: datetime) -> None:
        """Remove the bytes of an attachment; one that was removed stays as it is."""
        await self._pool.execute(_sql["remove"], id_.bytes[0], id_, at, by, reason)

    async def old_claim_photos(self, number: str) -> Sequence[OldClaimPhoto]:
        """Return the pictures of an order's claims that an earlier version stored."""
        rows = await self._pool.fetch(_sql["old_claim_photos"], home_of(number), number)
        return [OldClaimPhoto(row["id"], row["added_at"], row["picture"]) for row in rows]

    async def adopt(
        self, number: str, old: OldClaimPhoto, content: AttachmentContent, added_by: str
    ) -> None:
        """Move such a picture here; its id gets the home in front."""
        await self._pool.execute(
            _sql["adopt"],
            home_of(number),
            number,
            old.id,
            id_at_home(number, old.id),
            len(content.content),
            content.width,
            content.height,
            content.digest,
            content.content,
            content.thumbnail,
            old.added_at,
            added_by,
        )


def id_at_home(number: str, id_: UUID) -> UUID:
    """Return the id that a picture of an earlier version has here: it begins with its home."""
    return UUID(bytes=bytes((home_of(number),)) + id_.bytes[1:])


def _subject(row: Mapping[str, Any]) -> AttachmentSubject:
    return AttachmentSubject(
        kind=AttachmentKind(row["kind"]),
        name=row["subject"],
        number=row["number"],
        point=row["point"],
    )


def _attachment(row: Mapping[str, Any]) -> Attachment:
    reason = row["removal_reason"]
    return Attachment(
        id=row["id"],
        subject=_subject(row),
        purpose=AttachmentPurpose(row["purpose"]),
        type=AttachmentType(row["type"]),
        size=row["size"],
        width=row["width"],
        height=row["height"],
        digest=row["digest"],
        added_at=row["added_at"],
        added_by=row["added_by"],
        removed_at=row["removed_at"],
        removed_by=row["removed_by"],
        removal_reason=None if reason is None else RemovalReason(reason),
    )

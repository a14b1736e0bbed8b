"""Attachments: what was sent is checked, made anew, stored once, and found again.

AttachmentError
├── DrawingBusy   too many pictures of others are being made anew
└── QuotaUsedUp   somebody has added as many as one may in an hour

A file that can't be stored is a value, an `AttachmentRefusal`. Who may add, see and remove what is
decided by the callers.
"""

import asyncio
import secrets
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from msgspec import Struct

from gotovo.access.rate_limits import RateLimit, hourly, refused_for
from gotovo.attachments.content_check import (
    FILE_BYTES_MAX,
    SENT_TYPES,
    AttachmentRefusal,
    AttachmentRefusalCode,
    SentKind,
    checked_pdf,
    kind_of,
)
from gotovo.store.tables.access.rate_limits import RateLimitStore
from gotovo.store.tables.attachments.attachment import (
    COUNT_MAX,
    Attachment,
    AttachmentContent,
    AttachmentPurpose,
    AttachmentSubject,
    RemovalReason,
    attachment_id,
)
from gotovo.store.tables.attachments.attachments import AttachmentStore, ReadContent, id_at_home

STAFF_QUOTA: Final = hourly("attachments of staff", 600)
"""A lorry of wet boxes is some hundred parcels with four pictures each."""

BUYERS_QUOTA: Final = hourly("attachments of a buyer", 60)
"""Three claims of five pictures at once, and one picture a minute after that."""

DRAWING_SECONDS_MAX: Final = 20.0
"""How long pictures wait for those of others; five large ones take three seconds."""

WAITING_MAX: Final = 8
"""How many wait for that: each holds what was sent, up to 8 MB."""


class AttachmentError(Exception):
    """Nothing was stored, and trying again later may help."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(wait)
        self.wait = wait


class DrawingBusy(AttachmentError):
    """The pictures of others take too long."""


class QuotaUsedUp(AttachmentError):
    """Whoever adds has added as many as one may in an hour."""


class DrawingQueue:
    """Pictures of a process are drawn one at a time: a decoded one takes up to 250 MB."""

    def __init__(self) -> None:
        self._free = asyncio.Semaphore(1)
        self._waiting = 0

    @asynccontextmanager
    async def turn(self) -> AsyncGenerator[None]:
        """Wait for a turn; raises DrawingBusy where too many wait, or for too long."""
        if self._waiting >= WAITING_MAX:
            raise DrawingBusy(timedelta(seconds=5))
        self._waiting += 1
        try:
            async with asyncio.timeout(DRAWING_SECONDS_MAX):
                await self._free.acquire()
        except TimeoutError as error:
            raise DrawingBusy(timedelta(minutes=1)) from error
        finally:
            self._waiting -= 1
        try:
            yield
        finally:
            self._free.release()


class Quotas(Struct, frozen=True):
    """Where it is counted how many anybody added; `key` returns that of the digests."""

    store: RateLimitStore
    key: Callable[[], bytes]


class Attachments:
    """The store of all attachments, in one process."""

    def __init__(
        self,
        store: AttachmentStore,
        quotas: Quotas,
        drawing: DrawingQueue,
        clock: Callable[[], datetime],
    ) -> None:
        """Share `drawing` with every other store of the process."""
        self._store = store
        self._quotas = quotas
        self.drawing = drawing
        self._clock = clock

    async def prepare(self, sent: bytes) -> AttachmentContent | AttachmentRefusal:
        """Return what will be stored of a file: a picture made anew, or a PDF; or why nothing.

        Raises DrawingBusy.
        """
        if len(sent) > FILE_BYTES_MAX:
            code = AttachmentRefusalCode.ATTACHMENT_TOO_LARGE
            return AttachmentRefusal(code, str(len(sent)), f"1..{FILE_BYTES_MAX} bytes")
        match kind_of(sent):
            case SentKind.PICTURE:
                return await self._redrawn(sent)
            case SentKind.PDF:
                return checked_pdf(sent)
            case SentKind.HEIF | SentKind.OTHER as kind:
                value = "" if kind is SentKind.OTHER else kind
                expected = ", ".join(SENT_TYPES)
                return AttachmentRefusal(AttachmentRefusalCode.ATTACHMENT_TYPE, value, expected)

    async def charge(self, by: str, *, is_buyer: bool) -> None:
        """Count an attachment for whoever adds it, `role:id`; raises QuotaUsedUp."""
        limit: RateLimit = BUYERS_QUOTA if is_buyer else STAFF_QUOTA
        wait = await refused_for(self._quotas.store, self._quotas.key(), limit, by, self._clock())
        if wait is not None:
            raise QuotaUsedUp(wait)

    async def put(
        self,
        subject: AttachmentSubject,
        purpose: AttachmentPurpose,
        content: AttachmentContent,
        by: str,
    ) -> Attachment | AttachmentRefusal:
        """Store what was prepared, once for each subject; return the one there is of it."""
        new = Attachment(
            id=attachment_id(subject.home, secrets.token_bytes(15)),
            subject=subject,
            purpose=purpose,
            type=content.type,
            size=len(content.content),
            width=content.width,
            height=content.height,
            digest=content.digest,
            added_at=self._clock(),
            added_by=by,
        )
        stored = await self._store.put(new, content)
        if stored is not None:
            return stored
        most = COUNT_MAX[subject.kind]
        code = AttachmentRefusalCode.TOO_MANY_ATTACHMENTS
        return AttachmentRefusal(code, subject.name, f"0..{most}")

    async def find(self, id_: UUID) -> Attachment | None:
        """Return what is known of an attachment."""
        return await self._store.find(id_)

    async def content(self, id_: UUID, *, is_thumbnail: bool = False) -> ReadContent | None:
        """Return the bytes of an attachment, or of its small picture."""
        return await self._store.content(id_, is_thumbnail=is_thumbnail)

    async def of_order(self, number: str) -> Sequence[Attachment]:
        """Return what is known of the attachments of an order, oldest first."""
        await self._adopt(number)
        return await self._store.of_order(number)

    async def claims_of(self, number: str) -> Sequence[Attachment]:
        """Return the buyer's own of an order that are still there, oldest first."""
        found = await self.of_order(number)
        claim = AttachmentPurpose.CLAIM
        return [each for each in found if each.purpose is claim and each.removed_at is None]

    async def claim_picture(self, number: str, id_: UUID) -> ReadContent | None:
        """Return a picture of a claim of this order; also by the id of an earlier version."""
        wanted = id_at_home(number, id_)
        found = await self._store.find(wanted)
        if found is None:
            await self._adopt(number)
            found = await self._store.find(wanted)
        if found is None or found.subject.number != number:
            return None
        if found.purpose is not AttachmentPurpose.CLAIM or found.removed_at is not None:
            return None
        return await self._store.content(wanted)

    async def missing(
        self, attachments: Sequence[UUID], about: AttachmentSubject | None = None
    ) -> UUID | None:
        """Return the first id that is that of no attachment, None where all are.

        With `about` the attachments have to be about that, whichever point they were added at.
        """
        digests = await self.digests_of(attachments, about)
        return next((each for each in attachments if each not in digests), None)

    async def digests_of(
        self, attachments: Sequence[UUID], about: AttachmentSubject | None = None
    ) -> Mapping[UUID, str]:
        """Return the SHA-256 in hexadecimal of each that exists, for an event that names both."""
        if not attachments:
            return {}
        known = await self._store.known(attachments)
        return {
            id_: each.digest.hex()
            for id_, each in known.items()
            if about is None or (each.subject.kind, each.subject.name) == (about.kind, about.name)
        }

    async def remove(self, id_: UUID, by: str, reason: RemovalReason) -> Attachment | None:
        """Remove the bytes before their time; return what is known of it."""
        await self._store.remove(id_, by, reason, self._clock())
        return await self._store.find(id_)

    async def _redrawn(self, sent: bytes) -> AttachmentContent | AttachmentRefusal:
        from gotovo.attachments.picture import redraw  # noqa: PLC0415  (PIL takes 4 MB)

        async with self.drawing.turn():
            content = await asyncio.to_thread(redraw, sent)
        if content is None:
            code = AttachmentRefusalCode.ATTACHMENT_UNREADABLE
            return AttachmentRefusal(code, "", "a whole picture")
        return content

    async def _adopt(self, number: str) -> None:
        """Move what an earlier version stored of an order's claims, when it is first looked for."""
        for old in await self._store.old_claim_photos(number):
            content = await asyncio.to_thread(_as_stored, old.picture)
            await self._store.adopt(number, old, content, "buyer")


def _as_stored(jpeg: bytes) -> AttachmentContent:
    from gotovo.attachments.picture import as_stored  # noqa: PLC0415  (PIL takes 4 MB)

    return as_stored(jpeg)

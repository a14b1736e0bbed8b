"""Attachments in PostgreSQL: stored once, within their number, and removed for good."""

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from gotovo.store.tables.attachments.attachment import (
    CLAIM_COUNT_MAX,
    Attachment,
    AttachmentContent,
    AttachmentPurpose,
    AttachmentType,
    RemovalReason,
    attachment_id,
    of_order,
)
from gotovo.store.tables.attachments.attachments import AttachmentStore

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
ABOUT = of_order("194566112558")


@pytest.fixture
def store(pool: "asyncpg.Pool[Any]") -> AttachmentStore:
    """Give the store over an empty database."""
    return AttachmentStore(pool)


async def put(
    store: AttachmentStore, number: int, purpose: AttachmentPurpose, nonce: int = 0
) -> Attachment | None:
    """Store bytes that the number tells apart; the nonce is in the id alone."""
    content = AttachmentContent(type=AttachmentType.PDF, content=b"%d" % number)
    id_ = attachment_id(ABOUT.home, b"%015d" % (1_000 * number + nonce))
    new = Attachment(
        id=id_,
        subject=ABOUT,
        purpose=purpose,
        type=content.type,
        size=len(content.content),
        width=None,
        height=None,
        digest=content.digest,
        added_at=NOW,
        added_by="point:k",
    )
    return await store.put(new, content)


async def test_who_sends_the_same_bytes_at_once_gets_the_same_attachment(
    store: AttachmentStore,
) -> None:
    sent = [put(store, 7, AttachmentPurpose.CONDITION, nonce) for nonce in range(8)]
    ids = {each.id for each in await asyncio.gather(*sent) if each is not None}
    assert len(ids) == 1
    assert len(await store.of_order(ABOUT.number)) == 1


async def test_claims_leave_room_for_staff(store: AttachmentStore) -> None:
    for number in range(CLAIM_COUNT_MAX):
        assert await put(store, number, AttachmentPurpose.CLAIM) is not None
    assert await put(store, 90, AttachmentPurpose.CLAIM) is None
    assert await put(store, 91, AttachmentPurpose.CONDITION) is not None


async def test_what_was_removed_is_known_no_more_and_its_bytes_may_come_again(
    store: AttachmentStore,
) -> None:
    first = await put(store, 1, AttachmentPurpose.CONDITION)
    assert first is not None
    await store.remove(first.id, "support:s", RemovalReason.UNLAWFUL, NOW)
    assert await store.known([first.id]) == {}
    read = await store.content(first.id)
    assert read is not None
    assert read.content is None
    again = await put(store, 1, AttachmentPurpose.CONDITION, nonce=1)
    assert again is not None
    assert again.id != first.id
    assert set(await store.known([first.id, again.id, UUID(int=1)])) == {again.id}

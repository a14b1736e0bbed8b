"""The store of attachments; what earlier versions stored comes here when it is read."""

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from gotovo.attachments import attachments as store
from gotovo.attachments.attachments import Attachments, DrawingBusy
from gotovo.order.values.number import home_of
from gotovo.store.tables.attachments.attachment import (
    AttachmentContent,
    AttachmentPurpose,
    of_order,
)
from tests.support.attachments.samples import attachments_at, photo

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
NUMBER, OTHER = "194566112558", "123456789012"
BUYER = "buyer:b"


@pytest.fixture
def attachments(pool: "asyncpg.Pool[Any]") -> Attachments:
    """Give the store over an empty database."""
    return attachments_at(pool, lambda: NOW)


async def stored_before(pool: "asyncpg.Pool[Any]", picture: bytes) -> UUID:
    """Store a picture of a claim as earlier versions did; return its id."""
    id_ = uuid4()
    await pool.execute(
        "insert into claim_photo (home, number, id, added_at, picture) values ($1, $2, $3, $4, $5)",
        home_of(NUMBER),
        NUMBER,
        id_,
        NOW,
        picture,
    )
    return id_


async def added(attachments: Attachments, sent: bytes, purpose: AttachmentPurpose) -> UUID:
    """Store a picture of the order; return its id."""
    content = await attachments.prepare(sent)
    assert isinstance(content, AttachmentContent)
    stored = await attachments.put(of_order(NUMBER), purpose, content, BUYER)
    assert isinstance(stored, store.Attachment)
    return stored.id


async def test_what_an_earlier_version_stored_is_shown_under_its_old_address(
    pool: "asyncpg.Pool[Any]", attachments: Attachments
) -> None:
    picture = photo(size=(200, 100))
    old = await stored_before(pool, picture)
    shown = await attachments.claim_picture(NUMBER, old)
    assert shown is not None
    assert shown.content == picture
    assert await pool.fetchval("select count(*) from claim_photo") == 0
    (known,) = await attachments.claims_of(NUMBER)
    assert (known.width, known.height, known.added_at) == (200, 100, NOW)
    assert await attachments.claim_picture(NUMBER, known.id) == shown


async def test_of_an_old_picture_that_is_broken_nothing_is_lost(
    pool: "asyncpg.Pool[Any]", attachments: Attachments
) -> None:
    old = await stored_before(pool, b"picture")
    shown = await attachments.claim_picture(NUMBER, old)
    assert shown is not None
    assert shown.content == b"picture"


async def test_a_picture_is_shown_with_its_own_order_and_only_as_the_buyers(
    attachments: Attachments,
) -> None:
    claim = await added(attachments, photo(size=(4, 4)), AttachmentPurpose.CLAIM)
    staff = await added(attachments, photo(size=(4, 5)), AttachmentPurpose.CONDITION)
    assert await attachments.claim_picture(NUMBER, claim) is not None
    assert await attachments.claim_picture(OTHER, claim) is None
    assert await attachments.claim_picture(NUMBER, staff) is None
    assert [each.id for each in await attachments.claims_of(NUMBER)] == [claim]


async def test_the_first_id_that_is_nobodys_is_named(attachments: Attachments) -> None:
    one = await added(attachments, photo(size=(4, 4)), AttachmentPurpose.CONDITION)
    two = await added(attachments, photo(size=(4, 5)), AttachmentPurpose.CONDITION)
    stranger = uuid4()
    assert await attachments.missing([]) is None
    assert await attachments.missing([one, two]) is None
    assert await attachments.missing([one, stranger, two]) == stranger


async def test_what_is_about_another_order_is_bound_to_none(attachments: Attachments) -> None:
    one = await added(attachments, photo(size=(4, 4)), AttachmentPurpose.CONDITION)
    assert await attachments.missing([one], of_order(NUMBER, "KZN-2")) is None
    assert await attachments.missing([one], of_order(OTHER)) == one
    (known,) = await attachments.of_order(NUMBER)
    assert await attachments.digests_of([one], of_order(NUMBER)) == {one: known.digest.hex()}
    assert await attachments.digests_of([one], of_order(OTHER)) == {}


async def test_pictures_wait_for_those_of_others_and_not_for_ever(
    attachments: Attachments, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "DRAWING_SECONDS_MAX", 0.01)
    async with attachments.drawing.turn():
        with pytest.raises(DrawingBusy):
            await attachments.prepare(photo(size=(4, 4)))
    assert isinstance(await attachments.prepare(photo(size=(4, 4))), AttachmentContent)


async def test_no_more_wait_than_memory_has_room_for(attachments: Attachments) -> None:
    sent = photo(size=(4, 4))
    async with attachments.drawing.turn():
        waiting = [asyncio.create_task(attachments.prepare(sent)) for _ in range(store.WAITING_MAX)]
        await asyncio.sleep(0)
        with pytest.raises(DrawingBusy):
            await attachments.prepare(sent)
    assert all(isinstance(each, AttachmentContent) for each in await asyncio.gather(*waiting))


async def test_a_buyer_has_a_quota_of_their_own(attachments: Attachments) -> None:
    for _ in range(15):
        await attachments.charge(BUYER, is_buyer=True)
    with pytest.raises(store.QuotaUsedUp) as refused:
        await attachments.charge(BUYER, is_buyer=True)
    assert refused.value.wait.total_seconds() > 0
    await attachments.charge("buyer:another", is_buyer=True)

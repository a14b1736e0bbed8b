"""What a history names of photos and files has to be there, as long as it can be."""

from datetime import UTC, datetime, timedelta
from typing import Any, cast

import asyncpg
import pytest

from gotovo.store.audit.attachment_findings import attachment_findings
from gotovo.store.audit.cross_checks import CrossChecks
from gotovo.store.audit.scan import ScanResult
from gotovo.store.tables.attachments.attachment import (
    AttachmentContent,
    AttachmentKind,
    AttachmentPurpose,
    AttachmentSubject,
    of_order,
)
from tests.support.attachments.samples import attachments_at, photo

NOW = datetime(2026, 11, 28, tzinfo=UTC)
NUMBER = "194566112558"
ID, OTHER = "c2000000-0000-4000-8000-000000000001", "c2000000-0000-4000-8000-000000000002"
DIGEST = bytes(range(32))


def row(closed_at: datetime | None = None, contact: str | None = "{}") -> dict[str, Any]:
    """Return the order."""
    return {"number": NUMBER, "closed_at": closed_at, "contact": contact}


def event(named: str) -> dict[str, Any]:
    """Return an event that names attachments somewhere in it."""
    return {"version": 3, "body": f'{{"refused":[{{"line":1,"attachments":[{named}]}}]}}'}


STORED = {"id": ID, "digest": DIGEST}


@pytest.mark.parametrize(
    ("named", "found"),
    [
        ("", []),
        (f'"{ID}"', []),
        (f'"{ID}","{OTHER}"', ["attachment"]),
        (f'{{"id":"{ID}","digest":"{DIGEST.hex()}"}}', []),
        (f'{{"id":"{ID}","digest":"00"}}', ["attachment.digest"]),
        (f'{{"id":"{OTHER}","digest":"00"}}', ["attachment"]),
    ],
)
def test_what_is_named_is_there_with_its_digest(named: str, found: list[str]) -> None:
    findings = attachment_findings(row(), [event(named)], [STORED], NOW)
    assert [each.where for each in findings] == found


@pytest.mark.parametrize(
    ("closed_at", "contact", "count"),
    [
        (NOW - timedelta(days=29), "{}", 1),
        (NOW - timedelta(days=31), "{}", 0),
        (None, None, 0),
    ],
)
def test_what_may_have_gone_in_time_or_with_its_buyer_is_not_missed(
    closed_at: datetime | None, contact: str | None, count: int
) -> None:
    named = [event(f'"{ID}"')]
    assert len(attachment_findings(row(closed_at, contact), named, [], NOW)) == count


def test_a_body_that_is_no_event_is_left_to_others() -> None:
    broken = {"version": 1, "body": '{"attachments":['}
    assert attachment_findings(row(), [broken], [], NOW) == []


CHANGES = {
    "content": "update attachment set content = content || '\\x00', size = size + 1",
    "digest": "update attachment set digest = sha256(digest)",
    "home": "update attachment set home = (home + 1) % 256",
}


@pytest.mark.parametrize("changed", CHANGES)
async def test_a_photo_that_was_changed_by_hand_is_found(
    pool: "asyncpg.Pool[Any]", changed: str
) -> None:
    box = AttachmentSubject(kind=AttachmentKind.BOX, name="BOX-7", point="KZN-1")
    await _add(pool, box)
    assert await _astray(pool) == []
    await pool.execute(CHANGES[changed])
    wanted = "attachment.home" if changed == "home" else "attachment.content"
    assert await _astray(pool) == [wanted]


async def test_a_photo_of_an_order_that_is_gone_is_found(pool: "asyncpg.Pool[Any]") -> None:
    await _add(pool, of_order(NUMBER))
    assert await _astray(pool) == ["attachment.number"]


async def _add(pool: "asyncpg.Pool[Any]", subject: AttachmentSubject) -> None:
    attachments = attachments_at(pool, lambda: NOW)
    content = await attachments.prepare(photo(size=(8, 8)))
    assert isinstance(content, AttachmentContent)
    await attachments.put(subject, AttachmentPurpose.CONDITION, content, "point:k")


async def _astray(pool: "asyncpg.Pool[Any]") -> list[str]:
    async with pool.acquire() as connection:
        reading = cast("asyncpg.Connection[Any]", connection)
        found = await CrossChecks(reading, ScanResult()).checks["attachments"]()
    return [each.where for each in found]

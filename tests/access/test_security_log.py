"""What is collected of the security log is bounded, whatever strangers send."""

from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from gotovo.access.security_log import (
    CLAIMED,
    CLAIMED_MAX,
    COUNTED_MAX,
    SecurityEvent,
    SecurityLog,
)
from gotovo.store.tables.access.api_keys import ApiKey, ApiKeyStore
from gotovo.store.tables.security.entries import Author
from gotovo.store.tables.security.kinds import SecurityKind
from gotovo.store.tables.security.security_log import EntryFilter, SecurityLogStore
from tests.support.web.cast import Clock

NOW = datetime(2026, 11, 22, 11, 5, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SHOP = Author("storefront:k1", "10.1.2.0/24")
REFUSED = SecurityEvent(SecurityKind.REFUSED, SHOP, outcome="not_permitted", endpoint="createKey")


@pytest.fixture
def clock() -> Clock:
    """Give a clock that stands at the beginning of a minute."""
    clock = Clock()
    clock.now = NOW
    return clock


@pytest.fixture
def log(pool: "asyncpg.Pool[Any]", clock: Clock) -> SecurityLog:
    """Give the log of one process."""
    return SecurityLog(SecurityLogStore(pool), ApiKeyStore(pool), clock)


async def test_equal_refusals_of_a_minute_are_one_entry_with_a_count(
    log: SecurityLog, clock: Clock
) -> None:
    for second in (0, 10, 50):
        clock.now = NOW + timedelta(seconds=second)
        log.record(REFUSED)
    await log.write()
    assert await log.after(0, EntryFilter(), 10) == [], "the minute is not over"
    clock.now = NOW + MINUTE
    log.record(REFUSED)
    await log.write()
    (entry,) = await log.after(0, EntryFilter(), 10)
    assert (entry.kind, entry.actor, entry.network) == ("request.refused", *SHOP_COLUMNS)
    assert b'"times":3,"first_at":"2026-11-22T11:05:00.' in entry.details
    assert b'"last_at":"2026-11-22T11:05:50.' in entry.details
    await log.write(all_minutes=True)
    assert len(await log.after(0, EntryFilter(), 10)) == 2


SHOP_COLUMNS = (SHOP.actor, SHOP.network)


async def test_what_was_proved_is_written_at_the_next_turn(log: SecurityLog) -> None:
    log.record(SecurityEvent(SecurityKind.SIGNED_IN, Author("buyer:a"), method="code"))
    await log.write()
    (entry,) = await log.after(0, EntryFilter(), 10)
    assert (entry.actor, entry.details) == ("buyer:a", b'{"method":"code"}')


async def test_a_flood_from_everywhere_adds_a_bounded_number_of_entries(
    log: SecurityLog, clock: Clock
) -> None:
    for number in range(10_000):
        network = f"10.{number // 250}.{number % 250}.0/24"
        log.record(SecurityEvent(SecurityKind.LIMITED, Author("visitor:", network)))
        key_id = f"{number:016}"
        claimed = SecurityEvent(
            SecurityKind.UNAUTHORIZED, Author("visitor:", network), None, key_id, CLAIMED
        )
        log.record(claimed)
    clock.now += MINUTE
    await log.write()
    entries = await log.after(0, EntryFilter(), 1_000)
    assert COUNTED_MAX <= len(entries) <= COUNTED_MAX + 3
    by_kind = {"request.limited": 0, "request.unauthorized": 0}
    for entry in entries:
        times = entry.details.partition(b'"times":')[2].partition(b",")[0]
        by_kind[entry.kind] += int(times or 1)
    assert by_kind == {"request.limited": 10_000, "request.unauthorized": 10_000}


async def test_no_flood_hides_that_somebody_has_a_right_token(
    log: SecurityLog, clock: Clock
) -> None:
    unauthorized = SecurityKind.UNAUTHORIZED
    for number in range(COUNTED_MAX):
        strange = Author("visitor:", f"10.0.{number}.0/24")
        log.record(SecurityEvent(unauthorized, strange, outcome="missing"))
    for number in range(10_000):
        thief = Author("visitor:", f"10.{number // 250}.{number % 250}.0/24")
        log.record(SecurityEvent(unauthorized, thief, "books", "key:leaked", "network"))
    clock.now += MINUTE
    await log.write()
    entries = await log.after(0, EntryFilter(), 1_000)
    (told,) = [each for each in entries if each.outcome == "network"]
    assert (told.subject, told.shop) == ("key:leaked", "books")
    assert b'"times":10000' in told.details


async def test_a_claimed_key_is_told_apart_by_what_it_is(
    log: SecurityLog, pool: "asyncpg.Pool[Any]"
) -> None:
    keys = ApiKeyStore(pool)
    former, present, wrong = bytes(32), b"1" * 32, b"2" * 32
    for name in ("living", "revoked"):
        await keys.put(ApiKey(name, name, "admin", "", "books", former, NOW))
        await keys.roll(name, present, NOW, NOW, None)
    await keys.revoke("revoked", NOW)
    for name in ("living", "revoked", "nobodys"):
        for proof in (former, wrong) if name == "living" else (former, present, wrong):
            log.record(
                SecurityEvent(
                    SecurityKind.UNAUTHORIZED, Author("visitor:"), None, name, CLAIMED, proof=proof
                )
            )
    await log.write(all_minutes=True)
    entries = await log.after(0, EntryFilter(kind="request.unauthorized"), 10)
    assert {(each.outcome, each.subject, each.shop) for each in entries} == {
        ("wrong_token", "key:living", "books"),
        ("rolled", "key:living", "books"),
        ("wrong_token", "key:revoked", "books"),
        ("revoked", "key:revoked", "books"),
        ("unknown", "", None),
    }
    assert CLAIMED_MAX < 10_000, "as many ids as a statement looks up at once"


async def test_what_could_not_be_written_waits(
    log: SecurityLog, pool: "asyncpg.Pool[Any]", clock: Clock
) -> None:
    log.record(REFUSED)
    log.record(SecurityEvent(SecurityKind.SIGNED_IN, Author("buyer:a"), method="code"))
    clock.now += MINUTE
    await pool.execute("alter table security_log rename to elsewhere")
    with pytest.raises(asyncpg.PostgresError):
        await log.write()
    await pool.execute("alter table elsewhere rename to security_log")
    await log.write()
    entries = await log.after(0, EntryFilter(), 10)
    assert [each.kind for each in entries] == ["sign_in.succeeded", "request.refused"]

"""Every process knows which account a phone opens before that begins to count."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg

from gotovo.access.buyer.phone_accounts import BEGINS_AFTER, STALE_SECONDS, PhoneAccounts, move
from gotovo.keyring.keyring import one_key
from gotovo.order.values.customer import customer_id
from gotovo.store.tables.access.accounts import PhoneAccountStore
from gotovo.store.tables.access.sign_in import Session

SECRET = b"a secret that only tests use, 32"
NOW = datetime(2026, 11, 22, 11, 5, tzinfo=UTC)
OLD, NEW, OTHER = "+79001234567", "+79005550000", "+79005551111"
ACCOUNT = customer_id(SECRET, OLD)


class Process:
    """One process with a cache of its own; both clocks stand where they are put."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self.now = NOW
        self.seconds = 0.0
        store = PhoneAccountStore(pool)
        self.accounts = PhoneAccounts(
            store, lambda: one_key(SECRET), lambda: self.now, lambda: self.seconds
        )

    def waits(self, seconds: float) -> None:
        """Let time pass."""
        self.seconds += seconds
        self.now += timedelta(seconds=seconds)


def session(customer: str = ACCOUNT) -> Session:
    """Return a session of an account."""
    return Session(customer, "+7 9** ***-**-67", NOW, NOW + timedelta(days=1))


async def test_another_process_sees_the_change_begin_at_the_same_instant(
    pool: "asyncpg.Pool[Any]",
) -> None:
    here, there = Process(pool), Process(pool)
    assert await there.accounts.customer_of(NEW) == customer_id(SECRET, NEW)
    await move(here.accounts, session(), NEW, NOW)
    for process in (here, there):
        process.waits(BEGINS_AFTER.total_seconds() - 0.001)
        assert await process.accounts.customer_of(NEW) == customer_id(SECRET, NEW)
        assert await process.accounts.customer_of(OLD) == ACCOUNT
        process.waits(0.001)
        assert await process.accounts.customer_of(NEW) == ACCOUNT
        assert await process.accounts.customer_of(OLD) not in {ACCOUNT, customer_id(SECRET, NEW)}
    assert BEGINS_AFTER.total_seconds() > STALE_SECONDS


async def test_a_process_that_starts_later_knows_all_moves(pool: "asyncpg.Pool[Any]") -> None:
    here = Process(pool)
    await move(here.accounts, session(), NEW, NOW)
    await move(here.accounts, session(), OTHER, NOW + timedelta(days=400))
    later = Process(pool)
    later.waits(401 * 86_400)
    assert await later.accounts.customer_of(OTHER) == ACCOUNT
    opened = [await later.accounts.customer_of(phone) for phone in (OLD, NEW, OTHER)]
    assert len(set(opened)) == 3, "each number opens an account of its own"


async def test_two_moves_at_once_leave_one_phone_that_opens_the_account(
    pool: "asyncpg.Pool[Any]",
) -> None:
    here, there = Process(pool), Process(pool)
    await asyncio.gather(
        move(here.accounts, session(), NEW, NOW),
        move(there.accounts, session(), OTHER, NOW + timedelta(microseconds=1)),
    )
    for process in (here, there):
        process.waits(60)
        opened = [await process.accounts.customer_of(phone) for phone in (OLD, NEW, OTHER)]
        assert opened.count(ACCOUNT) == 1
        assert len(set(opened)) == 3


async def test_a_process_that_starts_meanwhile_knows_what_a_phone_opened_before(
    pool: "asyncpg.Pool[Any]",
) -> None:
    """A phone whose change is some seconds old opens the account of the change before it."""
    here = Process(pool)
    await move(here.accounts, session(), NEW, NOW)
    here.waits(86_400)
    await move(here.accounts, session(), OTHER, here.now)
    later = Process(pool)
    later.waits(86_400 + BEGINS_AFTER.total_seconds() - 0.001)
    assert await later.accounts.customer_of(NEW) == ACCOUNT
    assert await later.accounts.customer_of(OTHER) == customer_id(SECRET, OTHER)
    later.waits(0.001)
    assert await later.accounts.customer_of(NEW) not in {ACCOUNT, customer_id(SECRET, NEW)}
    assert await later.accounts.customer_of(OTHER) == ACCOUNT


async def test_a_phone_is_moved_to_by_one_account_at_a_time(pool: "asyncpg.Pool[Any]") -> None:
    """Two accounts that move to one phone within seconds: the first would be opened by none."""
    here, there = Process(pool), Process(pool)
    other = session(customer_id(SECRET, OTHER))
    moved = await asyncio.gather(
        move(here.accounts, session(), NEW, NOW),
        move(there.accounts, other, NEW, NOW),
    )
    assert sorted(moved) == [False, True]
    here.waits(60)
    opened = {await here.accounts.customer_of(phone) for phone in (OLD, NEW, OTHER)}
    assert {ACCOUNT, other.customer} <= opened

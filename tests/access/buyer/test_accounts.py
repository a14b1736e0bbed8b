"""A phone that nobody signed in with for long opens no older orders to whoever has it now."""

from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest
from msgspec import structs

from gotovo.access.buyer.accounts import (
    FRESH_FOR,
    IDLE_PHONE,
    PROOFS_PER_BUYER,
    PROOFS_PER_SESSION,
    is_fresh,
    prove_with_order,
)
from gotovo.store.tables.access.accounts import AccountStore
from gotovo.store.tables.access.rate_limits import RateLimitStore
from gotovo.store.tables.access.sign_in import Session
from gotovo.store.tables.telegram.chats import TelegramChats
from tests.support.store.retention import remove_due

NOW = datetime(2026, 11, 22, 11, 5, tzinfo=UTC)
ALINA = "a1" * 16
NUMBER = "012607853907"
DAY = timedelta(days=1)


async def signs_in(pool: "asyncpg.Pool[Any]", at: datetime) -> datetime | None:
    """Sign in; return since when orders are open."""
    return await AccountStore(pool).note_sign_in(ALINA, at, at - IDLE_PHONE)


async def test_a_first_sign_in_opens_the_orders_of_a_year(pool: "asyncpg.Pool[Any]") -> None:
    assert await AccountStore(pool).last_sign_in(ALINA) is None
    assert await signs_in(pool, NOW) == NOW - IDLE_PHONE
    assert await AccountStore(pool).last_sign_in(ALINA) == NOW


async def test_who_signs_in_every_few_months_keeps_the_orders_since_the_first_time(
    pool: "asyncpg.Pool[Any]",
) -> None:
    for months in range(0, 36, 6):
        assert await signs_in(pool, NOW + months * 30 * DAY) == NOW - IDLE_PHONE


@pytest.mark.parametrize("sweeps", [False, True])
async def test_after_a_year_without_a_sign_in_the_orders_before_are_closed(
    pool: "asyncpg.Pool[Any]",
    sweeps: bool,  # noqa: FBT001  (whether the row was deleted meanwhile)
) -> None:
    await signs_in(pool, NOW)
    await AccountStore(pool).open(ALINA, b"session")
    assert await signs_in(pool, NOW + IDLE_PHONE) is None
    late = NOW + 2 * IDLE_PHONE + DAY
    if sweeps:
        await remove_due(pool, "accounts", late - IDLE_PHONE)
        assert await AccountStore(pool).last_sign_in(ALINA) is None
    assert await signs_in(pool, late) == late - IDLE_PHONE
    assert await signs_in(pool, late + DAY) == late - IDLE_PHONE


async def test_a_chat_of_whoever_had_the_phone_before_is_not_linked_any_more(
    pool: "asyncpg.Pool[Any]",
) -> None:
    """Its owner may go on writing there for years after the number went to somebody else."""
    chats = TelegramChats(pool)
    await signs_in(pool, NOW)
    await chats.link(1, ALINA, "ru", None, "link", NOW)
    await signs_in(pool, NOW + IDLE_PHONE)
    assert await chats.of_customer(ALINA) is not None
    await signs_in(pool, NOW + 2 * IDLE_PHONE)
    await chats.note_use(1, NOW + 3 * IDLE_PHONE)
    assert await chats.of_customer(ALINA) is not None
    await signs_in(pool, NOW + 3 * IDLE_PHONE + DAY)
    assert await chats.of_customer(ALINA) is None


async def test_a_chat_is_linked_for_as_long_as_its_proof_of_the_phone_counts(
    pool: "asyncpg.Pool[Any]",
) -> None:
    chats = TelegramChats(pool)
    await chats.link(1, ALINA, "ru", None, "contact", NOW)
    await chats.note_use(1, NOW + IDLE_PHONE)
    await remove_due(pool, "telegram-chats", NOW)
    assert await chats.of_customer(ALINA) is not None
    await remove_due(pool, "telegram-chats", NOW + DAY)
    assert await chats.of_customer(ALINA) is None


async def test_an_account_in_use_is_not_swept(pool: "asyncpg.Pool[Any]") -> None:
    await signs_in(pool, NOW)
    await remove_due(pool, "accounts", NOW - DAY)
    assert await AccountStore(pool).last_sign_in(ALINA) == NOW


def test_a_sign_in_is_fresh_for_ten_minutes_and_a_confirmation_again() -> None:
    session = Session(ALINA, "+7 9**", NOW, NOW + 30 * DAY)
    assert is_fresh(session, NOW + FRESH_FOR)
    assert not is_fresh(session, NOW + FRESH_FOR + timedelta(seconds=1))
    confirmed = structs.replace(session, proved_at=NOW + DAY)
    assert is_fresh(confirmed, NOW + DAY + FRESH_FOR)
    assert not is_fresh(confirmed, NOW + DAY + 2 * FRESH_FOR)


async def test_one_session_uses_up_its_own_proofs_and_not_those_of_another(
    pool: "asyncpg.Pool[Any]",
) -> None:
    """Whoever has the phone now does not keep its owner, signed in by a passkey, waiting."""
    accounts, limits = AccountStore(pool), RateLimitStore(pool)

    async def guesses(key: bytes, times: int) -> list[bool | timedelta]:
        session = Session(ALINA, "+7 9**", NOW, NOW + 30 * DAY, orders_since=NOW)
        return [
            await prove_with_order(accounts, limits, b"secret", session, key, NUMBER, NOW)
            for _ in range(times)
        ]

    stranger = await guesses(b"the phone's owner now", 100)
    assert [each for each in stranger if each is False] == [False] * PROOFS_PER_SESSION.burst
    assert await guesses(b"the owner's passkey", 1) == [False], "looked up, and not refused"
    assert PROOFS_PER_BUYER.burst >= 10 * PROOFS_PER_SESSION.burst

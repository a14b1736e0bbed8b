"""Codes by e-mail for older orders: what a mailbox gets at most, and what guessing is worth."""

from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from gotovo.access.buyer.older_order_codes import (
    CODES_PER_ACCOUNT,
    CODES_PER_MAILBOX,
    CODES_PER_SESSION,
    LIFETIME,
    TRIES_MAX,
    OlderOrderCodes,
)
from gotovo.access.rate_limits import RateLimit
from gotovo.keyring.keyring import one_key
from gotovo.store.tables.access.accounts import AccountStore
from gotovo.store.tables.access.rate_limits import RateLimitStore
from gotovo.store.tables.access.sign_in import Session, SignInStore

NOW = datetime(2026, 11, 22, 11, 5, tzinfo=UTC)
SECRET = b"a secret that only tests use, 32"
ANNA = "anna@example.com"
MANY = 10_000


class Asker:
    """Asks for codes in sessions of one account, for one mailbox."""

    def __init__(self, pool: "asyncpg.Pool[Any]", account: str) -> None:
        self._pool = pool
        self._account = account

    def codes(self, token: str = "token", now: datetime = NOW) -> OlderOrderCodes:
        """Return the codes of a session."""
        since = NOW - timedelta(days=365)
        return OlderOrderCodes(
            sign_in=SignInStore(self._pool),
            accounts=AccountStore(self._pool),
            limits=RateLimitStore(self._pool),
            secret=SECRET,
            forms=one_key(SECRET),
            session=Session(self._account, "+7", NOW, NOW, orders_since=since),
            token=token,
            key=token.encode(),
            now=now,
        )

    async def sends(self, count: int, address: str = ANNA, token: str = "") -> int:
        """Ask so often, in a new session each time or in one; return how often it was granted."""
        tokens = [token or f"{self._account} {turn}" for turn in range(count)]
        waits = [await self.codes(token).wait(address, MANY) for token in tokens]
        return waits.count(None)


def a_day(limit: RateLimit) -> int:
    """Return how many uses a limit grants in any 24 hours."""
    return limit.burst + int(timedelta(days=1) / limit.interval)


async def test_a_session_asks_a_few_times_and_new_sessions_only_a_few_more(
    pool: "asyncpg.Pool[Any]",
) -> None:
    asker = Asker(pool, "a" * 32)
    assert await asker.sends(10, token="token") == CODES_PER_SESSION.burst
    assert await asker.sends(10) == CODES_PER_ACCOUNT.burst - CODES_PER_SESSION.burst


async def test_one_account_cannot_use_up_what_the_mailbox_gets(
    pool: "asyncpg.Pool[Any]",
) -> None:
    assert await Asker(pool, "a" * 32).sends(50) == CODES_PER_ACCOUNT.burst
    assert await Asker(pool, "b" * 32).sends(1) == 1
    assert CODES_PER_ACCOUNT.burst < CODES_PER_MAILBOX.burst
    assert a_day(CODES_PER_ACCOUNT) < a_day(CODES_PER_MAILBOX)


async def test_many_accounts_do_not_flood_a_mailbox_in_any_spelling(
    pool: "asyncpg.Pool[Any]",
) -> None:
    sent = 0
    for turn in range(20):
        address = ANNA if turn % 2 else "Anna@Example.com"
        sent += await Asker(pool, f"{turn:032x}").sends(2, address)
    assert sent == CODES_PER_MAILBOX.burst
    assert a_day(CODES_PER_MAILBOX) == 18


async def test_a_full_mailbox_costs_an_account_nothing(pool: "asyncpg.Pool[Any]") -> None:
    for turn in range(CODES_PER_MAILBOX.burst):
        await Asker(pool, f"{turn:032x}").sends(1)
    asker = Asker(pool, "a" * 32)
    assert await asker.sends(20) == 0
    assert await asker.sends(20, "other@example.com") == CODES_PER_ACCOUNT.burst


async def test_mail_that_was_not_sent_is_given_back(pool: "asyncpg.Pool[Any]") -> None:
    asker = Asker(pool, "a" * 32)
    for turn in range(20):
        codes = asker.codes(f"token {turn}")
        assert await codes.wait(ANNA, MANY) is None
        await codes.not_sent(ANNA, MANY)


async def test_the_installation_sends_no_more_than_it_may(pool: "asyncpg.Pool[Any]") -> None:
    waits = [
        await Asker(pool, f"{turn:032x}").codes(f"{turn}").wait(f"a{turn}@example.com", 40)
        for turn in range(30)
    ]
    assert waits.count(None) == 10


def test_guessing_for_a_day_is_worth_fifty_tries_among_a_million() -> None:
    assert a_day(CODES_PER_ACCOUNT) * TRIES_MAX == 50


async def ask(codes: OlderOrderCodes, code: int = 123456) -> str:
    """Ask for a code that is known beforehand."""
    return await codes.ask(ANNA, lambda size: code.to_bytes(size, "big"))


async def test_a_code_works_once_and_for_ten_minutes(pool: "asyncpg.Pool[Any]") -> None:
    asker = Asker(pool, "a" * 32)
    code = await ask(asker.codes())
    assert await asker.codes().sent_to() == "a***@e***.com"
    assert await asker.codes(now=NOW + LIFETIME).prove(code) == (False, 0)
    assert await asker.codes(now=NOW + LIFETIME - timedelta(seconds=1)).prove("123 456") == (
        True,
        0,
    )
    assert await asker.codes().prove(code) == (False, 0)
    assert await asker.codes().sent_to() is None


async def test_five_wrong_tries_end_a_code(pool: "asyncpg.Pool[Any]") -> None:
    codes = Asker(pool, "a" * 32).codes()
    code = await ask(codes)
    left = [(await codes.prove("000000"))[1] for _ in range(TRIES_MAX)]
    assert left == [4, 3, 2, 1, 0]
    assert await codes.prove(code) == (False, 0)


@pytest.mark.parametrize(("account", "token"), [("a", "other token"), ("b", "token")])
async def test_another_session_and_another_account_have_no_use_of_it(
    pool: "asyncpg.Pool[Any]", account: str, token: str
) -> None:
    code = await ask(Asker(pool, "a" * 32).codes())
    assert await Asker(pool, account * 32).codes(token).prove(code) == (False, 0)

"""A one-time code lets in whoever holds the phone, once, soon, in the browser that asked."""

import asyncio
import os
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from gotovo.access.buyer import sign_in_codes
from gotovo.keyring.keyring import one_key
from gotovo.order.values.customer import customer_id
from gotovo.store.tables.access.sign_in import SignInStore
from tests.support.store.retention import remove_due

SECRET = b"a secret that only tests use, 32"
KEYS = one_key(SECRET)
NOW = datetime(2026, 11, 22, 11, 5, tzinfo=UTC)
PHONE = "+79001234567"
BROWSER = "the browser that asked"


@pytest.fixture
def store(pool: "asyncpg.Pool[Any]") -> SignInStore:
    """Give the store over the test's own database."""
    return SignInStore(pool)


async def asked(store: SignInStore, browser: str = BROWSER) -> str:
    """Return a code that was just sent."""
    customer = customer_id(SECRET, PHONE)
    return await sign_in_codes.ask(
        store, KEYS, PHONE, browser, NOW, customer=customer, random_bytes=os.urandom
    )


async def tried(
    store: SignInStore, code: str, browser: str = BROWSER, at: datetime = NOW
) -> tuple[str, int]:
    """Return the customer a code lets in, and the tries left."""
    answer = await sign_in_codes.answer(store, KEYS, browser, code, at)
    return answer.customer, answer.tries_left


def wrong(code: str) -> str:
    """Return six digits that are not the code."""
    return f"{(int(code) + 1) % 10**6:06d}"


async def test_the_right_code_tells_the_customer(store: SignInStore) -> None:
    code = await asked(store)
    assert len(code) == 6
    assert code.isdigit()
    assert await tried(store, code) == (customer_id(SECRET, PHONE), 0)


async def test_spaces_and_dashes_do_not_matter(store: SignInStore) -> None:
    code = await asked(store)
    customer, _ = await tried(store, f" {code[:3]}-{code[3:]} ")
    assert customer


async def test_a_code_works_once(store: SignInStore) -> None:
    code = await asked(store)
    await tried(store, code)
    assert await tried(store, code) == ("", 0)


async def test_a_code_works_once_even_when_sent_at_the_same_moment(store: SignInStore) -> None:
    code = await asked(store)
    answers = await asyncio.gather(*(tried(store, code) for _ in range(10)))
    assert sum(bool(customer) for customer, _ in answers) == 1


async def test_three_wrong_tries_kill_a_code(store: SignInStore) -> None:
    code = await asked(store)
    left = [(await tried(store, wrong(code)))[1] for _ in range(3)]
    assert left == [2, 1, 0]
    assert await tried(store, code) == ("", 0)


async def test_tries_at_the_same_moment_are_counted_one_by_one(store: SignInStore) -> None:
    code = await asked(store)
    answers = await asyncio.gather(*(tried(store, wrong(code)) for _ in range(20)))
    assert sorted(left for _, left in answers)[-3:] == [0, 1, 2]
    assert await tried(store, code) == ("", 0)


async def test_a_code_dies_after_five_minutes(store: SignInStore) -> None:
    code = await asked(store)
    assert await tried(store, code, at=NOW + timedelta(minutes=5)) == ("", 0)
    customer, _ = await tried(store, code, at=NOW + timedelta(minutes=4, seconds=59))
    assert customer


async def test_a_code_does_not_work_in_another_browser(store: SignInStore) -> None:
    code = await asked(store)
    await asked(store, "another browser")
    assert (await tried(store, code, "another browser"))[0] == ""
    assert (await tried(store, code, "a third one"))[0] == ""
    assert (await tried(store, code))[0] != ""


async def test_a_new_code_kills_the_one_before(store: SignInStore) -> None:
    first = await asked(store)
    second = await asked(store)
    assert first == second or (await tried(store, first))[0] == ""


async def test_the_database_holds_neither_the_code_nor_the_phone(
    store: SignInStore, pool: "asyncpg.Pool[Any]"
) -> None:
    code = await asked(store)
    stored = repr(dict(await pool.fetchrow("select * from sign_in_code") or {}))
    assert code not in stored
    assert "1234567" not in stored
    assert BROWSER not in stored


async def test_what_is_over_is_swept_away(store: SignInStore, pool: "asyncpg.Pool[Any]") -> None:
    await asked(store)
    await remove_due(pool, "sign-in-codes", NOW + timedelta(minutes=1))
    assert await pool.fetchval("select count(*) from sign_in_code") == 1
    await remove_due(pool, "sign-in-codes", NOW + timedelta(minutes=5))
    assert await pool.fetchval("select count(*) from sign_in_code") == 0

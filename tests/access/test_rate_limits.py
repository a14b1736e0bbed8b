"""A limit holds for all processes together and gives room again with time."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from gotovo.access.rate_limits import (
    ANSWERS_PER_ADDRESS_A_DAY,
    CODES_PER_ADDRESS_A_DAY,
    CODES_PER_PHONE_A_DAY,
    RateLimit,
    network_of,
    refused_for,
    refused_for_any,
)
from gotovo.store.tables.access.sign_in import SignInStore

NOW = datetime(2026, 11, 22, 11, 5, tzinfo=UTC)
SECRET = b"a secret that only tests use, 32"
LIMIT = RateLimit("tries", 3, timedelta(minutes=1))


async def used(pool: "asyncpg.Pool[Any]", subject: str, at: datetime = NOW) -> timedelta | None:
    """Use the limit once."""
    return await refused_for(SignInStore(pool), SECRET, LIMIT, subject, at)


async def test_a_burst_is_granted_and_no_more(pool: "asyncpg.Pool[Any]") -> None:
    waits = [await used(pool, "+79001234567") for _ in range(4)]
    assert waits == [None, None, None, timedelta(minutes=1)]


async def test_what_is_refused_says_when_it_would_be_granted(pool: "asyncpg.Pool[Any]") -> None:
    for _ in range(3):
        await used(pool, "x")
    wait = await used(pool, "x", NOW + timedelta(seconds=20))
    assert wait == timedelta(seconds=40)
    assert await used(pool, "x", NOW + timedelta(seconds=60)) is None


async def test_a_refused_use_costs_nothing(pool: "asyncpg.Pool[Any]") -> None:
    waits = [await used(pool, "x") for _ in range(10)]
    assert waits[-1] == timedelta(minutes=1)


async def test_uses_at_the_same_moment_are_counted_one_by_one(pool: "asyncpg.Pool[Any]") -> None:
    waits = await asyncio.gather(*(used(pool, "x") for _ in range(30)))
    assert waits.count(None) == 3


async def test_subjects_do_not_share_a_limit_and_are_not_stored(pool: "asyncpg.Pool[Any]") -> None:
    for _ in range(3):
        await used(pool, "+79001234567")
    assert await used(pool, "+79007654321") is None
    assert "9001234567" not in repr(await pool.fetch("select * from rate_limit"))


async def test_several_limits_are_taken_at_once_and_the_longest_wait_counts(
    pool: "asyncpg.Pool[Any]",
) -> None:
    store, day = SignInStore(pool), RateLimit("tries a day", 2, timedelta(hours=12))
    wanted = {LIMIT: "phone", day: "phone"}
    waits = [await refused_for_any(store, SECRET, wanted, NOW) for _ in range(4)]
    assert waits == [None, None, timedelta(hours=12), timedelta(hours=12)]


async def test_requests_that_share_several_limits_do_not_block_each_other(
    pool: "asyncpg.Pool[Any]",
) -> None:
    store = SignInStore(pool)
    limits = [RateLimit(name, 50, timedelta(minutes=1)) for name in "abcdef"]
    orders = [limits, limits[::-1], limits[3:] + limits[:3]]
    waits = await asyncio.gather(
        *(
            refused_for_any(store, SECRET, dict.fromkeys(orders[turn % 3], "x"), NOW)
            for turn in range(90)
        )
    )
    assert waits.count(None) == 50


@pytest.mark.parametrize(
    ("limit", "granted"),
    [
        (CODES_PER_PHONE_A_DAY, 20),
        (CODES_PER_ADDRESS_A_DAY, 2_000),
        (ANSWERS_PER_ADDRESS_A_DAY, 6_000),
    ],
)
def test_a_daily_limit_grants_what_it_says_in_any_24_hours(limit: RateLimit, granted: int) -> None:
    assert limit.burst + timedelta(days=1) // limit.interval == granted


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("a unix socket", "a unix socket"),
    ],
)
def test_an_ipv6_host_counts_with_its_whole_network(address: str, network: str) -> None:
    assert network_of(address) == network

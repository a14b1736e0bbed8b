"""A limit holds for all processes together and gives room again with time."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gotovo.access.rate_limits import (
    LeakyBucket,
    RateLimit,
    give_back,
    hourly,
    network_of,
    refused_for,
    refused_for_any,
    wide_network_of,
)
from gotovo.store.tables.access.rate_limits import RateLimitStore

NOW = datetime(2026, 11, 22, 11, 5, tzinfo=UTC)
SECRET = b"a secret that only tests use, 32"
LIMIT = RateLimit("tries", 3, timedelta(minutes=1))
SECOND = 10**9
NEVER = datetime.min.replace(tzinfo=UTC)


async def used(pool: "asyncpg.Pool[Any]", subject: str, at: datetime = NOW) -> timedelta | None:
    """Use the limit once."""
    return await refused_for(RateLimitStore(pool), SECRET, LIMIT, subject, at)


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
    store, day = RateLimitStore(pool), RateLimit("tries a day", 2, timedelta(hours=12))
    wanted = {LIMIT: "phone", day: "phone"}
    waits = [await refused_for_any(store, SECRET, wanted, NOW) for _ in range(4)]
    assert waits == [None, None, timedelta(hours=12), timedelta(hours=12)]


async def test_requests_that_share_several_limits_do_not_block_each_other(
    pool: "asyncpg.Pool[Any]",
) -> None:
    store = RateLimitStore(pool)
    limits = [RateLimit(name, 50, timedelta(minutes=1)) for name in "abcdef"]
    orders = [limits, limits[::-1], limits[3:] + limits[:3]]
    waits = await asyncio.gather(
        *(
            refused_for_any(store, SECRET, dict.fromkeys(orders[turn % 3], "x"), NOW)
            for turn in range(90)
        )
    )
    assert waits.count(None) == 50


def _nanoseconds(instant: datetime) -> int:
    return (instant - NOW) // timedelta(microseconds=1) * 1_000


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["use", "use", "use", "use both", "give back"]),
        st.one_of(
            st.just(0), st.integers(0, 90), st.sampled_from([-100_000, -3_600, 3_600, 100_000])
        ),
    ),
    min_size=1,
    max_size=25,
)
"""What is done with a bucket, and how many seconds the clock moves before, back or ahead."""


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
async def test_a_bucket_grants_what_it_should_and_never_reaches_ahead_further_than_its_size(
    pool: "asyncpg.Pool[Any]", steps: list[tuple[str, int]]
) -> None:
    await pool.execute("delete from rate_limit")
    store, now, subject = RateLimitStore(pool), NOW, "+79001234567"
    limits = (LIMIT, RateLimit("tries a day", 4, timedelta(minutes=30)))
    expected = dict.fromkeys(limits, NEVER)
    for step, seconds in steps:
        now += timedelta(seconds=seconds)
        taken = dict.fromkeys(limits if step == "use both" else limits[:1], subject)
        if step == "give back":
            await give_back(store, SECRET, taken, now)
            expected[LIMIT] = expected[LIMIT] - LIMIT.interval if expected[LIMIT] != NEVER else now
            continue
        wait = await refused_for_any(store, SECRET, taken, now)
        free_at = {each: max(min(expected[each], now + _size(each)), now) for each in taken}
        full = [each for each in taken if free_at[each] > now + _size(each) - each.interval]
        if full:
            assert wait is not None
            assert wait == max(free_at[each] - now - _size(each) + each.interval for each in full)
            assert wait <= max(each.interval for each in full)
        else:
            assert wait is None
            free_at = {each: instant + each.interval for each, instant in free_at.items()}
        expected.update(free_at)
        furthest = await pool.fetchval(
            "select max(free_at) from rate_limit where name = $1", "tries"
        )
        assert furthest <= now + _size(LIMIT) or wait is None


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seconds=st.lists(st.integers(0, 90), min_size=1, max_size=25))
async def test_a_bucket_in_memory_decides_as_the_one_in_the_database(
    pool: "asyncpg.Pool[Any]", seconds: list[int]
) -> None:
    await pool.execute("delete from rate_limit")
    bucket, now = LeakyBucket(LIMIT), NOW
    for passed in seconds:
        now += timedelta(seconds=passed)
        left = bucket.left(_nanoseconds(now))
        wait = await used(pool, "x", now)
        assert bucket.take(_nanoseconds(now)) == _nanoseconds(NOW + (wait or timedelta()))
        assert (left > 0) is (wait is None)


def test_a_use_that_counts_several_times_is_granted_whole_or_not_at_all() -> None:
    bucket = LeakyBucket(RateLimit("requests", 10, timedelta(seconds=1)))
    assert bucket.take(0, 7) == 0
    assert bucket.take(0, 4) == SECOND
    assert bucket.left(0) == 3
    assert bucket.take(0, 3) == 0
    assert bucket.take(SECOND // 2, 1) == SECOND // 2


def test_a_use_beyond_the_burst_takes_all_of_an_empty_bucket_and_no_more() -> None:
    bucket = LeakyBucket(RateLimit("requests", 10, timedelta(seconds=1)))
    assert bucket.take(0, 1_000_000) == 0
    assert bucket.ahead(0) == 10 * SECOND
    assert bucket.take(0, 1_000_000) == 10 * SECOND


def test_a_bucket_made_smaller_reaches_ahead_no_further_than_its_size() -> None:
    bucket = LeakyBucket(RateLimit("requests", 2, timedelta(seconds=1)), 10**12, now=5 * SECOND)
    assert bucket.ahead(5 * SECOND) == 2 * SECOND
    assert bucket.take(6 * SECOND) == 0


async def test_a_clock_that_was_a_year_ahead_shuts_nobody_out_after_it_is_put_right(
    pool: "asyncpg.Pool[Any]",
) -> None:
    for _ in range(3):
        await used(pool, "x", NOW + timedelta(days=365))
    assert await used(pool, "x") == LIMIT.interval
    assert await pool.fetchval("select max(free_at) from rate_limit") == NOW + _size(LIMIT)
    assert await used(pool, "x", NOW + LIMIT.interval) is None


async def test_a_limit_made_smaller_takes_effect_at_once(pool: "asyncpg.Pool[Any]") -> None:
    store = RateLimitStore(pool)
    for _ in range(1_000):
        await refused_for(store, SECRET, hourly("codes", 2_000), "", NOW)
    smaller = hourly("codes", 3_600)
    assert await refused_for(store, SECRET, smaller, "", NOW) in {None, timedelta(seconds=1)}
    assert await refused_for(store, SECRET, smaller, "", NOW + timedelta(seconds=1)) is None


async def test_of_limits_taken_together_a_refused_one_costs_the_others_nothing(
    pool: "asyncpg.Pool[Any]",
) -> None:
    store, full = RateLimitStore(pool), RateLimit("full", 1, timedelta(hours=1))
    assert await refused_for(store, SECRET, full, "x", NOW) is None
    for _ in range(10):
        assert await refused_for_any(store, SECRET, {LIMIT: "x", full: "x"}, NOW) is not None
    waits = [await used(pool, "x") for _ in range(4)]
    assert waits == [None, None, None, timedelta(minutes=1)]


async def test_what_is_given_back_can_be_used_again_and_no_more(
    pool: "asyncpg.Pool[Any]",
) -> None:
    store = RateLimitStore(pool)
    for _ in range(20):
        assert await used(pool, "x") is None
        await give_back(store, SECRET, {LIMIT: "x"}, NOW)
    assert [await used(pool, "x") for _ in range(4)] == [None, None, None, timedelta(minutes=1)]


@pytest.mark.parametrize(("count", "at_once"), [(1, 1), (3, 1), (3_600, 900)])
def test_an_hourly_limit_is_a_quarter_at_once_and_the_rest_within_the_hour(
    count: int, at_once: int
) -> None:
    limit = hourly("codes", count)
    assert (limit.burst, limit.interval * count) == (at_once, timedelta(hours=1))


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


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.0/24"),
        ("::ffff:192.0.2.7", "192.0.2.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"),
        ("a unix socket", "a unix socket"),
    ],
)
def test_the_block_of_an_address_is_what_one_owner_gets(address: str, network: str) -> None:
    assert wide_network_of(address) == network


async def _reaches(pool: "asyncpg.Pool[Any]", limit: RateLimit) -> datetime:
    return await pool.fetchval("select free_at from rate_limit where name = $1", limit.name)


def _size(limit: RateLimit) -> timedelta:
    return limit.interval * limit.burst

"""Strangers use up their own limits, never those of the phone's owner."""

from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from gotovo.access.buyer.sign_in_limits import (
    ANSWERS_PER_ADDRESS_A_DAY,
    CODES_OF_KNOWN_BROWSERS,
    CODES_OF_ORDERS,
    CODES_PER_ADDRESS,
    CODES_PER_ADDRESS_A_DAY,
    CODES_PER_BROWSER,
    CODES_PER_ORDER,
    CODES_PER_PHONE,
    CODES_PER_PHONE_A_DAY,
    CODES_PER_PHONE_AND_NETWORK,
    CODES_PER_PHONE_AND_NETWORK_A_DAY,
    CodeCeilings,
    CodeGrant,
    CodeLimits,
)
from gotovo.access.rate_limits import RateLimit
from gotovo.store.tables.access.rate_limits import RateLimitStore

NOW = datetime(2026, 11, 22, 11, 5, tzinfo=UTC)
SECRET = b"a secret that only tests use, 32"
ALINA = "+79001234567"
ABROAD = "+998901234567"
HOME = "203.0.113.9"


class Sender:
    """Asks for codes from an address, in the order in which the pages ask."""

    def __init__(self, pool: "asyncpg.Pool[Any]", ceilings: CodeCeilings | None = None) -> None:
        self._store = RateLimitStore(pool)
        self._ceilings = ceilings or CodeCeilings()

    def limits(self, phone: str, address: str, at: datetime = NOW) -> CodeLimits:
        return CodeLimits(self._store, SECRET, self._ceilings, phone, address, at)

    async def asks(self, phone: str, address: str, at: datetime = NOW) -> CodeGrant:
        """Ask as a stranger."""
        limits = self.limits(phone, address, at)
        wait = await limits.asker_wait()
        return CodeGrant(wait) if wait else await limits.of_stranger()


async def buckets(pool: "asyncpg.Pool[Any]", limit: RateLimit) -> int:
    """Return how many buckets of a limit have anything in them."""
    return await pool.fetchval(
        "select count(*) from rate_limit where name = $1 and free_at > $2", limit.name, NOW
    )


async def test_an_asker_that_is_refused_uses_up_nothing_of_a_phone(
    pool: "asyncpg.Pool[Any]",
) -> None:
    sender = Sender(pool)
    for turn in range(CODES_PER_ADDRESS.burst):
        assert (await sender.asks(f"+7900000{turn:04}", HOME)).wait is None
    for _ in range(20):
        assert (await sender.asks(ALINA, HOME)).wait == CODES_PER_ADDRESS.interval
    assert await buckets(pool, CODES_PER_PHONE) == CODES_PER_ADDRESS.burst
    assert await buckets(pool, CODES_PER_PHONE_AND_NETWORK) == CODES_PER_ADDRESS.burst
    assert (await sender.asks(ALINA, "198.51.100.1")).wait is None


async def test_one_network_leaves_room_in_a_phones_limits(pool: "asyncpg.Pool[Any]") -> None:
    sender = Sender(pool)
    at, granted = NOW, 0
    while at < NOW + timedelta(days=1):
        for turn in range(5):
            granted += (await sender.asks(ALINA, f"198.51.100.{turn}", at)).wait is None
        assert (await sender.asks(ALINA, HOME, at)).wait is None or at > NOW
        at += timedelta(minutes=30)
    assert granted <= 16
    short, day = CODES_PER_PHONE_AND_NETWORK, CODES_PER_PHONE_AND_NETWORK_A_DAY
    assert short.burst < CODES_PER_PHONE.burst
    assert short.interval > CODES_PER_PHONE.interval
    assert day.burst < CODES_PER_PHONE_A_DAY.burst
    assert day.interval > CODES_PER_PHONE_A_DAY.interval


async def test_a_known_browser_and_a_named_order_are_granted_when_the_phones_limit_is_used_up(
    pool: "asyncpg.Pool[Any]",
) -> None:
    sender = Sender(pool)
    for turn in range(30):
        await sender.asks(ALINA, f"198.51.{turn}.1")
    assert (await sender.asks(ALINA, HOME)).wait is not None
    owner = sender.limits(ALINA, HOME)
    assert (await owner.of_known_browser("a token")).wait is None
    assert (await owner.of_order("123456789012")).wait is None


async def test_a_message_that_was_not_sent_is_given_back_everywhere(
    pool: "asyncpg.Pool[Any]",
) -> None:
    sender = Sender(pool, CodeCeilings(4, {}, 4))
    for turn in range(40):
        limits = sender.limits(ALINA, f"198.51.{turn}.1")
        grant = await limits.of_stranger()
        assert grant.wait is None
        await limits.not_sent(grant)
    assert (await sender.asks(ALINA, HOME)).wait is None


async def test_a_country_and_the_installation_have_limits_and_a_refusal_costs_the_phone_nothing(
    pool: "asyncpg.Pool[Any]",
) -> None:
    sender = Sender(pool, CodeCeilings(40, {7: 40}, 4))
    assert (await sender.asks(ABROAD, "198.51.1.1")).wait is None
    refused = await sender.asks("+998907654321", "198.51.2.1")
    assert refused.wait == timedelta(minutes=15)
    assert await buckets(pool, CODES_PER_PHONE) == 1
    sent = [await sender.asks(f"+7900000{turn:04}", f"198.51.{turn}.1") for turn in range(12)]
    assert [each.wait is None for each in sent] == [True] * 9 + [False] * 3
    assert (await sender.limits(ALINA, HOME).of_known_browser("a token")).wait is None


@pytest.mark.parametrize(
    ("ceilings", "is_served"),
    [
        (CodeCeilings(10, {998: 0}, 5), False),
        (CodeCeilings(10, {998: 1}, 0), True),
        (CodeCeilings(10, {7: 5}, 0), False),
        (CodeCeilings(10, {}, 1), True),
    ],
)
def test_a_country_without_any_codes_is_not_served(
    ceilings: CodeCeilings,
    is_served: bool,  # noqa: FBT001
) -> None:
    assert ceilings.serves(ABROAD) is is_served


@pytest.mark.parametrize(
    ("limit", "granted"),
    [
        (CODES_PER_PHONE_A_DAY, 20),
        (CODES_PER_PHONE_AND_NETWORK_A_DAY, 16),
        (CODES_OF_KNOWN_BROWSERS, 22),
        (CODES_OF_ORDERS, 14),
        (CODES_PER_BROWSER, 29),
        (CODES_PER_ORDER, 27),
        (CODES_PER_ADDRESS_A_DAY, 2_000),
        (ANSWERS_PER_ADDRESS_A_DAY, 6_000),
    ],
)
def test_a_limit_grants_what_it_says_in_any_24_hours(limit: RateLimit, granted: int) -> None:
    assert limit.burst + timedelta(days=1) // limit.interval == granted

"""The cost guard: no more than a day's limit by country, however many send at once."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal

import asyncpg
import pytest
import structlog

from gotovo.notices.channels.limits.daily_allowance import DailyAllowance
from gotovo.notices.channels.port import AllowanceSpent
from gotovo.store.tables.messages.channel_spending import SpendingStore
from tests.support.notices.limits import roubles
from tests.support.notices.sms import READY

RUSSIAN, UZBEK, BRITISH = "+79005550123", "+998901234567", "+447700900123"
NOW = READY.sent_at
LIMITS = {"7": 100, "*": 10, "44": 0}


def allowance(pool: asyncpg.Pool, limits: Mapping[str, int] = LIMITS) -> DailyAllowance:
    return DailyAllowance(SpendingStore(pool), "sms", limits, "sms_daily_limits")


async def spent(guard: DailyAllowance, phone: str, cost: str) -> bool:
    """Spend on one message; tell whether it fitted."""
    try:
        await guard.spend(guard.expense(phone, 3, roubles(cost)), NOW)
    except AllowanceSpent:
        return False
    return True


async def test_processes_that_send_at_once_share_the_limit(pool: asyncpg.Pool) -> None:
    guards = [allowance(pool) for _ in range(3)]
    fitted = await asyncio.gather(*(spent(guards[n % 3], RUSSIAN, "13.50") for n in range(30)))
    assert fitted.count(True) == 7  # 94.50 of 100
    (row,) = await SpendingStore(pool).of_day(NOW.date())
    assert (row.country, row.unit, row.spent, row.messages) == ("7", "RUB", Decimal("94.50"), 7)


async def test_each_country_has_a_limit_of_its_own(pool: asyncpg.Pool) -> None:
    guard = allowance(pool)
    assert await spent(guard, UZBEK, "9")
    assert not await spent(guard, UZBEK, "2")
    assert not await spent(guard, BRITISH, "0.01")
    assert await spent(guard, RUSSIAN, "50")


async def test_a_country_that_no_limit_names_has_none(pool: asyncpg.Pool) -> None:
    guard = allowance(pool, {"7": 1})
    assert await spent(guard, UZBEK, "100000")


async def test_without_a_price_segments_are_counted(pool: asyncpg.Pool) -> None:
    guard = allowance(pool, {"*": 7})
    expense = guard.expense(RUSSIAN, 3, None)
    for _ in range(2):
        await guard.spend(expense, NOW)
    with pytest.raises(AllowanceSpent, match=r"messages to \+7 is used up \(sms_daily_limits\)"):
        await guard.spend(expense, NOW)
    (row,) = await SpendingStore(pool).of_day(NOW.date())
    assert (row.unit, row.spent) == ("segments", 6)


async def test_the_next_day_begins_anew_and_is_when_to_ask_again(pool: asyncpg.Pool) -> None:
    guard = allowance(pool, {"*": 5})
    expense = guard.expense(RUSSIAN, 3, roubles("5"))
    await guard.spend(expense, NOW)
    with pytest.raises(AllowanceSpent) as refused:
        await guard.spend(expense, NOW)
    assert refused.value.retry_after is not None
    await guard.spend(expense, NOW + timedelta(seconds=refused.value.retry_after))


async def test_the_operator_is_warned_once_whichever_process_refuses(pool: asyncpg.Pool) -> None:
    with structlog.testing.capture_logs() as lines:
        for guard in (allowance(pool), allowance(pool)):
            for _ in range(3):
                assert not await spent(guard, BRITISH, "1")
    assert [each["country"] for each in lines] == ["44"]


async def test_what_was_not_sent_is_given_back_and_a_price_put_right(pool: asyncpg.Pool) -> None:
    guard = allowance(pool)
    expense = guard.expense(RUSSIAN, 3, roubles("60"))
    await guard.spend(expense, NOW)
    await guard.correct(expense, NOW, None)
    await guard.spend(expense, NOW)
    await guard.correct(expense, NOW, roubles("90"))
    assert not await spent(guard, RUSSIAN, "11")
    assert await spent(guard, RUSSIAN, "10")
    (row,) = await SpendingStore(pool).of_day(NOW.date())
    assert (row.spent, row.messages) == (100, 2)

"""Health of the channels: one process asks, all of them warn."""

from datetime import timedelta
from decimal import Decimal

import asyncpg
import pytest

from gotovo.notices.channels.limits.channel_watch import FAILURES_MIN, ChannelWatch
from gotovo.notices.channels.limits.health_round import (
    ASKED_EVERY,
    SPENDING_KEPT,
    HealthRound,
)
from gotovo.notices.channels.port import ChannelUnavailable
from gotovo.store.tables.messages.channel_health import ChannelHealthStore
from gotovo.store.tables.messages.channel_spending import Expense, SpendingStore
from tests.support.notices.limits import Outgoing, SleepingClock, roubles


class Processes:
    """Two processes that share a database and a provider."""

    def __init__(self, pool: asyncpg.Pool, low_balance: int = 0) -> None:
        self.clock = SleepingClock()
        self.provider = Outgoing(sent=[])
        self.spending = SpendingStore(pool)
        self.watches = [ChannelWatch("sms", self.clock) for _ in range(2)]
        self.rounds = [
            HealthRound(
                ChannelHealthStore(pool),
                self.spending,
                {"sms": self.provider},
                [watch],
                self.clock,
                {"sms": Decimal(low_balance)},
            )
            for watch in self.watches
        ]

    async def run(self) -> list[tuple[str, ...]]:
        """Let a minute pass and each process look; return what each warns of."""
        self.clock.now += ASKED_EVERY
        for each in self.rounds:
            await each.run()
        return [each.warnings for each in self.rounds]


async def test_a_provider_is_asked_once_a_minute_by_all_processes_together(
    pool: asyncpg.Pool,
) -> None:
    processes = Processes(pool)
    for _ in range(3):
        assert await processes.run() == [(), ()]
    for _ in range(3):
        for each in processes.rounds:
            await each.run()
    assert processes.provider.asked == 3


async def test_one_that_is_down_is_told_by_all_since_it_was_and_until_it_is_back(
    pool: asyncpg.Pool,
) -> None:
    processes = Processes(pool)
    processes.provider.error = ChannelUnavailable("no connection")
    first = await processes.run()
    since = f"{processes.clock():%Y-%m-%d %H:%M}Z"
    assert (
        first[0]
        == first[1]
        == (f"sms can't be reached since {since}, no connection; see docs/guides/sms.md",)
    )
    assert await processes.run() == first
    processes.provider.error = None
    assert await processes.run() == [(), ()]


@pytest.mark.parametrize(("low", "spent"), [(200, 0), (0, 200), (10, 200)])
async def test_a_balance_is_low_below_the_setting_or_below_what_a_day_costs(
    pool: asyncpg.Pool, low: int, spent: int
) -> None:
    processes = Processes(pool, low)
    yesterday = processes.clock().date() - timedelta(days=1)
    await processes.spending.spend("sms", yesterday, [Expense("7", "RUB", Decimal(spent))])
    processes.provider.balance = roubles("199.99")
    (warning,), _ = await processes.run()
    assert warning.startswith("sms: 199.99 RUB are left at the provider, less than 200.00; see ")
    processes.provider.balance = roubles("200")
    assert await processes.run() == [(), ()]


async def test_messages_that_fail_are_told_by_the_process_that_sends_them(
    pool: asyncpg.Pool,
) -> None:
    processes = Processes(pool)
    for _ in range(FAILURES_MIN):
        processes.watches[0].failed(ChannelUnavailable("no money"))
    first, second = await processes.run()
    assert second == ()
    assert f"{FAILURES_MIN} messages in a row were not taken since" in first[0]
    assert "no money; see docs/guides/sms.md" in first[0]


async def test_a_limit_that_is_used_up_is_told_until_the_day_ends(pool: asyncpg.Pool) -> None:
    processes = Processes(pool)
    now = processes.clock()
    await processes.spending.spend("sms", now.date(), [Expense("7", "RUB", Decimal("90.50"))])
    assert await processes.spending.refuse("sms", now.date(), "7", "RUB", now)
    for warnings in await processes.run():
        assert warnings == (
            "sms: the day's limit for messages to +7 is used up, 90.5 RUB; see docs/guides/sms.md",
        )
    processes.clock.now += timedelta(days=1)
    assert await processes.run() == [(), ()]


async def test_a_channel_that_is_no_longer_used_is_forgotten(pool: asyncpg.Pool) -> None:
    processes = Processes(pool)
    processes.provider.error = ChannelUnavailable("gone")
    await processes.run()
    clock, store = processes.clock, ChannelHealthStore(pool)
    mail = {"mail": Outgoing(sent=[])}
    other = HealthRound(store, processes.spending, mail, [], clock, {})
    await other.run()
    assert other.warnings == ()
    assert [each.channel for each in await store.all()] == ["mail"]


async def test_what_a_day_cost_is_forgotten_after_a_year(pool: asyncpg.Pool) -> None:
    processes = Processes(pool)
    day = processes.clock().date()
    await processes.spending.spend("sms", day, [Expense("7", "RUB", Decimal(5))])
    processes.clock.now += SPENDING_KEPT
    await processes.run()
    assert len(await processes.spending.of_day(day)) == 1
    processes.clock.now += timedelta(days=1)
    await processes.run()
    assert await processes.spending.of_day(day) == []

"""A channel within its limits asks the channel itself only in its turn, and watches it."""

from decimal import Decimal

import asyncpg
import pytest
from msgspec import structs

from gotovo.notices.channels.limits.channel_watch import AttemptOutcome, ChannelWatch
from gotovo.notices.channels.limits.daily_allowance import DailyAllowance
from gotovo.notices.channels.limits.limited_channel import LimitedChannel, MessageBudget
from gotovo.notices.channels.limits.shared_pace import SharedPace
from gotovo.notices.channels.port import (
    AllowanceSpent,
    ChannelBusy,
    ChannelUnavailable,
    MessageRefused,
)
from gotovo.store.postgres.pool import open_pool
from gotovo.store.tables.access.rate_limits import RateLimitStore
from gotovo.store.tables.messages.channel_spending import SpendingStore
from gotovo.store.tables.messages.phone_messages import PhoneMessage
from tests.support.notices.limits import Outgoing, SleepingClock, roubles
from tests.support.notices.sms import READY

CODE = structs.replace(READY, key="sign-in:1", purpose="sign_in", number="")


class Limited:
    """A channel of ten messages a second and a hundred roubles a day, and what it does."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self.outgoing = Outgoing(sent=[])
        self.clock = SleepingClock()
        self.watch = ChannelWatch("sms", self.clock)
        self.spending = SpendingStore(pool)
        allowance = DailyAllowance(self.spending, "sms", {"*": 100}, "sms_daily_limits")
        self.channel: LimitedChannel[PhoneMessage] = LimitedChannel(
            self.outgoing,
            self.watch,
            self.clock,
            pace=SharedPace(RateLimitStore(pool), "sms", 10),
            budget=MessageBudget(
                allowance, lambda message: allowance.expense(message.phone, 3, roubles("4"))
            ),
            is_urgent=lambda message: message.purpose == "sign_in",
            sleep=self.clock.sleep,
        )

    async def spent(self) -> Decimal:
        """Return what the day has cost."""
        rows = await self.spending.of_day(self.clock().date())
        return sum((row.spent for row in rows), Decimal(0))


@pytest.fixture
def limited(pool: asyncpg.Pool) -> Limited:
    """Give a channel within limits."""
    return Limited(pool)


async def test_a_short_wait_is_waited_here(limited: Limited) -> None:
    begin = limited.clock()
    for _ in range(25):
        await limited.channel.send(READY)
    assert (limited.clock() - begin).total_seconds() == pytest.approx(1.5, abs=0.2)
    assert len(limited.outgoing.sent) == 25


async def test_who_would_wait_longer_is_told_how_long(limited: Limited, pool: asyncpg.Pool) -> None:
    pace = SharedPace(RateLimitStore(pool), "sms", 10)
    for _ in range(10 + 50):  # The queue of another process, and codes.
        await pace.wait(limited.clock(), is_urgent=True)
    with pytest.raises(ChannelBusy) as busy:
        await limited.channel.send(READY)
    assert busy.value.retry_after == pytest.approx(5.1, abs=0.2)
    assert limited.outgoing.sent == []
    assert limited.watch.counts[AttemptOutcome.HELD] == 1
    assert await limited.spent() == 0


async def test_a_code_goes_out_while_notices_wait(limited: Limited) -> None:
    for _ in range(10):
        await limited.channel.send(READY)
    begin = limited.clock()
    await limited.channel.send(CODE)
    assert limited.clock() == begin
    assert limited.outgoing.sent[-1] == CODE


async def test_what_it_costs_is_counted_and_put_right(limited: Limited) -> None:
    await limited.channel.send(READY)
    assert await limited.spent() == 4
    limited.outgoing.cost = roubles("9.60")
    await limited.channel.send(READY)
    assert await limited.spent() == Decimal("13.60")


async def test_beyond_the_days_limit_the_channel_is_not_asked(limited: Limited) -> None:
    limited.outgoing.cost = roubles("99")
    await limited.channel.send(READY)
    with pytest.raises(AllowanceSpent):
        await limited.channel.send(READY)
    assert len(limited.outgoing.sent) == 1
    assert limited.watch.counts[AttemptOutcome.HELD] == 1


@pytest.mark.parametrize(
    ("error", "spent"),
    [
        (MessageRefused("no such number"), 0),
        (ChannelUnavailable("no connection"), 0),
        (ChannelUnavailable("no answer in time", maybe_taken=True), 4),
        (ZeroDivisionError(), 4),
    ],
)
async def test_only_what_may_have_been_sent_stays_counted(
    limited: Limited, error: Exception, spent: int
) -> None:
    limited.outgoing.error = error
    with pytest.raises(type(error)):
        await limited.channel.send(READY)
    assert await limited.spent() == spent


async def test_what_becomes_of_messages_is_watched(limited: Limited) -> None:
    await limited.channel.send(READY)
    limited.outgoing.error = ChannelUnavailable("no connection")
    with pytest.raises(ChannelUnavailable):
        await limited.channel.send(READY)
    counts = {name: count for name, count in limited.watch.counts.items() if count}
    assert counts == {AttemptOutcome.TAKEN: 1, AttemptOutcome.FAILED: 1}


async def test_what_was_sent_is_sent_whether_or_not_its_cost_can_be_stored(
    limited: Limited, pool: asyncpg.Pool, database_url: str
) -> None:
    """An error here would send it, and pay for it, once more."""
    limited.outgoing.cost = roubles("9.60")
    limited.outgoing.before_taking = pool.close
    sent = await limited.channel.send(READY)
    assert sent.provider_id == READY.key
    async with await open_pool(database_url) as again:
        (row,) = await SpendingStore(again).of_day(limited.clock().date())
    assert row.spent == 4

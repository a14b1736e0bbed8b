"""The pace of a channel: of all processes together, and urgent messages first."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import asyncpg
import pytest
from typing_extensions import override

from gotovo.notices.channels.limits.shared_pace import SharedPace
from gotovo.store.tables.access.rate_limits import RateLimitStore, RateLimitUse
from tests.support.notices.limits import SleepingClock

SECOND = timedelta(seconds=1)
NO_WAIT = timedelta(0)


class CountedStore(RateLimitStore):
    """Counts how often the bucket is asked."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        super().__init__(pool)
        self.asked = 0

    @override
    async def use(self, uses: Sequence[RateLimitUse], now: datetime) -> datetime | None:
        self.asked += 1
        return await super().use(uses, now)


async def taken(pace: SharedPace, clock: SleepingClock, wanted: int) -> int:
    """Return how many of some messages may go out at this instant."""
    waits = [await pace.wait(clock()) for _ in range(wanted)]
    return waits.count(NO_WAIT)


@pytest.mark.parametrize("per_second", [1, 7, 30, 200])
async def test_two_processes_together_send_no_faster_than_one_may(
    pool: asyncpg.Pool, per_second: int
) -> None:
    clock = SleepingClock()
    processes = [SharedPace(RateLimitStore(pool), "sms", per_second) for _ in range(2)]
    sent = 0
    for _ in range(50):
        for process in processes:
            sent += await taken(process, clock, per_second // 5 + 1)
        clock.now += SECOND / 10
    # Five seconds, and what may go out at once at their beginning.
    assert 5 * per_second <= sent <= 6 * per_second + 1 + per_second // 10 * 2


async def test_the_bucket_is_asked_ten_times_a_second(pool: asyncpg.Pool) -> None:
    clock, store = SleepingClock(), CountedStore(pool)
    pace = SharedPace(store, "sms", 200)
    sent = 0
    while sent < 1_000:
        wait = await pace.wait(clock())
        sent += wait == NO_WAIT
        await clock.sleep(wait.total_seconds())
    assert store.asked <= 1_000 / 20 * 2 + 1


async def test_of_those_that_wait_each_has_a_turn_of_its_own(pool: asyncpg.Pool) -> None:
    clock = SleepingClock()
    pace = SharedPace(RateLimitStore(pool), "sms", 10)
    assert await taken(pace, clock, 10) == 10
    waits = [await pace.wait(clock()) for _ in range(20)]
    assert waits == [SECOND / 10 * turn for turn in range(1, 21)]


async def test_a_code_does_not_wait_behind_a_queue_and_the_queue_pays_for_it(
    pool: asyncpg.Pool,
) -> None:
    clock = SleepingClock()
    pace = SharedPace(RateLimitStore(pool), "sms", 10)
    assert await taken(pace, clock, 100) == 10
    codes = [await pace.wait(clock(), is_urgent=True) for _ in range(50)]
    assert codes == [NO_WAIT] * 50
    assert await pace.wait(clock(), is_urgent=True) > NO_WAIT
    clock.now += 5 * SECOND
    assert await taken(pace, clock, 20) == 0
    clock.now += SECOND
    assert await taken(pace, clock, 20) == 10


async def test_channels_have_buckets_of_their_own(pool: asyncpg.Pool) -> None:
    clock, store = SleepingClock(), RateLimitStore(pool)
    assert await taken(SharedPace(store, "sms", 1), clock, 5) == 1
    assert await taken(SharedPace(store, "mail", 1), clock, 5) == 1


async def test_a_clock_that_is_set_back_stops_nothing_for_long(pool: asyncpg.Pool) -> None:
    clock = SleepingClock()
    pace = SharedPace(RateLimitStore(pool), "sms", 10)
    assert await taken(pace, clock, 20) == 10
    clock.now -= timedelta(hours=5)
    assert await pace.wait(clock()) <= 6 * SECOND

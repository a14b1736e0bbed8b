"""What tells buyers, as the settings make it: storage deadlines follow, or they do not."""

import asyncio
from typing import Any

import asyncpg
import pytest
from msgspec import structs

from gotovo.assembly.notices.channels import OpenChannels
from gotovo.assembly.notices.messages import MessageJobs, message_jobs
from gotovo.engine.engine import Engine
from gotovo.notices.channels.demo_phone import DemoPhoneChannel
from gotovo.store.journal.journal import PostgresJournal
from gotovo.store.tables.messages.messages import MessageStore
from gotovo.store.tables.messages.phone_messages import PhoneMessageStore
from tests.support.assembly.runtime import runtime_over
from tests.support.web.cast import DAY, NOW, Cast, Clock
from tests.support.web.sample_orders.open_orders import ready


def jobs_of(
    pool: "asyncpg.Pool[Any]", engine: Engine, clock: Clock, **settings: int
) -> MessageJobs:
    """Return the jobs of an installation with a phone channel."""
    channels = OpenChannels(phone=DemoPhoneChannel(PhoneMessageStore(pool)))
    runtime = structs.replace(runtime_over(pool, engine, clock, **settings), channels=channels)
    jobs = message_jobs(runtime, _raise)
    assert jobs is not None
    return jobs


async def test_deadlines_follow_messages_by_a_job_of_its_own(
    pool: "asyncpg.Pool[Any]",
    engine: Engine,
    clock: Clock,
    cast: Cast,
    journal: PostgresJournal,
) -> None:
    """Rule 4.2."""
    order = await ready(cast)
    jobs = jobs_of(pool, engine, clock, storage_starts_within_hours=23)
    await jobs.planner.catch_up()
    clock.now = NOW + DAY
    moved = asyncio.Event()
    engine.on_commit(moved.set)
    running = asyncio.create_task(jobs.storage.run())
    async with asyncio.timeout(30):
        await moved.wait()
        jobs.storage.stop()
        await running
    storage = (await journal.load(0, [order.number], [], [])).orders[order.number].order.storage
    assert order.storage is not None
    assert storage is not None
    assert storage.deadline_at == order.storage.deadline_at + 7 * DAY


@pytest.mark.parametrize("settings", [{"storage_starts_within_hours": 0}, {"demo": 1}])
async def test_with_readiness_as_its_start_the_storage_follows_no_message(
    pool: "asyncpg.Pool[Any]", engine: Engine, clock: Clock, cast: Cast, settings: dict[str, int]
) -> None:
    await ready(cast)
    await jobs_of(pool, engine, clock, **settings).planner.catch_up()
    messages = MessageStore(pool)
    assert (await messages.open(NOW + DAY, 10)).waiting > 0
    assert await messages.followed_by_storage(NOW + 30 * DAY, 10) == []


def _raise(_name: str, error: Exception) -> None:
    raise error

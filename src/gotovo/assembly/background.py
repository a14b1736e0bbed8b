"""What goes on beside the requests: timers, followers, housekeeping."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta

import structlog
from msgspec import Struct

from gotovo.access.access_log import LOOKS_KEPT, WRITE_SECONDS, CountedLooks
from gotovo.assembly.runtime import House
from gotovo.engine.background.followers import Follower, FollowerTerms
from gotovo.engine.background.housekeeping import EVERY_SECONDS, RETENTION_DAYS, delete_old_records
from gotovo.engine.background.periodic import PeriodicJob
from gotovo.engine.background.timers import Timers, TimerTerms
from gotovo.notices.channels.port import Channel, DemoPhone
from gotovo.notices.dispatch import FOLLOWER, TellBuyers
from gotovo.store.reads.buyer import BuyerReads
from gotovo.store.tables.access.access_log import OrderLooks
from gotovo.store.tables.access.api_keys import KeyStore
from gotovo.store.tables.access.passkeys import PasskeyStore
from gotovo.store.tables.access.sign_in import SignInStore
from gotovo.store.tables.access.track_links import TrackLinkStore
from gotovo.store.tables.messages.phone_messages import PhoneMessageStore
from gotovo.store.tables.messages.push_subscriptions import PushSubscriptions
from gotovo.store.tables.orders.stage_durations import FOLLOWER as PACE

DIRECTORY_SECONDS = 1.0
"""How old a process's picture of points and warehouses may be."""

PACE_SECONDS = 5.0
"""How soon durations are learnt and told: hours are made of thousands of orders, so no sooner."""

PACE_RESTING = 9.0
"""A tenth of the time is for learning: replaying a busy hour may take a few more minutes."""

PACE_PAGE = 50
"""Events learnt from at once, in some seven milliseconds. With five hundred, the slowest of a
hundred commands beside it took twice as long."""

SWEEP_SECONDS = 60.0
"""How often codes, sessions and limits that are over are deleted, a bounded number at once."""

MESSAGES_KEPT = timedelta(days=30)
"""How long the demo's phones remember."""

CLOSED_LINKS_KEPT = timedelta(days=30)
"""How long buyers find closed links in what is kept about them."""


_log = structlog.get_logger("gotovo")


class Work(Struct, frozen=True, kw_only=True):
    """What runs beside the requests; its faults are shown by /readyz."""

    looks: CountedLooks
    timers: Timers
    followers: tuple[Follower, ...]
    jobs: Mapping[str, PeriodicJob]


@asynccontextmanager
async def open_work(house: House) -> AsyncGenerator[Work]:
    """Run what works beside the requests; at the end each finishes the round it is in."""
    brake = TimerTerms(brake_multiple=house.settings.expiry_brake_multiple)
    timers = Timers(house.engine, house.journal, house.clock, brake)
    followers = _followers(house)
    looks = CountedLooks(OrderLooks(house.pool), house.clock)
    learner = _learner(house)

    async def delete_records() -> None:
        await delete_old_records(house.journal, house.clock)

    jobs = [
        _job("timers", timers.sweep, brake.poll_seconds),
        _job("housekeeping", delete_records, EVERY_SECONDS),
        _job("directory", house.directory.refresh, DIRECTORY_SECONDS),
        _job("sweeping", _sweeper(house), SWEEP_SECONDS),
        _job("looks", looks.write, WRITE_SECONDS),
        _job("pace-picture", house.pace.refresh, PACE_SECONDS),
        *(follower.job for follower in (learner, *followers)),
    ]
    work = Work(
        looks=looks, timers=timers, followers=followers, jobs={job.name: job for job in jobs}
    )
    for follower in followers:
        house.engine.on_commit(follower.wake)
    tasks = [asyncio.create_task(job.run()) for job in jobs]
    try:
        yield work
    finally:
        for job in jobs:
            job.stop()
        await asyncio.gather(*tasks, return_exceptions=True)
        await looks.write()


def _followers(house: House) -> tuple[Follower, ...]:
    """Return the follower that tells buyers, if there is a channel to tell them by."""
    channel = channel_of(house)
    if channel is None:
        return ()
    reads = BuyerReads(house.pool)
    tell = TellBuyers(
        reads,
        channel,
        house.directory,
        house.secret,
        site=house.settings.public_url,
    )
    return (Follower(FOLLOWER, house.journal, tell, report=_report),)


def _learner(house: House) -> Follower:
    """Return the follower that learns how long stages take; no commit wakes it, nobody waits."""
    terms = FollowerTerms(PACE_PAGE, PACE_SECONDS, PACE_RESTING)
    return Follower(PACE, house.journal, house.pace.learn, terms, report=_report)


def channel_of(house: House) -> Channel | None:
    """Return what carries messages: only the demo has a phone, and that reaches nobody."""
    return DemoPhone(PhoneMessageStore(house.pool)) if house.settings.demo else None


def _sweeper(house: House) -> Callable[[], Awaitable[None]]:
    signing_in = SignInStore(house.pool)
    passkeys = PasskeyStore(house.pool)
    browsers = PushSubscriptions(house.pool)
    keys = KeyStore(house.pool)
    links = TrackLinkStore(house.pool)
    looks = OrderLooks(house.pool)
    messages = PhoneMessageStore(house.pool)

    async def sweep() -> None:
        now = house.clock()
        await signing_in.sweep(now)
        await passkeys.sweep(now)
        await browsers.sweep()
        await links.sweep(now - CLOSED_LINKS_KEPT)
        await looks.sweep(now - LOOKS_KEPT)
        await keys.sweep(now - timedelta(days=RETENTION_DAYS))
        await messages.sweep(now - MESSAGES_KEPT)
        await house.pace.sweep(now)

    return sweep


def _job(name: str, job: Callable[[], Awaitable[object]], every_seconds: float) -> PeriodicJob:
    return PeriodicJob(name, job, every_seconds, report=_report)


def _report(name: str, error: Exception) -> None:
    _log.warning("job failed", name=name, error=repr(error))

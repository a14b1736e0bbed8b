"""Background jobs: timers, followers, retention, and the refresh of copies in memory."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from random import Random
from typing import TYPE_CHECKING
from uuid import uuid4

import structlog
from msgspec import Struct

from gotovo.access.access_log import WRITE_SECONDS, AccessLog
from gotovo.access.feed_cursors import FeedCursors
from gotovo.access.programs.key_uses import WRITE_SECONDS as KEY_USES_SECONDS
from gotovo.access.programs.key_uses import KeyUses
from gotovo.access.security_log import WRITE_SECONDS as SECURITY_SECONDS
from gotovo.access.security_log import SecurityLog
from gotovo.assembly.desk.shelves import shelves_at
from gotovo.assembly.notices.channel_limits import health_round
from gotovo.assembly.notices.messages import MessageJobs, message_jobs
from gotovo.assembly.notices.webhook_owners import OWNERS_SECONDS, tell_owners
from gotovo.assembly.payments.payment_jobs import PaymentJobs, payment_jobs
from gotovo.assembly.retention import Retention
from gotovo.assembly.runtime import Runtime
from gotovo.assembly.staff.point_work import OVERDUE_SECONDS, work_of
from gotovo.desk.inventory.inventories import FORGOTTEN_SECONDS
from gotovo.desk.searches.searching import ROUND_SECONDS
from gotovo.engine.background.clock_guard import ClockGuard
from gotovo.engine.background.followers import Follower, FollowerTerms
from gotovo.engine.background.periodic import PeriodicJob
from gotovo.engine.background.recalculation import Recalculation
from gotovo.engine.background.steady_clock import SteadyClock
from gotovo.engine.background.timers import Timers, TimerTerms
from gotovo.keyring.live_keyring import REFRESH_SECONDS as KEYRING_SECONDS
from gotovo.notices.channels.limits.health_round import READ_SECONDS, HealthRound
from gotovo.notices.receipts import ReceiptDesk
from gotovo.outbound.guarded_sender import GuardedSender
from gotovo.store.reads.order_texts import OrderTextReads
from gotovo.store.tables.access.access_log import AccessLogStore
from gotovo.store.tables.access.api_keys import ApiKeyStore
from gotovo.store.tables.network.changed_places import ChangedPlaceStore
from gotovo.store.tables.orders.stage_durations import FOLLOWER as LEARNER
from gotovo.store.tables.orders.timer_holds import TimerHoldStore
from gotovo.store.tables.security.looks_seal import SEAL_SECONDS, LooksSeal
from gotovo.store.tables.security.security_log import SecurityLogStore
from gotovo.store.tables.webhooks.deliveries import DeliveryStore
from gotovo.store.tables.webhooks.webhooks import WebhookStore
from gotovo.webhooks.delivery_round import DeliveryTools
from gotovo.webhooks.dispatcher import WebhookDispatcher

if TYPE_CHECKING:
    from gotovo.assembly.telegram.bot_jobs import BotJobs

DIRECTORY_SECONDS = 1.0
"""How old a process's copy of points and warehouses may be."""

LEARNING_SECONDS = 5.0
"""How often durations are learnt and shown: a model of thousands of orders changes slowly."""

LEARNING_REST = 9.0
"""A tenth of the time is for learning: replaying a busy hour may take a few more minutes."""

LEARNING_PAGE = 50
"""Events learnt from at once, in some seven milliseconds. With five hundred, the slowest of a
hundred commands beside it took twice as long."""

FORGET_SECONDS = 3_600.0
"""How often durations are deleted that nothing was added to for two years."""


_log = structlog.get_logger("gotovo")


class Background(Struct, frozen=True, kw_only=True):
    """The jobs of a process; /readyz shows which of them fail."""

    access_log: AccessLog
    key_uses: KeyUses
    security_log: SecurityLog
    timers: Timers
    followers: tuple[Follower, ...]
    jobs: Mapping[str, PeriodicJob]
    receipts: ReceiptDesk | None = None
    channel_health: HealthRound | None = None
    payments: PaymentJobs = PaymentJobs()
    telegram: "BotJobs | None" = None


@asynccontextmanager
async def open_background(
    runtime: Runtime, more_jobs: Sequence[PeriodicJob] = ()
) -> AsyncGenerator[Background]:
    """Run the background jobs; at the end each finishes its current run."""
    timers = _timers(runtime)
    messages = message_jobs(runtime, _report)
    access_log = AccessLog(AccessLogStore(runtime.pool), runtime.clock)
    key_uses = KeyUses(ApiKeyStore(runtime.pool))
    security_log = _security_log(runtime)
    telegram = await _telegram(runtime, security_log)
    payments = payment_jobs(runtime, security_log, _report)
    followers = (*_followers(messages, telegram), *payments.followers)
    webhooks = _webhooks(runtime)
    health = _channel_health(runtime)
    jobs = [
        _timer_job(timers),
        Retention(runtime, report=_report).job,
        periodic_job("secret", runtime.keyring.refresh, KEYRING_SECONDS),
        periodic_job("directory", runtime.directory.refresh, DIRECTORY_SECONDS),
        *_cleaning_jobs(runtime, security_log),
        periodic_job("access-log", access_log.write, WRITE_SECONDS),
        periodic_job("key-uses", key_uses.write, KEY_USES_SECONDS),
        periodic_job("security-log", security_log.write, SECURITY_SECONDS),
        periodic_job("looks", LooksSeal(runtime.pool, runtime.clock).seal, SEAL_SECONDS),
        periodic_job("duration-model", runtime.durations.refresh, LEARNING_SECONDS),
        _recalculation_job(runtime),
        *(() if messages is None else (messages.delivery, messages.storage)),
        *_owner_jobs(runtime),
        *(() if health is None else (periodic_job("channels", health.run, READ_SECONDS),)),
        *(() if telegram is None else telegram.jobs),
        *payments.jobs,
        webhooks.job,
        *(follower.job for follower in (_learner(runtime), *followers)),
        *more_jobs,
    ]
    background = Background(
        access_log=access_log,
        key_uses=key_uses,
        security_log=security_log,
        timers=timers,
        followers=followers,
        jobs={job.name: job for job in jobs},
        receipts=None if messages is None else messages.receipts,
        channel_health=health,
        payments=payments,
        telegram=telegram,
    )
    for reader in (*followers, webhooks):
        runtime.engine.on_commit(reader.wake)
    tasks = [asyncio.create_task(job.run()) for job in jobs]
    try:
        yield background
    finally:
        for job in jobs:
            job.stop()
        await asyncio.gather(*tasks, return_exceptions=True)
        await webhooks.close()
        await access_log.write()
        await key_uses.write()
        await security_log.write(all_minutes=True)


def _security_log(runtime: Runtime) -> SecurityLog:
    """Return what writes who was let in and what was changed."""
    keys = ApiKeyStore(runtime.pool)
    return SecurityLog(SecurityLogStore(runtime.pool), keys, runtime.clock)


def _channel_health(runtime: Runtime) -> HealthRound | None:
    """Return what asks the channels whether they work, None where none can fail."""
    channels = runtime.channels
    if not channels.watched:
        return None
    return health_round(
        runtime.settings, runtime.pool, channels.watched, channels.watches, runtime.clock
    )


def _followers(messages: MessageJobs | None, telegram: "BotJobs | None") -> tuple[Follower, ...]:
    """Return the followers that every commit wakes."""
    planners = () if messages is None else (messages.planner,)
    return planners if telegram is None else (*planners, telegram.cards)


async def _telegram(runtime: Runtime, security_log: SecurityLog) -> "BotJobs | None":
    """Return the jobs of the bot, None without one."""
    client = runtime.channels.telegram
    if client is None:
        return None
    # The library takes a second to import, which a start without a bot does not pay.
    from gotovo.assembly.telegram.bot_jobs import bot_jobs  # noqa: PLC0415

    return await bot_jobs(runtime, client, security_log, _report)


def _timers(runtime: Runtime) -> Timers:
    """Return the timers; a clock that can jump is guarded, and a town's can't."""
    holds = TimerHoldStore(runtime.pool)
    clock = runtime.clock
    return Timers(
        runtime.engine,
        runtime.journal,
        holds,
        clock,
        terms=TimerTerms(brake_share=runtime.settings.expiry_brake_percent / 100),
        guard=ClockGuard(clock, holds, holds) if isinstance(clock, SteadyClock) else None,
    )


def _recalculation_job(runtime: Runtime) -> PeriodicJob:
    places = ChangedPlaceStore(runtime.pool)
    return Recalculation(runtime.engine, places, runtime.clock, report=_report).job


def _timer_job(timers: Timers) -> PeriodicJob:
    """Return the job that sweeps, and logs what is held."""

    async def sweep() -> None:
        before = {(hold.what, hold.machine) for hold in timers.held}
        await timers.sweep()
        for hold in timers.held:
            if hold.released_at is None and (hold.what, hold.machine) not in before:
                _log.warning("timers hold", what=hold.what, fix="run gotovo timers status")

    return periodic_job("timers", sweep, TimerTerms().poll_seconds)


def _cleaning_jobs(runtime: Runtime, security_log: SecurityLog) -> tuple[PeriodicJob, ...]:
    """Return what deletes old durations, and what ends shifts, searches and inventories."""
    shifts = work_of(runtime).shifts
    shelves = shelves_at(runtime, security_log)
    return (
        _forget_job(runtime),
        periodic_job("shifts", shifts.end_overdue, OVERDUE_SECONDS),
        periodic_job("searches", shelves.searches.round, ROUND_SECONDS),
        periodic_job("inventories", shelves.inventories.close_forgotten, FORGOTTEN_SECONDS),
    )


def _forget_job(runtime: Runtime) -> PeriodicJob:
    """Return the job that deletes old durations."""

    async def forget() -> None:
        await runtime.durations.sweep(runtime.clock())

    return periodic_job("old-durations", forget, FORGET_SECONDS)


def periodic_job(
    name: str, job: Callable[[], Awaitable[object]], every_seconds: float
) -> PeriodicJob:
    """Return a job whose failures are logged."""
    return PeriodicJob(name, job, every_seconds, report=_report)


def _learner(runtime: Runtime) -> Follower:
    """Return the follower that learns how long stages take; no commit wakes it."""
    terms = FollowerTerms(LEARNING_PAGE, LEARNING_SECONDS, LEARNING_REST)
    return Follower(LEARNER, runtime.journal, runtime.durations.learn, terms, report=_report)


def _webhooks(runtime: Runtime) -> WebhookDispatcher:
    """Return what sends webhooks; each process has a name of its own in their leases."""
    tools = DeliveryTools(
        webhooks=WebhookStore(runtime.pool),
        deliveries=DeliveryStore(runtime.pool),
        feed=runtime.journal,
        texts=OrderTextReads(runtime.pool),
        cursors=FeedCursors(lambda: runtime.keyring().feeds, runtime.epochs),
        keys=lambda: runtime.keyring().feeds,
        sender=GuardedSender(runtime.settings.webhook_private_networks),
        clock=runtime.clock,
        rng=Random(),  # noqa: S311  (jitter, no secrets)
    )
    return WebhookDispatcher(tools, uuid4().hex, report=_report)


def _owner_jobs(runtime: Runtime) -> Sequence[PeriodicJob]:
    """Return the job that writes to owners of webhooks, if there is e-mail."""
    mail = runtime.channels.mail
    if mail is None:
        return ()
    return (periodic_job("webhook-owners", partial(tell_owners, runtime, mail), OWNERS_SECONDS),)


def _report(name: str, error: Exception) -> None:
    _log.warning("job failed", name=name, error=error)

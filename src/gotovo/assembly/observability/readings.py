"""Metrics of a moment: jobs, timers, messages, the database, the disk, and the program's processes.

Each is cheap to read, since a scrape comes every few seconds, and has labels from closed lists
alone. docs/reference/metrics.md says what each one means.
"""

import asyncio
import platform
import shutil
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from typing import Final

from gotovo.api.metrics import MetricReading
from gotovo.api.scrape import Scrape
from gotovo.assembly.background import Background
from gotovo.assembly.machine_clock import utc_now
from gotovo.assembly.observability.case_readings import case_readings
from gotovo.assembly.observability.channel_readings import (
    channel_readings,
    outcome_readings,
    spending_readings,
)
from gotovo.assembly.observability.notification_readings import (
    counted_notifications,
    waiting_notifications,
)
from gotovo.assembly.observability.payment_readings import provider_readings
from gotovo.assembly.observability.receipt_readings import receipt_readings
from gotovo.assembly.observability.reconciliation_readings import reconciliation_readings
from gotovo.assembly.observability.refund_readings import refund_readings
from gotovo.assembly.observability.search_readings import search_readings
from gotovo.assembly.runtime import Runtime
from gotovo.engine.background.ports import CLOCK
from gotovo.order.deadlines import BRAKED_KIND
from gotovo.payments.receipts.fiscal_watch import COUNTED_MAX
from gotovo.store.postgres.facts.server_facts import read_server_facts
from gotovo.store.tables.messages.channel_health import ChannelHealthStore
from gotovo.store.tables.messages.channel_spending import SpendingStore
from gotovo.store.tables.messages.messages import MessageStore
from gotovo.store.tables.money.fiscal_receipts import FiscalReceipts
from gotovo.store.tables.orders.help_threads import HelpThreads
from gotovo.store.tables.webhooks.webhooks import WebhookStore
from gotovo.store.wal_archive.folder import read_status
from gotovo.supervision.link import WorkerLink

MESSAGES_MAX: Final = 10_000
"""Waiting messages are counted no further: a night of a large network has as many."""


QUESTIONS_MAX: Final = 10_000
"""Open questions are counted no further."""


async def program_readings(
    runtime: Runtime, background: Background, program: WorkerLink, scrape: Scrape
) -> Sequence[MetricReading]:
    """Return all of them; those whose source can't be read now are left out."""

    async def of_program() -> Sequence[MetricReading]:
        return _of_program(program)

    async def of_jobs() -> Sequence[MetricReading]:
        return _of_jobs(background)

    async def of_channels() -> Sequence[MetricReading]:
        return outcome_readings(runtime.channels.watches.values())

    async def of_providers() -> Sequence[MetricReading]:
        return _of_providers(runtime, background)

    async def of_pool() -> Sequence[MetricReading]:
        return _of_pool(runtime)

    async def of_disk() -> Sequence[MetricReading]:
        return await asyncio.to_thread(_of_disk, runtime.settings.data_dir)

    async def of_archive() -> Sequence[MetricReading]:
        return await asyncio.to_thread(_of_archive, runtime.settings.wal_archive)

    sources = {
        "program": of_program,
        "jobs": of_jobs,
        "timers": partial(_of_timers, runtime),
        "messages": partial(_of_messages, runtime),
        "webhooks": partial(_of_webhooks, runtime),
        "help": partial(_of_help, runtime),
        "cases": partial(case_readings, runtime),
        "searches": partial(search_readings, runtime),
        "receipts": partial(_of_receipts, runtime),
        "refunds": partial(refund_readings, runtime),
        "reconciliation": partial(reconciliation_readings, runtime),
        "server": partial(_of_server, runtime),
        "connections": of_pool,
        "channels": of_channels,
        "providers": of_providers,
        "notifications": partial(waiting_notifications, runtime),
        "disk": of_disk,
        "archive": of_archive,
    }
    found = await asyncio.gather(
        *(scrape.read(source, read, ()) for source, read in sources.items())
    )
    return tuple(chain.from_iterable(found))


def worker_readings(runtime: Runtime, background: Background) -> Sequence[MetricReading]:
    """Return what a process knows of itself, without asking anybody."""
    return (
        *_of_jobs(background),
        *_of_pool(runtime),
        *outcome_readings(runtime.channels.watches.values()),
        *_of_providers(runtime, background),
    )


def _of_providers(runtime: Runtime, background: Background) -> Sequence[MetricReading]:
    health = background.payments.health
    watches = runtime.providers.watches.values()
    return (
        *provider_readings(watches, health.reachable if health else {}),
        counted_notifications(background.payments.intake),
    )


def _of_program(program: WorkerLink) -> Sequence[MetricReading]:
    release = f"{version('gotovo')} on Python {platform.python_version()}"
    return (
        MetricReading("gotovo_build_info", "1, by the release that runs.", {release: 1}, "release"),
        _one("gotovo_program_problems", "Problems of other processes.", len(program.problems)),
        MetricReading(
            "gotovo_worker_restarts",
            "Workers replaced because they had ended.",
            {"": program.restarts},
            is_counter=True,
        ),
    )


def _of_jobs(background: Background) -> Sequence[MetricReading]:
    failures = {
        name: job.failure.tries if job.failure else 0 for name, job in background.jobs.items()
    }
    held = {hold.what for hold in background.timers.held if hold.released_at is None}
    kinds = {CLOCK: "clock", BRAKED_KIND: BRAKED_KIND}
    return (
        MetricReading(
            "gotovo_job_failures",
            "Runs of a job failed in a row.",
            failures,
            "name",
            of_worker=True,
        ),
        MetricReading(
            "gotovo_timers_held",
            "1 while timers hold a kind, or everything because of the clock.",
            {label: int(kind in held) for kind, label in kinds.items()},
            "what",
            of_worker=True,
        ),
        _of_worker(
            "gotovo_timers_stuck",
            "Due orders that no command has moved twice.",
            len(background.timers.stuck),
        ),
    )


async def _of_timers(runtime: Runtime) -> Sequence[MetricReading]:
    now = runtime.clock()
    at = await runtime.journal.overdue_since(now)
    overdue = (now - at).total_seconds() if at else 0.0
    return (
        _one("gotovo_timer_overdue_seconds", "How long the longest overdue timer is due.", overdue),
    )


async def _of_messages(runtime: Runtime) -> Sequence[MetricReading]:
    now = runtime.clock()
    found = await MessageStore(runtime.pool).open(now, MESSAGES_MAX)
    states = {"waiting": found.waiting, "overdue": found.overdue}
    overdue = (now - found.since).total_seconds() if found.since else 0.0
    return (
        MetricReading("gotovo_messages_open", "Messages to be sent, by state.", states, "state"),
        _one("gotovo_message_overdue_seconds", "How long the longest overdue one is due.", overdue),
        *channel_readings(await ChannelHealthStore(runtime.pool).all()),
        *spending_readings(await SpendingStore(runtime.pool).of_day(now.date())),
    )


async def _of_webhooks(runtime: Runtime) -> Sequence[MetricReading]:
    states = await WebhookStore(runtime.pool).states()
    return (MetricReading("gotovo_webhooks", "Webhooks of shops, by state.", states, "state"),)


async def _of_help(runtime: Runtime) -> Sequence[MetricReading]:
    waiting, late = await HelpThreads(runtime.pool).count_open(runtime.clock(), QUESTIONS_MAX)
    states = {"waiting": waiting, "overdue": late}
    return (MetricReading("gotovo_help_open", "Open questions, by state.", states, "state"),)


async def _of_receipts(runtime: Runtime) -> Sequence[MetricReading]:
    found = await FiscalReceipts(runtime.pool).open(COUNTED_MAX)
    return receipt_readings(found, runtime.clock())


async def _of_server(runtime: Runtime) -> Sequence[MetricReading]:
    async with runtime.pool.acquire() as connection:
        server = await read_server_facts(connection, utc_now)
    return (
        _one(
            "gotovo_clock_ahead_seconds",
            "Our clock's lead over PostgreSQL's.",
            server.ahead_seconds,
        ),
        MetricReading(
            "gotovo_backup_timestamp_seconds",
            "When the last backup known of was made.",
            _instant(server.backup_at),
        ),
    )


def _of_pool(runtime: Runtime) -> Sequence[MetricReading]:
    pool = runtime.pool
    idle = pool.get_idle_size()
    states = {"idle": idle, "used": pool.get_size() - idle}
    return (
        MetricReading(
            "gotovo_database_connections", "Connections by state.", states, "state", of_worker=True
        ),
        _of_worker("gotovo_database_connections_max", "Setting pool_size.", pool.get_max_size()),
    )


def _of_disk(folder: Path) -> Sequence[MetricReading]:
    existing = next(each for each in (folder, *folder.parents) if each.exists())
    disk = shutil.disk_usage(existing)
    return (
        _one("gotovo_disk_free_bytes", "Free bytes where data_dir is.", disk.free),
        _one("gotovo_disk_size_bytes", "Size of that file system.", disk.total),
    )


def _of_archive(folder: str) -> Sequence[MetricReading]:
    status = read_status(Path(folder)) if folder else None
    behind = {} if status is None else {"": status.behind_bytes}
    free = {} if status is None else {"": status.free_bytes}
    return (
        MetricReading(
            "gotovo_wal_archive_timestamp_seconds",
            "Until when every commit is in the archive.",
            _instant(status.complete_at if status else None),
        ),
        MetricReading(
            "gotovo_wal_archive_base_timestamp_seconds",
            "When the last base backup ended.",
            _instant(status.base_at if status else None),
        ),
        MetricReading("gotovo_wal_archive_behind_bytes", "Log the archive lacks.", behind),
        MetricReading("gotovo_wal_archive_free_bytes", "Free bytes where it is.", free),
    )


def _one(name: str, text: str, value: float) -> MetricReading:
    return MetricReading(name, text, {"": value})


def _of_worker(name: str, text: str, value: float) -> MetricReading:
    return MetricReading(name, text, {"": value}, of_worker=True)


def _instant(at: datetime | None) -> Mapping[str, float]:
    return {} if at is None else {"": at.timestamp()}

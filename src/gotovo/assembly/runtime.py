"""Runtime: settings, database and engine while the program runs. Nothing happens on import."""

import os
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

import asyncpg
import structlog
from msgspec import Struct

from gotovo.access.buyer.phone_accounts import PhoneAccounts
from gotovo.assembly.keyring.secret_check import established_secrets, passing_secrets
from gotovo.assembly.machine_clock import MachineClock, utc_now
from gotovo.assembly.notices.channels import OpenChannels, open_channels
from gotovo.assembly.observability.traces import Traces, open_traces
from gotovo.assembly.payments.cash_register import open_register
from gotovo.assembly.payments.providers import OpenProviders, open_providers
from gotovo.config import Settings
from gotovo.engine.background.steady_clock import SteadyClock
from gotovo.engine.batch import Rules
from gotovo.engine.engine import Engine, EngineLimits, one_lane
from gotovo.engine.ports import FeedEpoch
from gotovo.engine.tracing import EngineTracer
from gotovo.keyring.keyring import Keyring
from gotovo.keyring.live_keyring import LiveKeyring
from gotovo.order.facts import OrderTerms
from gotovo.order.values.help.service_hours import ServiceHours
from gotovo.payments.receipts.port import CashRegister
from gotovo.setting_checks import hours_of, listed
from gotovo.store.journal.epochs import HistoryGuard, established_epochs, stored_epochs
from gotovo.store.journal.journal import PostgresJournal
from gotovo.store.postgres.migrations import migrate
from gotovo.store.postgres.pool import open_pool, refuse_unsafe
from gotovo.store.tables.access.accounts import PhoneAccountStore
from gotovo.store.tables.network.directory import Directory
from gotovo.store.tables.network.shops import Shops
from gotovo.store.tables.network.stock import StockStore
from gotovo.store.tables.orders.stage_durations import DurationStore
from gotovo.store.tables.orders.timer_holds import TimerHoldStore
from gotovo.store.tables.security.states import open_log

Clock = Callable[[], datetime]

_LANES = (0,)
"""Of a single node."""


class Runtime(Struct, frozen=True, kw_only=True):
    """Everything that is open. `clock` is the only clock; a town passes its own.

    `secret` is the customer's key at the start, and `traces` is there if traces are sent.
    """

    settings: Settings
    secret: bytes
    keyring: LiveKeyring
    epochs: Sequence[FeedEpoch] = ()
    clock: Clock
    terms: OrderTerms
    pool: "asyncpg.Pool[Any]"
    journal: PostgresJournal
    directory: Directory
    stock: StockStore
    shops: Shops
    durations: DurationStore
    phone_accounts: PhoneAccounts
    engine: Engine
    channels: OpenChannels
    providers: OpenProviders
    register: CashRegister | None = None
    traces: Traces | None = None


@asynccontextmanager
async def open_runtime(
    settings: Settings,
    url: str,
    clock: Clock | None = None,
    on_replaced: Callable[[], None] = lambda: None,
    *,
    is_dry: bool = False,
) -> AsyncGenerator[Runtime]:
    """Open the database, bring its schema up, and start the engine; close all in reverse.

    Without a `clock` it is the machine's, guarded against jumps (`steady_clock`). `on_replaced` is
    called when the database was put back meanwhile: this process has to start again. `is_dry`:
    nothing is written; a new installation has a secret for this run alone.
    """
    clock = clock or machine_clock(settings)
    terms = _terms(settings)
    async with AsyncExitStack() as stack:
        guard = HistoryGuard(on_replaced)
        traces = await stack.enter_async_context(open_traces(os.environ))
        pool = await open_pool(
            url,
            size=settings.pool_size,
            unsafe=settings.unsafe,
            check=guard.check,
            connection_class=traces.connection_class if traces else asyncpg.Connection,
        )
        stack.push_async_callback(pool.close)
        await _warn_of_unsafety(pool, unsafe=settings.unsafe)
        await bring_up(pool)
        epochs = await _epochs(pool, guard, is_dry=is_dry)
        if isinstance(clock, SteadyClock) and not is_dry:
            await _begin(clock, TimerHoldStore(pool))
        keyring = await _keyring(pool, settings.secret_file, clock, is_dry=is_dry)
        directory = await _directory(pool)
        journal = PostgresJournal(pool)
        rules, limits = _rules(terms, keyring), _limits(settings)
        engine = Engine(journal, directory, rules, clock, limits=limits, tracer=_tracer(traces))
        stack.push_async_callback(engine.close)
        opening = open_channels(settings, pool, keyring, traces, clock)
        channels = await stack.enter_async_context(opening)
        yield Runtime(
            settings=settings,
            secret=keyring().identity.key,
            keyring=keyring,
            epochs=epochs,
            clock=clock,
            terms=terms,
            pool=pool,
            journal=journal,
            directory=directory,
            stock=StockStore(pool),
            shops=Shops(pool),
            durations=DurationStore(pool, directory, clock, one_lane),
            phone_accounts=_phone_accounts(pool, keyring, clock),
            engine=engine,
            channels=channels,
            providers=await stack.enter_async_context(open_providers(settings, pool, clock)),
            register=await stack.enter_async_context(open_register(settings, clock)),
            traces=traces,
        )


async def _directory(pool: "asyncpg.Pool[Any]") -> Directory:
    directory = Directory(pool)
    await directory.refresh()
    return directory


def _tracer(traces: Traces | None) -> EngineTracer | None:
    return traces.engine if traces else None


def _terms(settings: Settings) -> OrderTerms:
    return OrderTerms(
        payment_hours=settings.payment_hours,
        late_payment_hours=settings.late_payment_hours,
        pay_at_point_max=settings.pay_at_point_max,
        backdate_hours=settings.backdate_hours,
        return_days=settings.return_days,
        refund_days=settings.refund_days,
        rest_days=settings.rest_days,
        handover_minutes=settings.handover_minutes,
        without_code_max=settings.without_code_max,
        not_refusable=tuple(listed(settings.not_refusable)),
        correction_minutes=settings.correction_minutes,
        correction_hours=settings.correction_hours,
        corrections_need_approval=settings.corrections_need_approval,
        storage_starts_within_hours=settings.storage_starts_within_hours,
        help_answer_minutes=settings.help_answer_minutes,
        help_hours=ServiceHours(*hours_of(settings.help_hours)),
    )


def _limits(settings: Settings) -> EngineLimits:
    return EngineLimits(
        batch=settings.batch_limit,
        queue=settings.queue_limit,
        queue_seconds=settings.queue_seconds,
        batches_in_flight=settings.batches_in_flight,
    )


def machine_clock(settings: Settings) -> Clock:
    """Return the machine's clock, guarded unless it is a demo's or a setting says so."""
    if settings.demo or not settings.clock_jump_minutes:
        return utc_now
    return SteadyClock(MachineClock(), timedelta(minutes=settings.clock_jump_minutes))


async def _begin(clock: SteadyClock, store: TimerHoldStore) -> None:
    """Compare the clock with what was written before, and write down that it runs."""
    ticks = await store.ticks()
    clock.begin(ticks, None if ticks else await store.newest_record(_LANES))
    fault = clock.fault()
    if fault is None:
        await store.add_tick(clock.accept())
    else:
        _log.warning(
            "the clock has jumped: timers are held",
            expected_at=fault.expected_at,
            shown_at=fault.shown_at,
            fix="correct the clock, or run gotovo timers release clock",
        )


async def _epochs(
    pool: "asyncpg.Pool[Any]", guard: HistoryGuard, *, is_dry: bool
) -> Sequence[FeedEpoch]:
    async with pool.acquire() as connection:
        if is_dry:
            return await stored_epochs(connection)
        epochs = await established_epochs(connection, utc_now())
    guard.expect(epochs[-1])
    return epochs


async def _keyring(
    pool: "asyncpg.Pool[Any]", file: Path, clock: Clock, *, is_dry: bool = False
) -> LiveKeyring:
    async with pool.acquire() as connection:
        established = passing_secrets if is_dry else established_secrets
        secrets = await established(connection, file, utc_now())
    return LiveKeyring(file, secrets, clock)


async def ready_keyring(settings: Settings, url: str) -> Keyring:
    """Bring the schema up and return the keys, or refuse as a start does."""
    pool = await open_pool(url, size=1, unsafe=settings.unsafe)
    try:
        await bring_up(pool)
        return (await _keyring(pool, settings.secret_file, utc_now))()
    finally:
        await pool.close()


async def _warn_of_unsafety(pool: "asyncpg.Pool[Any]", *, unsafe: bool) -> None:
    if not unsafe:
        return
    async with pool.acquire() as connection:
        off = await refuse_unsafe(connection, unsafe=True)
    _log.warning("GOTOVO_UNSAFE is set: confirmed orders may be lost", switched_off=off)


def _rules(terms: OrderTerms, keyring: LiveKeyring) -> Rules:
    secret = keyring().identity.key
    return Rules(secret, terms, lambda: keyring().codes, lambda: keyring().identity)


def _phone_accounts(pool: "asyncpg.Pool[Any]", keyring: LiveKeyring, clock: Clock) -> PhoneAccounts:
    return PhoneAccounts(PhoneAccountStore(pool), lambda: keyring().identity, clock)


async def bring_up(pool: "asyncpg.Pool[Any]") -> None:
    """Bring the schema up to the program's, and begin the security log where there is none."""
    async with pool.acquire() as connection:
        await migrate(cast("asyncpg.Connection[Any]", connection), on_wait=_log.warning)
        await open_log(connection, utc_now())


_log = structlog.get_logger("gotovo")

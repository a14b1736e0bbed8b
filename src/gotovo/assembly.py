"""The one file that knows everyone: it opens every part, hands each what it needs, and closes all.

Nothing happens on import. `open_house` opens what reads and writes, `open_work` what runs beside
it, and `Application` puts the API and the pages in front of both as one ASGI application.
"""

import asyncio
import gc
import os
import secrets
import signal
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol, cast

import asyncpg
import structlog
from msgspec import Struct

from gotovo.access.keys import Keyring
from gotovo.api.application import api_app
from gotovo.api.asgi import ASGIApp, Receive, Scope, Send
from gotovo.api.parts import ApiParts, Readiness
from gotovo.config import Settings, load_settings, read_secret
from gotovo.engine.batch import Rules
from gotovo.engine.engine import Engine, Limits
from gotovo.engine.following import Follower
from gotovo.engine.housekeeping import KEPT_DAYS, Housekeeping
from gotovo.engine.repeating import Failure, Repeating
from gotovo.engine.timers import Timers, TimerTerms
from gotovo.notices.channel import Channel, DemoPhone
from gotovo.notices.telling import FOLLOWER, TellBuyers
from gotovo.order.facts import Terms
from gotovo.store.directory import Directory
from gotovo.store.errors import StoreError
from gotovo.store.journal import PostgresJournal
from gotovo.store.keys import KeyStore
from gotovo.store.migrations import migrate, pending
from gotovo.store.phone_message import PhoneMessageStore
from gotovo.store.pool import open_pool, refuse_unsafe
from gotovo.store.reads.buyer import BuyerReads
from gotovo.store.reads.programs import ProgramReads
from gotovo.store.sign_in import SignInStore
from gotovo.store.stock import StockStore
from gotovo.store.unreachable import UNREACHABLE
from gotovo.web.app import web_app
from gotovo.web.parts import WebParts

Clock = Callable[[], datetime]

_FOR_PROGRAMS = ("/api", "/healthz", "/readyz", "/metrics", "/hooks")
"""Paths that the API answers; people's pages have the rest."""

DIRECTORY_SECONDS = 1.0
"""How old a process's picture of points and warehouses may be."""

SWEEP_SECONDS = 60.0
"""How often codes, sessions and limits that are over are deleted, a bounded number at once."""

MESSAGES_KEPT = timedelta(days=30)
"""How long the demo's phones remember."""

LATE_EVENTS = 10_000
"""A follower this far behind makes the installation not ready: buyers wait for messages."""

_log = structlog.get_logger("gotovo")


class House(Struct, frozen=True, kw_only=True):
    """Everything that is open. `clock` is the only one; a town hands in its own."""

    settings: Settings
    secret: bytes
    clock: Clock
    terms: Terms
    pool: "asyncpg.Pool[Any]"
    journal: PostgresJournal
    directory: Directory
    stock: StockStore
    engine: Engine


Beside = Callable[[House], Coroutine[Any, Any, None]]


class Round(Protocol):
    """Something done again and again until it is stopped; `failure` tells why it stands still."""

    @property
    def failure(self) -> Failure | None:
        """Why the last round came to nothing, if it did."""
        ...

    async def run(self) -> None:
        """Go on until stopped."""
        ...

    def stop(self) -> None:
        """Finish what is under way and stop."""
        ...


class Work(Struct, frozen=True, kw_only=True):
    """What runs beside the requests; its faults are shown by /readyz."""

    timers: Timers
    followers: tuple[Follower, ...]
    rounds: Mapping[str, Round]


def utc_now() -> datetime:
    """Return the present instant; nobody but the assembly asks the machine for it."""
    return datetime.now(UTC)


@asynccontextmanager
async def open_house(settings: Settings, url: str, clock: Clock = utc_now) -> AsyncGenerator[House]:
    """Open the database, bring its schema up, and start the engine; close all in reverse."""
    terms = Terms(
        payment_hours=settings.payment_hours,
        return_days=settings.return_days,
        refund_days=settings.refund_days,
        handover_minutes=settings.handover_minutes,
    )
    secret = read_secret(settings.secret_file)
    async with AsyncExitStack() as stack:
        pool = await open_pool(url, size=settings.pool_size, unsafe=settings.unsafe)
        stack.push_async_callback(pool.close)
        if settings.unsafe:
            await _warn_of_unsafety(pool)
        await bring_up(pool)
        directory = Directory(pool)
        await directory.refresh()
        journal = PostgresJournal(pool)
        limits = Limits(
            batch=settings.batch_limit,
            queue=settings.queue_limit,
            queue_seconds=settings.queue_seconds,
            batches_in_flight=settings.batches_in_flight,
        )
        engine = Engine(journal, directory, Rules(secret, terms), clock, limits=limits)
        stack.push_async_callback(engine.close)
        yield House(
            settings=settings,
            secret=secret,
            clock=clock,
            terms=terms,
            pool=pool,
            journal=journal,
            directory=directory,
            stock=StockStore(pool),
            engine=engine,
        )


@asynccontextmanager
async def open_work(house: House) -> AsyncGenerator[Work]:
    """Run what works beside the requests; at the end each finishes the round it is in."""
    brake = TimerTerms(brake_multiple=house.settings.expiry_brake_multiple)
    timers = Timers(house.engine, house.journal, house.clock, brake, report=_report)
    housekeeping = Housekeeping(house.journal, house.clock, report=_report)
    picture = Repeating("directory", house.directory.refresh, DIRECTORY_SECONDS, report=_report)
    followers = _followers(house)
    sweeping = Repeating("sweeping", _sweeper(house), SWEEP_SECONDS, report=_report)
    rounds: dict[str, Round] = {
        "timers": timers,
        "housekeeping": housekeeping,
        "directory": picture,
        "sweeping": sweeping,
    }
    rounds |= {follower.name: follower for follower in followers}
    work = Work(timers=timers, followers=followers, rounds=rounds)
    for follower in followers:
        house.engine.on_commit(follower.wake)
    tasks = [asyncio.create_task(each.run()) for each in rounds.values()]
    try:
        yield work
    finally:
        for each in rounds.values():
            each.stop()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _warn_of_unsafety(pool: "asyncpg.Pool[Any]") -> None:
    async with pool.acquire() as connection:
        off = await refuse_unsafe(connection, unsafe=True)
    _log.warning("GOTOVO_UNSAFE is set: confirmed orders may be lost", switched_off=off)


async def bring_up(pool: "asyncpg.Pool[Any]") -> None:
    """Bring the schema up to the program's."""
    async with pool.acquire() as connection:
        await migrate(cast("asyncpg.Connection[Any]", connection))


class Application:
    """What a server runs: it opens the house at its start and closes it at its end.

    `beside` goes on beside the requests until the end: the demo's town.
    """

    def __init__(self, settings: Settings, beside: Beside | None = None) -> None:
        """Open nothing yet: that happens in the server's own event loop."""
        self._settings = settings
        self._beside = beside
        self._stack = AsyncExitStack()
        self._programs: ASGIApp | None = None
        self._people: ASGIApp | None = None
        self._end_streams: Callable[[], None] = lambda: None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request to the API or to the pages."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        path = scope.get("path", "/")
        app = self._programs if path.startswith(_FOR_PROGRAMS) else self._people
        assert app is not None, "the server serves before it has started"
        await app(scope, receive, send)

    async def start(self) -> House:
        """Open everything and return it."""
        house = await self._stack.enter_async_context(
            open_house(self._settings, self._settings.database_url)
        )
        work = await self._stack.enter_async_context(open_work(house))
        parts = _api_parts(house, work)
        self._end_streams = parts.news.close
        self._programs = api_app(parts)
        self._people = web_app(_web_parts(house))
        if self._beside is not None:
            await self._stack.enter_async_context(_going_on(self._beside(house)))
        return house

    async def stop(self) -> None:
        """Finish what was taken, and close everything."""
        await self._stack.aclose()

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        try:
            await self.start()
        except StoreError as error:  # the message says what to do, and no traceback could
            await send({"type": "lifespan.startup.failed", "message": str(error)})
            return
        self._end_streams_on_signals()
        _leave_what_stays_alone()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self.stop()
        await send({"type": "lifespan.shutdown.complete"})

    def _end_streams_on_signals(self) -> None:
        """End open event streams when told to stop: the server waits for every answer to end.

        The server has heard of the signal by itself; this only adds to what it does.
        """
        loop = asyncio.get_running_loop()

        def told_to_stop(_number: int, _frame: object) -> None:
            loop.call_soon_threadsafe(self._end_streams)

        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, told_to_stop)


def _leave_what_stays_alone() -> None:
    """Spare the collector of garbage what lives as long as the process: decision 9."""
    gc.collect()
    gc.freeze()


def application() -> Application:
    """Return the application of this process, by its environment: what a server's worker calls."""
    settings = load_settings(os.environ)
    open_log(settings)
    return Application(settings)


def open_log(settings: Settings) -> None:
    """Log a line of JSON an event; a traceback shows no values, which may be somebody's data."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(settings.log_level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def _followers(house: House) -> tuple[Follower, ...]:
    """Return the follower that tells buyers, if there is a channel to tell them by."""
    channel = _channel(house)
    if channel is None:
        return ()
    reads = BuyerReads(house.pool)
    tell = TellBuyers(reads, channel, house.directory, house.secret, house.clock)
    return (Follower(FOLLOWER, house.journal, tell, report=_report),)


def _channel(house: House) -> Channel | None:
    """Return what carries messages: only the demo has a phone, and that reaches nobody."""
    return DemoPhone(PhoneMessageStore(house.pool)) if house.settings.demo else None


@asynccontextmanager
async def _going_on(work: Coroutine[Any, Any, None]) -> AsyncGenerator[None]:
    """Let something go on while the server serves."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def _api_parts(house: House, work: Work) -> ApiParts:
    keys = KeyStore(house.pool)

    async def ready() -> Readiness:
        return await _readiness(house, work)

    parts = ApiParts(
        engine=house.engine,
        feed=house.journal,
        lanes=(0,),
        reads=ProgramReads(house.pool),
        directory=house.directory,
        stock=house.stock,
        keys=keys,
        keyring=Keyring(keys),
        secret=house.secret,
        clock=house.clock,
        ready=ready,
        unsafe=house.settings.unsafe,
    )
    house.engine.on_commit(parts.news.tell)
    return parts


def _web_parts(house: House) -> WebParts:
    return WebParts(
        engine=house.engine,
        orders=BuyerReads(house.pool),
        sign_in=SignInStore(house.pool),
        channel=_channel(house),
        places=house.directory,
        secret=house.secret,
        clock=house.clock,
        chance=secrets.token_bytes,
        terms=house.terms,
        public_url=house.settings.public_url,
        phone=PhoneMessageStore(house.pool) if house.settings.demo else None,
        unsafe=house.settings.unsafe,
    )


async def _readiness(house: House, work: Work) -> Readiness:
    """Name what stands in the way: the database, its schema, a round that fails, a follower."""
    faults: list[str] = []
    try:
        async with house.pool.acquire() as connection:
            missing = await pending(cast("asyncpg.Connection[Any]", connection))
        faults += [f"schema {migration.number:04} is missing" for migration in missing]
    except UNREACHABLE as error:
        faults.append(f"database: {error}")
    for name, each in work.rounds.items():
        if each.failure is not None:
            faults.append(f"{name}: {each.failure.error}")
    for brake in work.timers.braked.values():
        faults.append(f"{brake.what}: {brake.due} are due, {brake.allowed} would be usual")
    lag = {follower.name: follower.lag for follower in work.followers}
    late = {name: events for name, events in lag.items() if events > LATE_EVENTS}
    faults += [f"{name}: {events} events behind" for name, events in late.items()]
    return Readiness(tuple(faults), lag, house.settings.unsafe)


def _sweeper(house: House) -> Callable[[], Awaitable[None]]:
    signing_in = SignInStore(house.pool)
    keys = KeyStore(house.pool)
    messages = PhoneMessageStore(house.pool)

    async def sweep() -> None:
        now = house.clock()
        await signing_in.sweep(now)
        await keys.sweep(now - timedelta(days=KEPT_DAYS))
        await messages.sweep(now - MESSAGES_KEPT)

    return sweep


def _report(name: str, error: Exception) -> None:
    _log.warning("round failed", name=name, error=repr(error))

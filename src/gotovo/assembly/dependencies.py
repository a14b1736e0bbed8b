"""What programs and people are answered with: the parts of the API and of the pages."""

import secrets
from typing import Any, cast

import asyncpg

from gotovo.access.programs.api_keys import Keyring
from gotovo.api.dispatch.dependencies import ApiDependencies, Readiness
from gotovo.assembly.background import Work, channel_of
from gotovo.assembly.runtime import House
from gotovo.engine.changes import ChangeReader
from gotovo.engine.subscriptions import OrderSubscriptions
from gotovo.store.postgres.migrations import pending
from gotovo.store.postgres.unreachable import UNREACHABLE
from gotovo.store.reads.buyer import BuyerReads
from gotovo.store.reads.changes import ChangeReads
from gotovo.store.reads.programs import ProgramReads
from gotovo.store.tables.access.api_keys import KeyStore
from gotovo.store.tables.access.passkeys import PasskeyStore
from gotovo.store.tables.access.sign_in import SignInStore
from gotovo.store.tables.access.track_links import TrackLinkStore
from gotovo.store.tables.messages.phone_messages import PhoneMessageStore
from gotovo.store.tables.messages.push_subscriptions import PushSubscriptions
from gotovo.store.tables.orders.help_threads import HelpThreads
from gotovo.store.tables.orders.order_aside import OrderAside
from gotovo.store.tables.orders.personal_data import PersonalData
from gotovo.web.site.dependencies import WebDependencies

LATE_EVENTS = 10_000
"""A follower this far behind makes the installation not ready: buyers wait for messages."""


def change_reader(house: House) -> ChangeReader:
    """Return the one reader of the journal for streams, pages and caches; each commit wakes it."""
    reader = ChangeReader(house.journal, ChangeReads(house.pool))
    house.engine.on_commit(reader.wake)
    return reader


def api_parts(house: House, work: Work, changes: ChangeReader) -> ApiDependencies:
    """Return what the API uses."""
    keys = KeyStore(house.pool)

    async def ready() -> Readiness:
        return await _readiness(house, work)

    return ApiDependencies(
        engine=house.engine,
        feed=house.journal,
        reads=ProgramReads(house.pool),
        changes=changes,
        directory=house.directory,
        stock=house.stock,
        keys=keys,
        keyring=Keyring(keys),
        looks=work.looks,
        help=HelpThreads(house.pool),
        secret=house.secret,
        clock=house.clock,
        ready=ready,
        unsafe=house.settings.unsafe,
    )


def web_parts(house: House, changes: ChangeReader) -> WebDependencies:
    """Return what the pages use."""
    return WebDependencies(
        engine=house.engine,
        orders=BuyerReads(house.pool),
        sign_in=SignInStore(house.pool),
        passkeys=PasskeyStore(house.pool),
        track_links=TrackLinkStore(house.pool),
        personal_data=PersonalData(house.pool),
        push=PushSubscriptions(house.pool),
        aside=OrderAside(house.pool),
        help=HelpThreads(house.pool),
        subscriptions=OrderSubscriptions(changes, ChangeReads(house.pool)),
        channel=channel_of(house),
        places=house.directory,
        pace=house.pace,
        secret=house.secret,
        clock=house.clock,
        chance=secrets.token_bytes,
        terms=house.terms,
        public_url=house.settings.public_url,
        phone=PhoneMessageStore(house.pool) if house.settings.demo else None,
        unsafe=house.settings.unsafe,
        hotline=house.settings.hotline,
        bot_url=house.settings.bot_url,
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
    for name, job in work.jobs.items():
        if job.failure is not None:
            faults.append(f"{name}: {job.failure.error}")
    for brake in work.timers.braked.values():
        faults.append(f"{brake.what}: {brake.due} are due, {brake.allowed} would be usual")
    lag = {follower.name: follower.lag for follower in work.followers}
    late = {name: events for name, events in lag.items() if events > LATE_EVENTS}
    faults += [f"{name}: {events} events behind" for name, events in late.items()]
    return Readiness(tuple(faults), lag, house.settings.unsafe)

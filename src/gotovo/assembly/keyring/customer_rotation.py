"""Replacing the customer's key: a job that may be killed at any point and started again.

Accounts keep their ids, which are digests under the older key. The job walks through all orders
with a phone and writes which account it opens under the new key; whoever places an order or signs
in meanwhile is taken over at once. `finish` then destroys the older key.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct, structs

from gotovo.access.buyer.phone_accounts import PhoneAccounts
from gotovo.assembly.keyring.secret_check import checks_of, established_secrets
from gotovo.assembly.keyring.secret_rotation import existing_secrets, refuse_credential
from gotovo.keyring.keyring import Keys, RootKind, Secrets, keyring_at
from gotovo.keyring.rotation import rotated, without_older_customer_keys
from gotovo.keyring.sources import new_key, read_secrets, replace_secrets
from gotovo.store.tables.access.accounts import PhoneAccountStore
from gotovo.store.tables.security.customer_keys import (
    CustomerKeyState,
    CustomerKeyStore,
    finish_key,
    hold_lookups,
    put_state,
    settled,
    states_of,
    try_job,
    under_way,
)
from gotovo.store.tables.security.entries import Author, SecurityEntry
from gotovo.store.tables.security.kinds import EntryDetails, SecurityKind
from gotovo.store.tables.security.secret_checks import codes_and_links, put_checks, revoke_links
from gotovo.store.tables.security.security_log import append, wait_for_turn

if TYPE_CHECKING:
    import asyncpg

    Pool = asyncpg.Pool[Any]

Clock = Callable[[], datetime]

TAKEN_OVER_AT_ONCE = 500
"""Orders whose phones are taken over in one transaction: some milliseconds, between batches."""

KNOWN_AFTER = timedelta(seconds=10)
"""How long after the version begins phones are looked up under it: by then every process has read
that buyers are moved, and what it had begun to write before is committed."""

HOMES = 256


class CustomerRotationError(Exception):
    """The job can't run now; the message says why and what to do."""


class CustomerKeyReport(Struct, frozen=True, kw_only=True):
    """How far buyers are: `phones` open their account under the new key, `accounts_left` by none.

    Before it begins, they are the accounts with a phone and those without. `codes` and `links` are
    those that end with the older key, where it is that of every purpose.
    """

    version: int
    phones: int
    accounts_left: int
    begins_at: datetime | None = None
    share: float = 0.0
    is_mapped: bool = False
    is_finished: bool = False
    codes: int = 0
    links: int = 0


async def begun(
    pool: "Pool", file: Path, now: datetime, by: Author, later: timedelta | None = None
) -> CustomerKeyState:
    """Return the version that buyers are moved to, a new one where none is under way.

    The file comes first. A program that ends before the database knows leaves a version that is
    taken up when the job is started again. Raises RotationUnderWay.
    """
    async with pool.acquire() as connection, connection.transaction():
        await wait_for_turn(connection)
        secrets = await existing_secrets(connection, file, now)
        states = await states_of(connection)
        moving = under_way(states)
        if moving is not None:
            return moving
        is_settled = secrets.identity[-1] == settled(states)
        if is_settled and secrets.identity != (settled(states),):
            message = "the last change has not been finished: run it with --finish first"
            raise CustomerRotationError(message)
        if is_settled:
            refuse_credential(file)
            secrets = rotated(secrets, new_key(), now, customers=True, later=later)
            replace_secrets(file, secrets)
            await put_checks(connection, checks_of(secrets), now)
        new = next(root for root in secrets.roots if root.version == secrets.identity[-1])
        await put_state(connection, new.version, max(new.begins_at, now) + KNOWN_AFTER)
        await append(connection, [_entry(new.version, "customers", now, by)])
        state = under_way(await states_of(connection))
    assert state is not None, new.version
    return state


async def take_over(
    pool: "Pool", file: Path, clock: Clock, on_progress: Callable[[float], None]
) -> CustomerKeyReport:
    """Take over the phone of every order, from where it was stopped; wait for the begin first.

    `on_progress` is told the share that is done. Raises CustomerRotationError while another
    program does it, or where nothing was begun.
    """
    store = CustomerKeyStore(pool)
    async with _alone(pool):
        state = under_way(await store.states())
        if state is None:
            message = "no change of the customer's key is under way"
            raise CustomerRotationError(message)
        await asyncio.sleep(max(0.0, (state.begins_at - clock()).total_seconds() + 0.05))
        _refuse_before(state, clock())
        accounts = PhoneAccounts(PhoneAccountStore(pool), _customer_keys(file, clock), clock)
        home, number = state.home, state.number
        while page := await store.phones_after(home, number, TAKEN_OVER_AT_ONCE):
            await accounts.current({each.phone for each in page})
            home, number = page[-1].home, page[-1].number
            await store.advance(state.version, home, number)
            on_progress(home / HOMES)
        await store.mapped(state.version, clock())
        on_progress(1.0)
    return await report(pool, file, clock())


async def finish(pool: "Pool", file: Path, clock: Clock, by: Author) -> CustomerKeyReport:
    """Look up nothing under the older key any more, and take it out of the file.

    It may be stopped and run again. Raises CustomerRotationError where buyers were not moved.
    """
    refuse_credential(file)
    store = CustomerKeyStore(pool)
    async with _alone(pool):
        secrets = await existing_secrets(pool, file, clock())
        states = await store.states()
        moving, ends = under_way(states), _ends_all(secrets)
        codes, links = await codes_and_links(pool) if ends else (0, 0)
        if moving is None and len(secrets.identity) == 1:
            message = "no change of the customer's key is under way"
            raise CustomerRotationError(message)
        if moving is not None:
            if moving.mapped_at is None:
                message = "not every order was reached yet: run it without --finish first"
                raise CustomerRotationError(message)
            _refuse_before(moving, clock())
            await _catch_up(pool, file, clock, moving.version)
        version = secrets.identity[-1]
        phones, accounts_left = await store.count(version)
        if moving is not None:
            await _end(pool, version, clock(), by, ends_links=ends)
        await _destroy(pool, file, clock())
    done = await report(pool, file, clock())
    return structs.replace(
        done,
        version=version,
        share=1.0,
        is_mapped=True,
        phones=phones,
        accounts_left=accounts_left,
        codes=codes,
        links=links,
    )


async def report(pool: "Pool", file: Path, now: datetime) -> CustomerKeyReport:
    """Return how far buyers are, or what a change would do; nothing is written."""
    store = CustomerKeyStore(pool)
    secrets = await existing_secrets(pool, file, now)
    moving = under_way(await store.states())
    codes, links = await codes_and_links(pool) if _ends_all(secrets) else (0, 0)
    if moving is None:
        accounts, accounts_left = await store.accounts()
        return CustomerKeyReport(
            version=secrets.roots[-1].version + 1,
            is_finished=len(secrets.identity) == 1,
            phones=accounts - accounts_left,
            accounts_left=accounts_left,
            codes=codes,
            links=links,
        )
    phones, accounts_left = await store.count(moving.version)
    is_mapped = moving.mapped_at is not None
    return CustomerKeyReport(
        version=moving.version,
        begins_at=moving.begins_at,
        share=1.0 if is_mapped else moving.home / HOMES,
        is_mapped=is_mapped,
        phones=phones,
        accounts_left=accounts_left,
        codes=codes,
        links=links,
    )


def _refuse_before(state: CustomerKeyState, now: datetime) -> None:
    """Refuse at a clock that was set back: nobody would be taken over."""
    if now < state.begins_at:
        message = f"it begins at {state.begins_at:%Y-%m-%d %H:%M:%S} UTC: run it again after that"
        raise CustomerRotationError(message)


async def _catch_up(pool: "Pool", file: Path, clock: Clock, version: int) -> None:
    """Take over whoever has an order and no phone that opens it: nothing, after a whole job."""
    store = CustomerKeyStore(pool)
    accounts = PhoneAccounts(PhoneAccountStore(pool), _customer_keys(file, clock), clock)
    home, number = 0, ""
    while page := await store.phones_after(home, number, TAKEN_OVER_AT_ONCE, version):
        await accounts.current({each.phone for each in page})
        home, number = page[-1].home, page[-1].number


async def _end(pool: "Pool", version: int, now: datetime, by: Author, *, ends_links: bool) -> None:
    async with pool.acquire() as connection, connection.transaction():
        await wait_for_turn(connection)
        await hold_lookups(connection)
        await finish_key(connection, version, now)
        if ends_links:
            await revoke_links(connection, now)
        await append(connection, [_entry(version, "customers_finished", now, by)])


async def _destroy(pool: "Pool", file: Path, now: datetime) -> None:
    async with pool.acquire() as connection, connection.transaction():
        await wait_for_turn(connection)
        secrets = await established_secrets(connection, file, now)
        replace_secrets(file, without_older_customer_keys(secrets, now))


def _ends_all(secrets: Secrets) -> bool:
    """Tell whether codes and links end with an older customer's key: it is the key of all."""
    older = secrets.identity[:-1] if len(secrets.identity) > 1 else secrets.identity
    return any(
        root.kind is RootKind.PLAIN and root.ended_at is None and root.version in older
        for root in secrets.roots
    )


def _customer_keys(file: Path, clock: Clock) -> Callable[[], Keys]:
    secrets = read_secrets(file)
    assert secrets is not None, file
    return lambda: keyring_at(secrets, clock()).identity


@asynccontextmanager
async def _alone(pool: "Pool") -> AsyncGenerator[None]:
    """Hold the job for this program, or raise CustomerRotationError."""
    async with pool.acquire() as connection, connection.transaction():
        if not await try_job(connection):
            message = "another program is doing this: wait for it, or end that one"
            raise CustomerRotationError(message)
        yield


def _entry(version: int, name: str, now: datetime, by: Author) -> SecurityEntry:
    details = EntryDetails(version=version, names=(name,))
    return SecurityEntry(kind=SecurityKind.ROTATED, at=now, by=by, details=details)

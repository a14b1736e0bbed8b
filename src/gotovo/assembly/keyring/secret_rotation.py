"""Rotating the secret: the file, the check value, and what ends with a secret that has leaked."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

from msgspec import Struct

from gotovo.assembly.keyring.secret_check import checks_of, problem_with
from gotovo.assembly.runtime import Runtime
from gotovo.engine.submission import Submission
from gotovo.keyring.keyring import Root, Secrets
from gotovo.keyring.rotation import rotated
from gotovo.keyring.sources import (
    SecretFileError,
    is_credential,
    new_key,
    read_secrets,
    replace_secrets,
)
from gotovo.order.steps.code_renewal import RenewCode
from gotovo.order.values.actor import Actor, Role
from gotovo.store.postgres.errors import ForeignSecret
from gotovo.store.tables.access.api_keys import ApiKey, ApiKeyStore
from gotovo.store.tables.security.entries import Author, SecurityEntry
from gotovo.store.tables.security.kinds import EntryDetails, SecurityKind
from gotovo.store.tables.security.secret_checks import (
    codes_and_links,
    put_checks,
    revoke_links,
    shown_codes_before,
)
from gotovo.store.tables.security.security_log import append, wait_for_turn

if TYPE_CHECKING:
    import asyncpg

RENEWED_AT_ONCE = 200
"""Codes renewed between two looks at the clock; each is a message to a buyer."""

_NAMESPACE = UUID("5d0b9f0e-6a3c-4d43-9f0e-2f3b1f6f7c11")


class RotationTerms(Struct, frozen=True):
    """What ends besides; `later` is how long the new version waits, None for some seconds."""

    leaked: bool = False
    tokens: bool = False
    later: timedelta | None = None

    @property
    def ends_tokens(self) -> bool:
        """Whether API tokens end."""
        return self.leaked or self.tokens


class RotationReport(Struct, frozen=True):
    """What a rotation did, or would do: the new version, and what ends with the older ones."""

    version: int
    begins_at: datetime
    ended: Sequence[int]
    api_keys: Sequence[ApiKey]
    codes: int
    links: int


async def planned(
    pool: "asyncpg.Pool[Any]", file: Path, now: datetime, terms: RotationTerms
) -> RotationReport:
    """Return what a rotation would do."""
    async with pool.acquire() as connection:
        secrets = await existing_secrets(connection, file, now)
        codes, links = await codes_and_links(connection)
    new = rotated(secrets, new_key(), now, leaked=terms.leaked, later=terms.later)
    return _report(secrets, new, await _keys(pool, terms), codes, links, terms)


async def rotate(
    pool: "asyncpg.Pool[Any]", file: Path, now: datetime, terms: RotationTerms, by: Author
) -> RotationReport:
    """Write the new version, and end what the terms name; of several programs one at a time.

    The file comes first. A program that ends before the database has the check value leaves a
    version that the next start adopts.
    """
    refuse_credential(file)
    keys = await _keys(pool, terms)
    async with pool.acquire() as connection, connection.transaction():
        await wait_for_turn(connection)
        secrets = await existing_secrets(connection, file, now)
        codes, links = await codes_and_links(connection)
        new = rotated(secrets, new_key(), now, leaked=terms.leaked, later=terms.later)
        replace_secrets(file, new)
        await put_checks(connection, checks_of(new), now)
        if terms.leaked:
            await revoke_links(connection, now)
        await append(connection, [_entry(new.roots[-1], now, terms, by)])
    store = ApiKeyStore(pool)
    for key in keys:
        await store.revoke(key.id, now, by=by)
    return _report(secrets, new, keys, codes, links, terms)


async def existing_secrets(connection: Any, file: Path, now: datetime) -> Secrets:
    """Return the installation's secrets, which are never made here; nothing is written.

    Raises ForeignSecret where they are not those of the database or there are none yet, and
    SecretFileError where the file can't be used.
    """
    problem = await problem_with(connection, file, now)
    if problem is not None:
        raise ForeignSecret("; ".join(problem))
    secrets = read_secrets(file)
    if secrets is None:
        message = f"there is no {file} yet: the first start makes it, and nothing is to be rotated"
        raise ForeignSecret(message)
    return secrets


def refuse_credential(file: Path) -> None:
    """Raise SecretFileError for a file that systemd hands over."""
    if is_credential(file):
        message = (
            f"secret_file: {file} is a credential of systemd, which can't be written: run this "
            "with GOTOVO_SECRET_FILE naming the file it comes from, then restart the services"
        )
        raise SecretFileError(message)


async def renew_codes(runtime: Runtime, on_progress: Callable[[int], None]) -> int:
    """Give a new code to every open order whose code was made under a version that has ended.

    Return how many got one. Each buyer is told the new code. It may be stopped and run again.
    """
    renewed, last = 0, ""
    oldest = runtime.keyring().codes.accepted[0][0]
    while True:
        async with runtime.pool.acquire() as connection:
            numbers = await shown_codes_before(connection, oldest, last, RENEWED_AT_ONCE)
        if not numbers:
            return renewed
        results = await runtime.engine.submit_all([_renewal(each, oldest) for each in numbers])
        renewed += sum(each.refusal is None for each in results)
        on_progress(renewed)
        last = numbers[-1]


def _renewal(number: str, version: int) -> Submission:
    command_id = uuid5(_NAMESPACE, f"{number}:{version}")
    actor = Actor(Role.ADMIN, "secret", imports=False)
    return Submission(command_id, number, RenewCode(), actor, command_id.bytes)


def _report(  # noqa: PLR0917  (what was, what is, and what ends)
    before: Secrets,
    after: Secrets,
    keys: Sequence[ApiKey],
    codes: int,
    links: int,
    terms: RotationTerms,
) -> RotationReport:
    new = after.roots[-1]
    ended = [each.version for each in before.roots if each.ended_at is None]
    return RotationReport(
        version=new.version,
        begins_at=new.begins_at,
        ended=ended if terms.leaked else [],
        api_keys=keys,
        codes=codes if terms.leaked else 0,
        links=links if terms.leaked else 0,
    )


async def _keys(pool: "asyncpg.Pool[Any]", terms: RotationTerms) -> Sequence[ApiKey]:
    return await ApiKeyStore(pool).living() if terms.ends_tokens else []


def _entry(new: Root, now: datetime, terms: RotationTerms, by: Author) -> SecurityEntry:
    names = tuple(
        name for name, is_so in (("leaked", terms.leaked), ("tokens", terms.ends_tokens)) if is_so
    )
    details = EntryDetails(version=new.version, names=names)
    return SecurityEntry(kind=SecurityKind.ROTATED, at=now, by=by, details=details)

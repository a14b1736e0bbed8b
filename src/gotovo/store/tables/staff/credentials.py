"""How staff sign in, in PostgreSQL: passwords with one-time codes, passkeys, and invitations."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
from msgspec import Struct, structs

from gotovo.store.postgres.statements import load_statements
from gotovo.store.tables.security.entries import Author, SecurityEntry
from gotovo.store.tables.security.kinds import EntryDetails, SecurityKind
from gotovo.store.tables.security.security_log import append, wait_for_turn
from gotovo.store.tables.staff.people import staff_subject

_sql = load_statements("tables/staff/credentials.sql")


class StaffCredentials(Struct, frozen=True):
    """What is compared with what somebody types: `totp` is sealed, `totp_step` the last used."""

    id: UUID
    name: str
    password: str | None
    totp: bytes | None
    totp_step: int
    is_suspended: bool


class StaffPasskey(Struct, frozen=True):
    """The public key of a passkey, and whom it signs in."""

    id: bytes
    person: UUID
    public_key: bytes
    sign_count: int
    browser: str
    system: str
    created_at: datetime
    used_at: datetime | None = None


class NewPassword(Struct, frozen=True):
    """A password's hash, the sealed secret of the one-time codes, and digests of recovery codes.

    `totp_step` is the step of the code that has just proved the secret: it is used up.
    """

    password: str
    totp: bytes
    totp_step: int
    recovery_digests: Sequence[bytes]


class OpenInvitation(Struct, frozen=True):
    """An invitation that can be used, and whom it invites."""

    person: UUID
    kind: str
    expires_at: datetime
    name: str
    login: str


class PendingInvitation(Struct, frozen=True):
    """An invitation of a person that was not used, expired or not."""

    person: UUID
    kind: str
    made_at: datetime
    expires_at: datetime


class StaffCredentialStore:
    """Reads and writes what signs staff in; each change is an entry of the security log as well."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        """Use a pool."""
        self._pool = pool

    async def of_login(self, login: str) -> StaffCredentials | None:
        """Return what signs in the person with a login."""
        row = await self._pool.fetchrow(_sql["credentials"], login)
        return None if row is None else StaffCredentials(**row)

    async def of_person(self, person: UUID) -> StaffCredentials | None:
        """Return what signs in a person."""
        row = await self._pool.fetchrow(_sql["credentials_of"], person)
        return None if row is None else StaffCredentials(**row)

    async def use_totp_step(self, person: UUID, step: int) -> bool:
        """Use up a step of the one-time codes; False where it or a later one was used."""
        return await self._pool.fetchval(_sql["use_totp_step"], person, step) is not None

    async def rehash(self, person: UUID, old: str, new: str) -> None:
        """Store the same password under other parameters."""
        await self._pool.execute(_sql["rehash"], person, old, new)

    async def reseal(self, person: UUID, old: bytes, new: bytes) -> None:
        """Store the same secret of the one-time codes under a newer key."""
        await self._pool.execute(_sql["reseal"], person, old, new)

    async def use_recovery_code(self, person: UUID, digest: bytes, now: datetime) -> bool:
        """Use a recovery code; False where there is none or it was used."""
        return await self._pool.fetchval(_sql["use_recovery_code"], person, digest, now) is not None

    async def recovery_codes_left(self, person: UUID) -> int:
        """Return how many recovery codes are unused."""
        return await self._pool.fetchval(_sql["recovery_codes_left"], person)

    async def put_password(self, person: UUID, new: NewPassword, now: datetime, by: Author) -> bool:
        """Store a password with its one-time codes and recovery codes; False where suspended."""
        async with self._pool.acquire() as connection, connection.transaction():
            await wait_for_turn(connection)
            return await _put_password(connection, person, new, now, by)

    async def change_password(self, person: UUID, password: str, now: datetime, by: Author) -> bool:
        """Store another password; False where there was none."""
        async with self._pool.acquire() as connection, connection.transaction():
            await wait_for_turn(connection)
            if await connection.fetchval(_sql["change_password"], person, password) is None:
                return False
            await append(connection, [_changed(person, "password", now, by)])
        return True

    async def put_recovery_codes(
        self, person: UUID, digests: Sequence[bytes], now: datetime, by: Author
    ) -> None:
        """Replace the recovery codes."""
        async with self._pool.acquire() as connection, connection.transaction():
            await wait_for_turn(connection)
            await _put_recovery_codes(connection, person, digests, now)
            await append(connection, [_changed(person, "recovery_codes", now, by)])

    async def passkeys_of(self, person: UUID) -> Sequence[StaffPasskey]:
        """Return the passkeys of a person, the newest first."""
        return [StaffPasskey(**row) for row in await self._pool.fetch(_sql["passkeys_of"], person)]

    async def find_passkey(self, passkey: bytes) -> StaffPasskey | None:
        """Return a passkey whose person is not suspended."""
        row = await self._pool.fetchrow(_sql["find_passkey"], passkey)
        return None if row is None else StaffPasskey(**row)

    async def put_passkey(self, new: StaffPasskey, most: int, now: datetime, by: Author) -> bool:
        """Store a passkey; False where the person has too many."""
        async with self._pool.acquire() as connection, connection.transaction():
            await wait_for_turn(connection)
            return await _put_passkey(connection, new, most, now, by)

    async def count_passkey_use(self, passkey: bytes, sign_count: int, now: datetime) -> bool:
        """Record a use; False when its counter shows a cloned passkey."""
        counted = await self._pool.fetchval(_sql["count_passkey_use"], passkey, sign_count, now)
        return counted is not None

    async def remove_passkey(self, person: UUID, passkey: bytes, now: datetime, by: Author) -> bool:
        """Delete a passkey; False where there is none, or nothing else would sign them in."""
        async with self._pool.acquire() as connection, connection.transaction():
            await wait_for_turn(connection)
            if await connection.fetchval(_sql["remove_passkey"], person, passkey) is None:
                return False
            await append(connection, [_changed(person, "passkey_removed", now, by)])
        return True

    async def invitation(self, digest: bytes, now: datetime) -> OpenInvitation | None:
        """Return an invitation that can be used."""
        row = await self._pool.fetchrow(_sql["find_invitation"], digest, now)
        return None if row is None else OpenInvitation(**row)

    async def invitations_of(self, people: Sequence[UUID]) -> Mapping[UUID, PendingInvitation]:
        """Return the invitation of each of these people that has one."""
        rows = await self._pool.fetch(_sql["open_invitations"], list(people))
        return {row["person"]: PendingInvitation(**row) for row in rows}

    async def accept_with_password(
        self, invitation: bytes, new: NewPassword, now: datetime
    ) -> UUID | None:
        """Use an invitation and store a password; return whose, None where it can't be used."""
        async with self._pool.acquire() as connection, connection.transaction():
            await wait_for_turn(connection)
            person = await connection.fetchval(_sql["use_invitation"], invitation, now)
            if person is None:
                return None
            by = _self(person)
            await append(connection, [_accepted(person, "password", now)])
            await _put_password(connection, person, new, now, by)
        return person

    async def accept_with_passkey(
        self, invitation: bytes, new: StaffPasskey, most: int, now: datetime
    ) -> UUID | None:
        """Use an invitation and store a passkey; return whose, None where it can't be used."""
        async with self._pool.acquire() as connection, connection.transaction():
            await wait_for_turn(connection)
            person = await connection.fetchval(_sql["use_invitation"], invitation, now)
            if person is None:
                return None
            new = structs.replace(new, person=person)
            await append(connection, [_accepted(person, "passkey", now)])
            await _put_passkey(connection, new, most, now, _self(person))
        return person


def _self(person: UUID) -> Author:
    return Author(staff_subject(person))


def _accepted(person: UUID, method: str, now: datetime) -> SecurityEntry:
    return SecurityEntry(
        kind=SecurityKind.STAFF_INVITATION_USED,
        at=now,
        by=_self(person),
        subject=staff_subject(person),
        details=EntryDetails(method=method),
    )


def _changed(person: UUID, what: str, now: datetime, by: Author) -> SecurityEntry:
    return SecurityEntry(
        kind=SecurityKind.STAFF_CREDENTIALS_CHANGED,
        at=now,
        by=by,
        subject=staff_subject(person),
        outcome=what,
    )


async def _put_password(
    connection: Any, person: UUID, new: NewPassword, now: datetime, by: Author
) -> bool:
    stored = await connection.fetchval(
        _sql["put_password"], person, new.password, new.totp, new.totp_step
    )
    if stored is None:
        return False
    await _put_recovery_codes(connection, person, new.recovery_digests, now)
    await append(connection, [_changed(person, "password_and_codes", now, by)])
    return True


async def _put_recovery_codes(
    connection: Any, person: UUID, digests: Sequence[bytes], now: datetime
) -> None:
    await connection.execute(_sql["delete_recovery_codes"], person)
    await connection.execute(_sql["insert_recovery_codes"], person, list(digests), now)


async def _put_passkey(
    connection: Any, new: StaffPasskey, most: int, now: datetime, by: Author
) -> bool:
    columns = structs.astuple(new)[:-1]
    if await connection.fetchval(_sql["put_passkey"], *columns, most) is None:
        return False
    await append(connection, [_changed(new.person, "passkey_added", now, by)])
    return True

"""People and their grants in PostgreSQL; each change is an entry of the security log as well."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
from msgspec import Struct

from gotovo.store.postgres.statements import load_statements
from gotovo.store.tables.security.entries import Author, SecurityEntry
from gotovo.store.tables.security.kinds import EntryDetails, SecurityKind
from gotovo.store.tables.security.security_log import append, wait_for_turn
from gotovo.store.tables.security.states import WithState, record_change

_sql = load_statements("tables/staff/people.sql")

PERSON = "staff"
"""What the subject of an entry about a person begins with."""


class StaffPerson(Struct, frozen=True):
    """A person as stored; the columns of `staff` say what each field is."""

    id: UUID
    login: str
    name: str
    locale: str | None
    own_customer: str
    version: int
    created_at: datetime
    created_by: str
    suspended_at: datetime | None
    has_password: bool
    passkeys: int


class NewPerson(Struct, frozen=True):
    """Somebody who is invited; `own_customer` is empty where their own phone is not known."""

    id: UUID
    login: str
    name: str
    locale: str | None = None
    own_customer: str = ""


class StoredGrant(Struct, frozen=True):
    """A grant that is not revoked; None in `shop`, `point` and `warehouse` means everywhere."""

    id: UUID
    person: UUID
    role: str
    shop: str | None
    point: str | None
    warehouse: str | None
    granted_at: datetime
    granted_by: str


class NewGrant(Struct, frozen=True):
    """A grant that is given."""

    id: UUID
    role: str
    shop: str | None = None
    point: str | None = None
    warehouse: str | None = None


class NewInvitation(Struct, frozen=True):
    """An invitation: the digest of its token, what it is for, and until when it can be used."""

    digest: bytes
    kind: str
    expires_at: datetime


class StaffStore:
    """Reads and writes `staff`, `staff_grant`, and whom `staff_invitation` invites."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        """Use a pool; a change and its entries are one transaction."""
        self._pool = pool

    async def find(self, person: UUID) -> StaffPerson | None:
        """Return a person."""
        row = await self._pool.fetchrow(_sql["people"], [person])
        return None if row is None else StaffPerson(**row)

    async def by_id(self, people: Sequence[UUID]) -> Mapping[UUID, StaffPerson]:
        """Return the people with these ids."""
        rows = await self._pool.fetch(_sql["people"], list(people))
        return {row["id"]: StaffPerson(**row) for row in rows}

    async def id_of(self, login: str) -> UUID | None:
        """Return who has a login."""
        return await self._pool.fetchval(_sql["person_by_login"], login)

    async def page(
        self, after_name: str, after_id: UUID, shop: str | None, limit: int
    ) -> Sequence[StaffPerson]:
        """Return people by name after one of them; with a shop only who acts for that one."""
        rows = await self._pool.fetch(_sql["people_page"], after_name, after_id, shop, limit)
        return [StaffPerson(**row) for row in rows]

    async def grants_of(self, people: Sequence[UUID]) -> Sequence[StoredGrant]:
        """Return the grants of people that are not revoked."""
        rows = await self._pool.fetch(_sql["grants_of"], list(people))
        return [StoredGrant(**row) for row in rows]

    async def administrators_beside(self, person: UUID) -> int:
        """Return how many others administer the network."""
        return await self._pool.fetchval(_sql["administrators"], person)

    async def invite(
        self,
        new: NewPerson,
        grants: Sequence[NewGrant],
        invitation: NewInvitation,
        now: datetime,
        by: Author,
    ) -> bool:
        """Store a person with their grants and their invitation; False where the login is taken."""
        async with self._pool.acquire() as connection, connection.transaction():
            await wait_for_turn(connection)
            values = new.id, new.login, new.name, new.locale, new.own_customer, now, by.actor
            if await connection.fetchval(_sql["insert_person"], *values) is None:
                return False
            for grant in grants:
                await _grant(connection, new.id, grant, now, by)
            await _invite(connection, new.id, invitation, now, by)
        return True

    async def invite_again(
        self, person: UUID, invitation: NewInvitation, now: datetime, by: Author
    ) -> bool:
        """Store another invitation in place of the one before; False where nobody has this id.

        One that resets deletes the person's password, one-time codes and passkeys, and ends every
        session: whoever has found a lost phone gets no further.
        """
        async with self._pool.acquire() as connection, connection.transaction():
            await wait_for_turn(connection)
            if await connection.fetchrow(_sql["people"], [person]) is None:
                return False
            await connection.execute(_sql["revoke_invitations"], person, now)
            if invitation.kind == "reset":
                for name in (
                    "clear_credentials",
                    "clear_passkeys",
                    "clear_recovery_codes",
                    "end_sessions",
                ):
                    await connection.execute(_sql[name], person)
            await _invite(connection, person, invitation, now, by)
        return True

    async def revoke_invitation(self, person: UUID, now: datetime, by: Author) -> bool:
        """Revoke the open invitation of a person; False where there is none."""
        async with self._pool.acquire() as connection, connection.transaction():
            await wait_for_turn(connection)
            if await connection.fetchval(_sql["revoke_invitations"], person, now) is None:
                return False
            kind = SecurityKind.STAFF_INVITATION_REVOKED
            await append(connection, [_about(person, kind, now, by)])
        return True

    async def grant(self, person: UUID, grant: NewGrant, now: datetime, by: Author) -> bool:
        """Let a person act as something; False where they may already."""
        async with self._pool.acquire() as connection, connection.transaction():
            await wait_for_turn(connection)
            return await _grant(connection, person, grant, now, by)

    async def revoke(self, person: UUID, grant: UUID, now: datetime, by: Author) -> bool:
        """Take a grant back and end the sessions that act with it; False where there is none."""
        async with self._pool.acquire() as connection, connection.transaction():
            await wait_for_turn(connection)
            row = await connection.fetchrow(_sql["revoke_grant"], grant, person, now, by.actor)
            if row is None:
                return False
            await connection.execute(_sql["end_sessions_with_grant"], grant)
            kind = SecurityKind.STAFF_GRANT_REVOKED
            entry = _of_grant(person, row["role"], row["shop"], kind, now, by)
            await record_change(connection, WithState.GRANT, str(grant), entry)
        return True

    async def suspend(self, person: UUID, now: datetime, by: Author) -> bool:
        """Let a person in nowhere and end every session; False where they are suspended."""
        async with self._pool.acquire() as connection, connection.transaction():
            await wait_for_turn(connection)
            if await connection.fetchval(_sql["suspend"], person, now) is None:
                return False
            await connection.execute(_sql["end_sessions"], person)
            await connection.execute(_sql["revoke_invitations"], person, now)
            await append(connection, [_about(person, SecurityKind.STAFF_SUSPENDED, now, by)])
        return True

    async def restore(self, person: UUID, now: datetime, by: Author) -> bool:
        """Let a suspended person in again; False where they are not suspended."""
        async with self._pool.acquire() as connection, connection.transaction():
            await wait_for_turn(connection)
            if await connection.fetchval(_sql["restore"], person) is None:
                return False
            await append(connection, [_about(person, SecurityKind.STAFF_RESTORED, now, by)])
        return True

    async def change(self, person: StaffPerson, now: datetime, by: Author) -> bool:
        """Store name, login, locale and own customer of the version that was read.

        Return False where it is another version by now, or somebody else has the login.
        """
        async with self._pool.acquire() as connection, connection.transaction():
            await wait_for_turn(connection)
            values = person.name, person.login, person.locale, person.own_customer
            changed = await connection.fetchval(
                _sql["change_person"], person.id, person.version, *values
            )
            if changed is None:
                return False
            await append(connection, [_about(person.id, SecurityKind.STAFF_CHANGED, now, by)])
        return True


def staff_subject(person: UUID) -> str:
    """Return the subject of an entry about a person."""
    return f"{PERSON}:{person.hex}"


def _about(
    person: UUID, kind: SecurityKind, now: datetime, by: Author, outcome: str = ""
) -> SecurityEntry:
    return SecurityEntry(kind=kind, at=now, by=by, subject=staff_subject(person), outcome=outcome)


def _of_grant(  # noqa: PLR0917  (the fields of an entry)
    person: UUID, role: str, shop: str | None, kind: SecurityKind, now: datetime, by: Author
) -> SecurityEntry:
    details = EntryDetails(role=role, names=(staff_subject(person),))
    return SecurityEntry(kind=kind, at=now, by=by, shop=shop, details=details)


async def _grant(connection: Any, person: UUID, grant: NewGrant, now: datetime, by: Author) -> bool:
    values = grant.role, grant.shop, grant.point, grant.warehouse, now, by.actor
    if await connection.fetchval(_sql["insert_grant"], grant.id, person, *values) is None:
        return False
    entry = _of_grant(person, grant.role, grant.shop, SecurityKind.STAFF_GRANTED, now, by)
    await record_change(connection, WithState.GRANT, str(grant.id), entry)
    return True


async def _invite(
    connection: Any, person: UUID, invitation: NewInvitation, now: datetime, by: Author
) -> None:
    values = invitation.digest, person, invitation.kind, now, by.actor, invitation.expires_at
    await connection.execute(_sql["insert_invitation"], *values)
    entry = _about(person, SecurityKind.STAFF_INVITED, now, by, invitation.kind)
    await append(connection, [entry])

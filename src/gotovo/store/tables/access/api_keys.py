"""API keys in PostgreSQL, and the idempotency records of requests that name no order.

Every change of a key is an entry of the security log, in the same transaction.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
from msgspec import Struct, structs

from gotovo.store.postgres.statements import load_statements
from gotovo.store.tables.security.entries import PROGRAM, Author, SecurityEntry
from gotovo.store.tables.security.kinds import EntryDetails, SecurityKind
from gotovo.store.tables.security.security_log import wait_for_turn
from gotovo.store.tables.security.states import WithState, record_change

_sql = load_statements("tables/access/api_keys.sql")


class KeyLimits(Struct, frozen=True):
    """The limits that a key has of its own; None is the installation's setting.

    `rate` is requests a second, 0 for any number, and `burst` how many at once; `requests` are
    those under way, `streams` event streams.
    """

    rate: int | None = None
    burst: int | None = None
    requests: int | None = None
    streams: int | None = None


class ApiKey(Struct, frozen=True):
    """A stored key: `digest` is SHA-256 of the token, which is not stored.

    `point` is the code of the one point that a key of that role works at, empty for the others.
    Until `old_until` the tokens of `old_digests` are valid as well.
    `shop` is the shop whose orders the key is for, None for a key of the network.
    `warehouse` is the only warehouse that a key of that role serves, None for all of them.
    `rate`, `burst`, `requests` and `streams` are its own limits, None for the settings.
    `scopes` are what it may do of what its role may, None for all of it.
    `created_by` is the id of the key that made it, `cli` for the command line, None if unknown.
    From `expires_at` on it opens nothing. `networks` are those from which it may be used, None for
    any. `version` counts the changes of its name and of these limits. `used_at` and `used_from` are
    its last use and the block of addresses of that; `refused_at` and `refused_from` the same of its
    right token from another network. The four are None in the list of keys in use.
    """

    id: str
    name: str
    role: str
    point: str
    shop: str | None
    digest: bytes
    created_at: datetime
    revoked_at: datetime | None = None
    old_digests: list[bytes] | None = None
    old_until: datetime | None = None
    rate: int | None = None
    burst: int | None = None
    requests: int | None = None
    streams: int | None = None
    scopes: list[str] | None = None
    created_by: str | None = None
    expires_at: datetime | None = None
    networks: list[str] | None = None
    version: int = 1
    used_at: datetime | None = None
    used_from: str | None = None
    refused_at: datetime | None = None
    refused_from: str | None = None
    warehouse: str | None = None


class KeyUse(Struct, frozen=True):
    """The last use of a key in one process, and the block of addresses from where it was."""

    key_id: str
    at: datetime
    block: str


class KeyProofs(Struct, frozen=True):
    """The digests of a key's present token and of former ones, and whether it is revoked."""

    shop: str | None
    is_revoked: bool
    digest: bytes
    old_digests: list[bytes] | None


class KeyChange(Struct, frozen=True):
    """What the security log says of a change beside the key itself."""

    kind: SecurityKind
    at: datetime
    by: Author


class StoredResponse(Struct, frozen=True):
    """An earlier response, and the fingerprint of its request."""

    fingerprint: bytes
    status: int
    body: bytes


class ApiKeyStore:
    """Reads and writes `api_key` and `idempotency`."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        """Use a pool; each read is one statement."""
        self._pool = pool

    async def living(self) -> list[ApiKey]:
        """Return every key that has not been revoked."""
        return [ApiKey(**row) for row in await self._pool.fetch(_sql["keys"])]

    async def find(self, key_id: str) -> ApiKey | None:
        """Return a key, revoked or not."""
        row = await self._pool.fetchrow(_sql["key"], key_id)
        return ApiKey(**row) if row else None

    async def page(
        self, after: datetime | None, after_id: str, limit: int, shop: str | None = None
    ) -> list[ApiKey]:
        """Return keys of all or of one shop, newest first."""
        rows = await self._pool.fetch(_sql["keys_page"], after, after_id, limit, shop)
        return [ApiKey(**row) for row in rows]

    async def put(self, key: ApiKey, by: Author = PROGRAM, keys_max: int | None = None) -> bool:
        """Store a new key; return False where its id exists already.

        So too where its shop has `keys_max` keys that are not revoked.
        """
        values = (
            key.name,
            key.role,
            key.point,
            key.shop,
            key.digest,
            key.created_at,
            key.scopes,
            key.created_by,
            key.expires_at,
            key.networks,
            key.warehouse,
            key.rate,
            key.burst,
            key.requests,
            key.streams,
            keys_max,
        )
        change = KeyChange(SecurityKind.KEY_CREATED, key.created_at, by)
        return await self._change("insert_key", key.id, values, change)

    async def revoke(
        self, key_id: str, at: datetime, shop: str | None = None, by: Author = PROGRAM
    ) -> bool:
        """Revoke a key; return False when there is none, or none of this shop."""
        change = KeyChange(SecurityKind.KEY_REVOKED, at, by)
        return await self._change("revoke_key", key_id, (at, shop), change)

    async def change(self, key: ApiKey, at: datetime, by: Author = PROGRAM) -> bool:
        """Store the name, scopes, networks and expiry of a key; its version goes up by one.

        Return False when it is revoked, or is not of the version that `key` was read with any more.
        """
        values = key.version, key.name, key.scopes, key.networks, key.expires_at
        change = KeyChange(SecurityKind.KEY_CHANGED, at, by)
        return await self._change("change_key", key.id, values, change)

    async def put_uses(self, used: Sequence[KeyUse], refused: Sequence[KeyUse]) -> None:
        """Advance the last uses and refusals of keys, in a statement each."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(_sql["wait_for_turn"])
            for name, uses in (("put_uses", used), ("put_refusals", refused)):
                if uses:
                    columns = zip(*(structs.astuple(each) for each in uses), strict=True)
                    await connection.execute(_sql[name], *map(list, columns))

    async def roll(  # noqa: PLR0917  (what is replaced, and by whom)
        self,
        key_id: str,
        digest: bytes,
        old_until: datetime,
        now: datetime,
        shop: str | None,
        by: Author = PROGRAM,
    ) -> bool:
        """Replace a key's token; return False when none in use has this id (of this shop)."""
        change = KeyChange(SecurityKind.KEY_ROLLED, now, by)
        return await self._change("roll_key", key_id, (digest, old_until, now, shop), change)

    async def limit(
        self,
        key_id: str,
        limits: KeyLimits,
        at: datetime,
        by: Author = PROGRAM,
        present: KeyLimits | None = None,
    ) -> bool:
        """Set the limits of a key; return False when none in use has this id.

        So too where its limits are not those any more that `present` says.
        """
        change = KeyChange(SecurityKind.KEY_CHANGED, at, by)
        is_bound = present is not None
        values = (*structs.astuple(limits), is_bound, *structs.astuple(present or limits))
        return await self._change("limit_key", key_id, values, change)

    async def proofs(self, key_ids: Sequence[str]) -> Mapping[str, KeyProofs]:
        """Return the proofs of each of these ids that a key has."""
        rows = await self._pool.fetch(_sql["proofs"], key_ids)
        return {row["id"]: KeyProofs(*list(row.values())[1:]) for row in rows}

    async def response_to(self, request_id: UUID) -> StoredResponse | None:
        """Return the earlier response to a request (rule 4.13)."""
        row = await self._pool.fetchrow(_sql["answered"], request_id)
        return StoredResponse(**row) if row else None

    async def remember(self, request_id: UUID, answer: StoredResponse, now: datetime) -> None:
        """Store a response unless there is one already."""
        await self._pool.execute(
            _sql["remember_answer"],
            request_id,
            answer.fingerprint,
            answer.status,
            answer.body,
            now,
        )

    async def _change(
        self, statement: str, key_id: str, values: tuple[Any, ...], change: KeyChange
    ) -> bool:
        """Write a key and its entry in the security log; return False where nothing was written."""
        async with self._pool.acquire() as connection, connection.transaction():
            await wait_for_turn(connection)  # Before the keys of a shop are counted.
            row = await connection.fetchrow(_sql[statement], key_id, *values)
            if row is None:
                return False
            entry = SecurityEntry(
                kind=change.kind,
                at=change.at,
                by=change.by,
                shop=row["shop"],
                details=EntryDetails(role=row["role"]),
            )
            await record_change(connection, WithState.KEY, key_id, entry)
        return True

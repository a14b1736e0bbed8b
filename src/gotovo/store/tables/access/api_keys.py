"""API keys in PostgreSQL, and the idempotency records of requests that name no order."""

from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
from msgspec import Struct, structs

from gotovo.store.postgres.statements import SWEPT_ROWS_MAX, load_statements

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
    `rate`, `burst`, `requests` and `streams` are its own limits, None for the settings.
    `scopes` are what it may do of what its role may, None for all of it.
    `created_by` is the id of the key that made it, `cli` for the command line, None if unknown.
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


class StoredResponse(Struct, frozen=True):
    """An earlier response, and the fingerprint of its request."""

    fingerprint: bytes
    status: int
    body: bytes


class ApiKeyStore:
    """Reads and writes `api_key` and `idempotency`."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        """Use a pool; each method is one statement."""
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

    async def put(self, key: ApiKey) -> bool:
        """Store a new key; return False where its id exists already."""
        stored = await self._pool.fetchval(
            _sql["insert_key"],
            key.id,
            key.name,
            key.role,
            key.point,
            key.shop,
            key.digest,
            key.created_at,
            key.scopes,
            key.created_by,
        )
        return stored is not None

    async def revoke(self, key_id: str, at: datetime, shop: str | None = None) -> bool:
        """Revoke a key; return False when there is none, or none of this shop."""
        return await self._pool.fetchval(_sql["revoke_key"], key_id, at, shop) is not None

    async def roll(
        self, key_id: str, digest: bytes, old_until: datetime, now: datetime, shop: str | None
    ) -> bool:
        """Replace a key's token; return False when none in use has this id (of this shop)."""
        values = key_id, digest, old_until, now, shop
        return await self._pool.fetchval(_sql["roll_key"], *values) is not None

    async def limit(self, key_id: str, limits: KeyLimits) -> bool:
        """Set the limits of a key; return False when none in use has this id."""
        values = key_id, *structs.astuple(limits)
        return await self._pool.fetchval(_sql["limit_key"], *values) is not None

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

    async def sweep(self, before: datetime) -> None:
        """Delete responses stored before an instant, a bounded number of them."""
        await self._pool.execute(_sql["sweep_answers"], before, SWEPT_ROWS_MAX)

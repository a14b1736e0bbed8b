"""Dependencies of the handlers: the caller by API key, and the idempotency key."""

from dataclasses import dataclass
from hashlib import sha256
from time import monotonic
from typing import Annotated

import asyncpg
from fastapi import Depends, Request

from problems import Problem

KEY_SECONDS = 60
"""How long a key that was found is cached."""

_FIND_KEY = "select name, role from api_key where token_sha256 = $1"


@dataclass(slots=True)
class RequestContext:
    """The caller of one request and, for a POST, its idempotency key and fingerprint."""

    pool: "asyncpg.Pool[asyncpg.Record]"
    actor: str
    key: str
    fingerprint: bytes


_known: dict[str, tuple[float, str]] = {}


async def reader(request: Request) -> RequestContext:
    """Require an API key."""
    pool = request.app.state.pool
    return RequestContext(pool, await _actor(request, pool), "", b"")


async def writer(request: Request) -> RequestContext:
    """Require an API key and an Idempotency-Key."""
    pool = request.app.state.pool
    actor = await _actor(request, pool)
    key = request.headers.get("idempotency-key")
    if not key:
        raise Problem(400, "idempotency_key_missing")
    content = request.url.path.encode() + b"\0" + await request.body()
    return RequestContext(pool, actor, f"{actor}/{key}", sha256(content).digest())


async def _actor(request: Request, pool: "asyncpg.Pool[asyncpg.Record]") -> str:
    header = request.headers.get("authorization", "")
    until, actor = _known.get(header, (0.0, ""))
    if until > monotonic():
        return actor
    token = header.removeprefix("Bearer ")
    found = await pool.fetchrow(_FIND_KEY, sha256(token.encode()).digest())
    if found is None:
        raise Problem(401, "unknown_key")
    actor = f"{found['role']}:{found['name']}"
    _known[header] = (monotonic() + KEY_SECONDS, actor)
    return actor


Reader = Annotated[RequestContext, Depends(reader)]
Writer = Annotated[RequestContext, Depends(writer)]

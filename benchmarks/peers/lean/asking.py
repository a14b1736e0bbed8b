"""Who asks, and whether the very same was asked before."""

from dataclasses import dataclass
from hashlib import sha256
from time import monotonic
from typing import Annotated

import asyncpg
from fastapi import Depends, Request

from problems import Problem

KEY_SECONDS = 60
"""How long a key that was found is believed without looking again."""

_FIND_KEY = "select name, role from api_key where token_sha256 = $1"


@dataclass(slots=True)
class Asked:
    """One request: its caller, and for a POST what makes a repetition of it harmless."""

    pool: "asyncpg.Pool[asyncpg.Record]"
    actor: str
    key: str
    fingerprint: bytes


_known: dict[str, tuple[float, str]] = {}


async def reader(request: Request) -> Asked:
    """Let anybody with a key read."""
    pool = request.app.state.pool
    return Asked(pool, await _actor(request, pool), "", b"")


async def writer(request: Request) -> Asked:
    """Let anybody with a key write who says an Idempotency-Key."""
    pool = request.app.state.pool
    actor = await _actor(request, pool)
    key = request.headers.get("idempotency-key")
    if not key:
        raise Problem(400, "idempotency_key_missing")
    asked = request.url.path.encode() + b"\0" + await request.body()
    return Asked(pool, actor, f"{actor}/{key}", sha256(asked).digest())


async def _actor(request: Request, pool: "asyncpg.Pool[asyncpg.Record]") -> str:
    told = request.headers.get("authorization", "")
    until, actor = _known.get(told, (0.0, ""))
    if until > monotonic():
        return actor
    token = told.removeprefix("Bearer ")
    found = await pool.fetchrow(_FIND_KEY, sha256(token.encode()).digest())
    if found is None:
        raise Problem(401, "unknown_key")
    actor = f"{found['role']}:{found['name']}"
    _known[told] = (monotonic() + KEY_SECONDS, actor)
    return actor


Reader = Annotated[Asked, Depends(reader)]
Writer = Annotated[Asked, Depends(writer)]

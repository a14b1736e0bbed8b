"""Who asks, and whether the very same was asked before."""

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from time import monotonic
from typing import Annotated

from fastapi import Depends, Header, Request
from sqlalchemy.ext.asyncio import AsyncSession

from database import Session, sessions
from models import ApiKey, IdempotencyKey
from problems import Problem

KEY_SECONDS = 60
"""How long a key that was found is believed without looking again."""

_known: dict[str, tuple[float, str]] = {}


async def actor(authorization: Annotated[str, Header()] = "") -> str:
    """Return whose key it is, as `role:name`."""
    until, known = _known.get(authorization, (0.0, ""))
    if until > monotonic():
        return known
    digest = sha256(authorization.removeprefix("Bearer ").encode()).digest()
    async with sessions() as session:
        found = await session.get(ApiKey, digest)
    if found is None:
        raise Problem(401, "unknown_key")
    known = f"{found.role}:{found.name}"
    _known[authorization] = (monotonic() + KEY_SECONDS, known)
    return known


Actor = Annotated[str, Depends(actor)]


@dataclass(slots=True)
class Asked:
    """A request that changes something: its transaction, and what makes repeating it harmless."""

    session: AsyncSession
    actor: str
    key: str
    fingerprint: bytes

    async def answered(self) -> bytes | None:
        """Return what was answered to this very request before, if it was asked before."""
        stored = await self.session.get(IdempotencyKey, self.key)
        if stored is None:
            return None
        if stored.fingerprint != self.fingerprint:
            raise Problem(422, "idempotency_key_reused")
        return stored.answer

    def remember(self, answer: bytes) -> None:
        """Store the answer with what is being written."""
        kept = IdempotencyKey(
            key=self.key,
            fingerprint=self.fingerprint,
            answer=answer,
            created_at=datetime.now(UTC),
        )
        self.session.add(kept)


async def asked(
    request: Request, session: Session, actor: Actor, idempotency_key: Annotated[str, Header()] = ""
) -> Asked:
    """Let anybody with a key write who says an Idempotency-Key."""
    if not idempotency_key:
        raise Problem(400, "idempotency_key_missing")
    told = request.url.path.encode() + b"\0" + await request.body()
    return Asked(session, actor, f"{actor}/{idempotency_key}", sha256(told).digest())


Writer = Annotated[Asked, Depends(asked)]

"""Dependencies of the handlers: the caller by API key, and the idempotency key."""

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
"""How long a key that was found is cached."""

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
class RequestContext:
    """A request that writes: its transaction, idempotency key and fingerprint."""

    session: AsyncSession
    actor: str
    key: str
    fingerprint: bytes

    async def stored_response(self) -> bytes | None:
        """Return the response that is stored for this idempotency key, if any."""
        stored = await self.session.get(IdempotencyKey, self.key)
        if stored is None:
            return None
        if stored.fingerprint != self.fingerprint:
            raise Problem(422, "idempotency_key_reused")
        return stored.answer

    def remember(self, answer: bytes) -> None:
        """Store the response in the same transaction."""
        record = IdempotencyKey(
            key=self.key,
            fingerprint=self.fingerprint,
            answer=answer,
            created_at=datetime.now(UTC),
        )
        self.session.add(record)


async def writer(
    request: Request, session: Session, actor: Actor, idempotency_key: Annotated[str, Header()] = ""
) -> RequestContext:
    """Require an API key and an Idempotency-Key."""
    if not idempotency_key:
        raise Problem(400, "idempotency_key_missing")
    content = request.url.path.encode() + b"\0" + await request.body()
    return RequestContext(session, actor, f"{actor}/{idempotency_key}", sha256(content).digest())


Writer = Annotated[RequestContext, Depends(writer)]

"""A repetition is harmless: the same key gives the same bytes, another request is refused.

What changes an order is remembered by the engine with the order itself. What doesn't (keys,
stock) is remembered here.
"""

import hashlib
import re
from collections.abc import Awaitable, Callable
from uuid import UUID

from gotovo.api.answer import Answer
from gotovo.api.dispatch.dependencies import ApiParts
from gotovo.api.dispatch.errors import Fault
from gotovo.api.request import Request
from gotovo.store.tables.access.api_keys import StoredAnswer
from gotovo.words.request_errors import RequestFault

IDEMPOTENCY_KEY_MAX = 200
"""Characters of an Idempotency-Key: five UUIDs, and cheap to hash."""

FINGERPRINT_BYTES = 16
"""Enough that two requests never meet by chance."""

_FITS = re.compile(rb"[\x21-\x7e]{1,200}")


def require_idempotency_key(headers: dict[bytes, bytes]) -> bytes:
    """Return the Idempotency-Key, or raise when it is missing or does not fit."""
    key = headers.get(b"idempotency-key")
    if key is None:
        raise Fault(RequestFault.IDEMPOTENCY_KEY_MISSING, "Idempotency-Key")
    if not _FITS.fullmatch(key):
        raise Fault(
            RequestFault.IDEMPOTENCY_KEY_INVALID,
            "Idempotency-Key",
            key[:IDEMPOTENCY_KEY_MAX].decode("latin-1"),
            f"1..{IDEMPOTENCY_KEY_MAX} visible ASCII characters",
        )
    return key


def request_command_id(request: Request) -> UUID:
    """Return the command id that this key holder's Idempotency-Key stands for."""
    key = require_idempotency_key(request.headers)
    return _id(b"request", request.holder.key_id, key)


def listed_command_id(request: Request, listed: str) -> UUID:
    """Return the command id that an id within a list of commands stands for."""
    return _id(b"command", request.holder.key_id, listed.encode())


def fingerprint_of(request: Request) -> bytes:
    """Return a digest of what was asked: method, path and body, byte for byte."""
    asked = b"\0".join((request.method.encode(), request.path.encode(), request.body))
    return hashlib.blake2b(asked, digest_size=FINGERPRINT_BYTES).digest()


class InFlight:
    """Holds the id of a request while it is under way; a second one meanwhile is refused."""

    __slots__ = ("_ids", "_request_id")

    def __init__(self, parts: ApiParts, request_id: UUID) -> None:
        """Name the request; it is held from `with` to its end."""
        self._ids = parts.in_flight
        self._request_id = request_id

    def __enter__(self) -> None:
        """Hold the id, or raise when it is held already."""
        if self._request_id in self._ids:
            raise Fault(RequestFault.IN_FLIGHT, headers=((b"retry-after", b"1"),))
        self._ids.add(self._request_id)

    def __exit__(self, *_error: object) -> None:
        """Let the id go."""
        self._ids.discard(self._request_id)


async def remembered(
    parts: ApiParts, request: Request, work: Callable[[UUID], Awaitable[Answer]]
) -> Answer:
    """Do the work once and remember its answer; `work` must itself bear being done again.

    It is done again only when we stopped between the work and remembering it.
    """
    request_id = request_command_id(request)
    fingerprint = fingerprint_of(request)
    with InFlight(parts, request_id):
        stored = await parts.keys.answered(request_id)
        if stored is None:
            answer = await work(request_id)
            now = parts.clock()
            kept = StoredAnswer(fingerprint, int(answer.status), answer.body)
            await parts.keys.remember(request_id, kept, now)
            stored = await parts.keys.answered(request_id) or kept
    if stored.fingerprint != fingerprint:
        raise reused(request)
    return Answer(stored.status, stored.body)


def reused(request: Request) -> Fault:
    """Return the fault of a key that came with another request before."""
    key = request.headers.get(b"idempotency-key", b"").decode("latin-1")
    return Fault(RequestFault.IDEMPOTENCY_KEY_REUSED, "Idempotency-Key", key)


def _id(kind: bytes, key_id: str, told: bytes) -> UUID:
    digest = hashlib.sha256(b"\0".join((kind, key_id.encode(), told))).digest()
    return UUID(bytes=digest[:16])

"""The hash chain of an order's history: anyone with an export can verify it (rule 4.14).

Each event's hash is SHA-256 over the hash before it and the event's own fields as text, one a
line. The first link starts from 32 zero bytes. `docs/reference/chain.md` shows how.
"""

import hashlib
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

GENESIS = bytes(32)

INSTANTS_MAX: Final = 16
"""Texts that are remembered: a batch records all of its events at one instant."""


def link(previous: bytes, header: str, body: bytes) -> bytes:
    """Return the hash of an event whose stored body is `body`, byte for byte."""
    return hashlib.sha256(b"\n".join((previous, header.encode(), body))).digest()


def header_of(  # noqa: PLR0917  (these are the stored columns of an event, no more and no fewer)
    number: str, version: int, at: datetime, recorded_at: datetime, actor: str, command_id: str
) -> str:
    """Return the part of an event outside its body as six lines of text, instants in UTC."""
    happened = instant_text(at)
    written = happened if recorded_at == at else instant_text(recorded_at)
    return "\n".join((number, str(version), happened, written, actor, command_id))


@lru_cache(maxsize=INSTANTS_MAX)
def instant_text(instant: datetime) -> str:
    """Return RFC 3339 in UTC with six decimals, so that one instant has one spelling."""
    moved = instant if instant.tzinfo is UTC else instant.astimezone(UTC)
    return moved.isoformat(timespec="microseconds")

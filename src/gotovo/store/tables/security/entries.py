"""Entries of the security log, and the hash chain that they form."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from msgspec import Struct, structs

from gotovo.order.values.chain import instant_text, link
from gotovo.store.tables.security.kinds import KINDS, NO_DETAILS, EntryDetails, SecurityKind

_NO_SHOP = "-"
"""In the hash; no shop's code begins so."""


class Author(Struct, frozen=True):
    """Who did something: `role:id` as in the journal, and the block of addresses it came from."""

    actor: str
    network: str = ""


PROGRAM: Final = Author("system:")
"""Gotovo itself: its jobs, its demo town, and what it does at its start."""


VISITOR: Final = "visitor:"
"""The actor of requests whose sender is unknown."""


class SecurityEntry(Struct, frozen=True, kw_only=True):
    """An entry that is to be appended; the columns of `security_log` say what each field is."""

    kind: SecurityKind
    at: datetime
    by: Author = PROGRAM
    shop: str | None = None
    subject: str = ""
    outcome: str = ""
    state: bytes | None = None
    details: EntryDetails = NO_DETAILS


class StoredEntry(Struct, frozen=True):
    """An entry as it is stored; `details` is JSON, byte for byte as it was hashed."""

    seq: int
    at: datetime
    kind: str
    actor: str
    shop: str | None
    subject: str
    network: str
    outcome: str
    state: bytes | None
    details: bytes
    hash: bytes


def chained(seq: int, previous: bytes, entries: Sequence[SecurityEntry]) -> list[StoredEntry]:
    """Return the entries as they follow the one with this number and this hash."""
    stored: list[StoredEntry] = []
    for number, each in enumerate(entries, seq + 1):
        new = StoredEntry(
            seq=number,
            at=each.at,
            kind=each.kind,
            actor=each.by.actor,
            shop=each.shop,
            subject=each.subject,
            network=each.by.network,
            outcome=each.outcome,
            state=each.state,
            details=_encoded(each),
            hash=b"",
        )
        previous = hash_of(previous, new)
        stored.append(structs.replace(new, hash=previous))
    return stored


def hash_of(previous: bytes, entry: StoredEntry) -> bytes:
    """Return the hash of an entry that follows the one with this hash (rule 4.14)."""
    header = (
        str(entry.seq),
        instant_text(entry.at),
        entry.kind,
        entry.actor,
        _NO_SHOP if entry.shop is None else entry.shop,
        entry.subject,
        entry.network,
        entry.outcome,
        (entry.state or b"").hex(),
    )
    return link(previous, "\n".join(header), entry.details)


def _encoded(entry: SecurityEntry) -> bytes:
    """Return the details as JSON; whatever its kind does not carry is a mistake of the caller."""
    encoded = msgspec.json.encode(entry.details)
    carried = msgspec.json.decode(encoded, type=dict[str, Any]).keys()
    assert carried <= KINDS[entry.kind].fields, (entry.kind, carried)
    texts = (entry.by.actor, entry.shop or "", entry.subject, entry.by.network, entry.outcome)
    assert not any("\n" in text for text in texts), texts
    return encoded

"""Findings about texts: the words beside an order, compared with the digests in its events."""

from collections.abc import Sequence
from typing import Final

from gotovo.order.replay import TYPE_OF
from gotovo.order.steps.contact_erasure import ContactErased
from gotovo.order.values.texts.order_text import TextDigest, digest_in, text_digest
from gotovo.store.audit.findings import Finding
from gotovo.store.journal.batch_rows import DatabaseRow

_ERASED: Final = TYPE_OF[ContactErased]


def text_findings(
    number: str, events: Sequence[DatabaseRow], texts: Sequence[DatabaseRow]
) -> list[Finding]:
    """Return words that no event has the digest of, other words than it has, and lost ones.

    The words of everything up to the erasure of the buyer have to be gone; later ones stay.
    """
    known = _digests(events)
    found: list[Finding] = []
    stored: set[TextDigest] = set()
    for row in texts:
        digest = TextDigest(row["digest"])
        key = f"{number}/{digest}"
        stored.add(digest)
        if digest not in known:
            found.append(Finding("order_text", key, "words", "an event with their digest"))
        elif text_digest(bytes(row["salt"]), row["said"]) != digest:
            found.append(Finding("order_text.said", key, "other words", "those of the digest"))
        elif known[digest] is None:
            found.append(Finding("order_text", key, "words", "none: the buyer was erased"))
    found += [
        Finding("order_text", f"{number}/{version}", "no row", "the words of the event")
        for digest, version in known.items()
        if version is not None and digest not in stored
    ]
    return found


def _digests(events: Sequence[DatabaseRow]) -> dict[TextDigest, int | None]:
    """Return the digests of a history, each with its latest version; None once it was erased."""
    known: dict[TextDigest, int | None] = {}
    for row in events:
        if row["type"] == _ERASED:
            known = dict.fromkeys(known)
        digest = digest_in(row["body"].encode())
        if digest:
            known[digest] = row["version"]
    return known

"""Findings about photos and files: what a history names has to be there, as it was named."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from gotovo.store.audit.findings import DatabaseRow, Finding

KEPT_FOR_CERTAIN: Final = timedelta(days=30)
"""The shortest time that the settings allow: what is gone later may have gone by retention."""

_NAMES: Final = "attachments"


def attachment_findings(
    row: DatabaseRow, events: Sequence[DatabaseRow], stored: Sequence[DatabaseRow], now: datetime
) -> list[Finding]:
    """Compare what the events of an order name with what is stored.

    An event names an id, or an object with `id` and `digest`. What a buyer showed goes with the
    buyer, and everything goes in time, so of an erased or a long closed order nothing is missed.
    """
    number, closed_at = row["number"], row["closed_at"]
    if row["contact"] is None or (closed_at is not None and now - closed_at > KEPT_FOR_CERTAIN):
        return []
    digests = {str(each["id"]): each["digest"].hex() for each in stored}
    found: list[Finding] = []
    for event in events:
        for id_, digest in _references(event["body"]):
            key = f"{number}/{event['version']}/{id_}"
            if id_ not in digests:
                found.append(Finding("attachment", key, "no row", "what the event names"))
            elif digest and digest != digests[id_]:
                found.append(Finding("attachment.digest", key, digests[id_], digest))
    return found


def _references(body: str | bytes) -> Iterator[tuple[str, str]]:
    """Yield the ids that an event names, with their digests where it has those."""
    text = body.decode() if isinstance(body, bytes) else body
    if f'"{_NAMES}"' in text:
        try:
            yield from _named_in(msgspec.json.decode(text))
        except msgspec.DecodeError:
            return  # What is no event has a finding of its own.


def _named_in(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if name == _NAMES and isinstance(inner, list):
                yield from _listed(inner)
            else:
                yield from _named_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _named_in(inner)


def _listed(named: list[Any]) -> Iterator[tuple[str, str]]:
    for each in named:
        if isinstance(each, str):
            yield each, ""
        elif isinstance(each, Mapping):
            yield str(each.get("id", "")), str(each.get("digest", ""))

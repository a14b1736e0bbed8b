"""Findings: one order as it is stored, compared with its replay."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from msgspec import Struct

from gotovo.order.replay import TYPE_OF, HistoryBroken, Recorded, apply, as_stored_before, decode
from gotovo.order.steps.phone_change import PhoneChanged
from gotovo.order.steps.placement import OrderPlaced, claimed_identity
from gotovo.order.steps.redirection import DeliveryChanged
from gotovo.order.stock_movements import StockMovement, movements
from gotovo.order.values.chain import GENESIS, header_of, link
from gotovo.order.values.customer import Contact, contact_digest
from gotovo.order.values.identity import IdentityKey
from gotovo.order.values.invariants import broken
from gotovo.order.values.number import home_of, is_valid
from gotovo.order.values.order import Order
from gotovo.store.journal.batch_rows import DatabaseRow

OTHER_CONTACT = "another contact"
"""What is stored where the contact of an order has another digest than its history tells."""

_TELLS_CONTACT = frozenset(TYPE_OF[each] for each in (OrderPlaced, DeliveryChanged, PhoneChanged))


class Finding(Struct, frozen=True):
    """One difference: where it was found, and what was expected there."""

    where: str
    key: str
    stored: str
    expected: str


class Recomputed(Struct, frozen=True):
    """An order replayed from its events alone, its stock movements and its identities."""

    order: Order | None
    moved: tuple[StockMovement, ...]
    identities: tuple[IdentityKey, ...]
    findings: tuple[Finding, ...]


class EventPosition(Struct, frozen=True):
    """The place of one event: its order's home and number, and its version."""

    home: int
    number: str
    version: int


def recompute(number: str, home: int, events: Sequence[DatabaseRow]) -> Recomputed:
    """Fold a history and report every event that does not fit; the fold goes on where it can."""
    found: list[Finding] = []
    order: Order | None = None
    moved: list[StockMovement] = []
    identities: list[IdentityKey] = []
    previous = GENESIS
    for version, row in enumerate(events, 1):
        recorded = recorded_of(row)
        found += _event_findings(EventPosition(home, number, version), previous, row, recorded)
        previous = recorded.hash
        try:
            event = decode(recorded.type, recorded.body)
            if order is not None:
                moved += movements(order, event)
            identity = claimed_identity(event)
            if identity is not None:
                identities.append(identity)
            order = apply(order, event, recorded.at, version, recorded.hash)
        except (HistoryBroken, LookupError, ValueError) as error:
            found.append(Finding("event.body", f"{number}/{version}", repr(error), "an event"))
            return Recomputed(None, tuple(moved), tuple(identities), tuple(found))
        if order.number != number:
            found.append(Finding("event.number", f"{number}/{version}", order.number, number))
    return Recomputed(order, tuple(moved), tuple(identities), tuple(found))


def recorded_of(row: DatabaseRow) -> Recorded:
    """Return the event of a row that was exported as text."""
    return Recorded(
        number=row["number"],
        version=row["version"],
        type=row["type"],
        at=row["at"],
        recorded_at=row["recorded_at"],
        actor=row["actor"],
        command_id=str(row["command_id"]),
        body=row["body"].encode(),
        hash=bytes(row["hash"]),
    )


def broken_invariants(order: Order) -> tuple[Finding, ...]:
    """Return the invariants of money, goods, stage and times that the recomputed order violates."""
    return tuple(Finding("law", order.number, law, "") for law in broken(order))


def number_findings(number: str, home: int) -> tuple[Finding, ...]:
    """Return whether the number is valid and of the home it is stored under."""
    if not is_valid(number):
        return (Finding("orders.number", number, number, "a number with its check digit"),)
    if home_of(number) != home:
        return (Finding("orders.home", number, str(home), str(home_of(number))),)
    return ()


def column_findings(
    table: str, key: str, stored: DatabaseRow, expected: DatabaseRow
) -> tuple[Finding, ...]:
    """Compare a stored row with the expected one, column by column."""
    return tuple(
        Finding(f"{table}.{name}", key, str(stored[name]), str(value))
        for name, value in expected.items()
        if stored[name] != value
    )


def owner_findings(order: Order, events: Sequence[DatabaseRow]) -> tuple[Finding, ...]:
    """Compare whose order each event says it is; the rows of earlier versions do not say."""
    owner = {"customer": order.customer, "shop": order.shop}
    return tuple(
        Finding(f"event.{name}", f"{order.number}/{row['version']}", row[name], value)
        for row in events
        for name, value in owner.items()
        if row[name] is not None and row[name] != value
    )


def state_findings(order: Order, stored: str) -> tuple[Finding, ...]:
    """Compare the stored document, byte by byte; that of an earlier version lacks later fields."""
    expected = msgspec.json.encode(order).decode()
    if stored == expected:
        return ()
    try:
        earlier = as_stored_before(order, msgspec.json.decode(stored, type=Order))
    except msgspec.DecodeError:
        earlier = order
    if stored == msgspec.json.encode(earlier).decode():
        return ()
    return (Finding("orders.state", order.number, stored, expected),)


def contact_digest_of(events: Sequence[DatabaseRow]) -> str | None:
    """Return the latest digest of the contact in a history; None without a placement."""
    digest: str | None = None
    for row in events:
        if row["type"] in _TELLS_CONTACT:
            event = decode(row["type"], row["body"].encode())
            assert isinstance(event, OrderPlaced | DeliveryChanged | PhoneChanged), row["type"]
            digest = event.contact_digest or digest or ""
    return digest


def contact_told_at(events: Sequence[DatabaseRow]) -> datetime | None:
    """Return when the latest digest of the contact in a history was recorded."""
    told = [row for row in events if contact_digest_of([row])]
    return told[-1]["recorded_at"] if told else None


def contact_findings(
    order: Order, digest: str, row: DatabaseRow, secrets: Sequence[bytes]
) -> list[Finding]:
    """Compare the stored contact with the digest in the history; an erased one has to be gone."""
    text = row["contact"]
    if text is None or order.erased:
        gone = text is None and (order.erased or not digest)
        if gone:
            return []
        return [Finding("orders.contact", order.number, str(text), "as it was placed, or erased")]
    try:
        contact = msgspec.json.decode(text, type=Contact)
    except msgspec.DecodeError as error:
        return [Finding("orders.contact", order.number, str(error), "a contact")]
    if any(contact_digest(secret, contact) == digest for secret in secrets):
        return []
    return [Finding("orders.contact", order.number, OTHER_CONTACT, "the recorded one")]


def _event_findings(
    place: EventPosition, previous: bytes, row: DatabaseRow, x: Recorded
) -> list[Finding]:
    key = f"{place.number}/{place.version}"
    found: list[Finding] = []
    if x.version != place.version:
        found.append(Finding("event.version", key, str(x.version), str(place.version)))
    if row["home"] != place.home:
        found.append(Finding("event.home", key, str(row["home"]), str(place.home)))
    tag = _tag(x.body)
    if tag != x.type:
        found.append(Finding("event.type", key, x.type, tag))
    head = header_of(x.number, x.version, x.at, x.recorded_at, x.actor, x.command_id)
    if link(previous, head, x.body) != x.hash:
        found.append(Finding("event.hash", key, x.hash.hex(), "the hash of what is stored"))
    return found


def _tag(body: bytes) -> str:
    try:
        return msgspec.json.decode(body, type=_Tagged).type
    except msgspec.DecodeError:
        return "not an event"


class _Tagged(Struct):
    type: str

"""A batch as arrays of columns, and rows as what the engine reads: nothing here waits.

Array parameters cost a tenth of what as many statements would; the order of columns here is the
order of parameters in `journal.sql` and `journal_citus.sql`.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from gotovo.engine.journal import Answered, Batch, Change, ExternalId, Kind, Standing
from gotovo.order.customer import Contact
from gotovo.order.number import home_of
from gotovo.order.order import Order
from gotovo.order.refusals import Refusal
from gotovo.order.replay import Recorded
from gotovo.store.rows import order_row, refund_rows

Row = Mapping[str, Any]
Columns = list[list[Any]]

PLACED = (
    "number", "version", "customer", "origin", "external_id", "status", "outcome", "reason",
    "stage", "method", "point", "warehouse", "attention", "total", "currency", "placed_at",
    "paid_at", "ready_at", "closed_at", "promised_until", "due_at", "due_what", "head", "state",
    "contact",
)  # fmt: skip
CHANGED = (
    "number", "expected", "version", "status", "outcome", "reason", "stage", "method", "point",
    "attention", "paid_at", "ready_at", "closed_at", "promised_until", "due_at", "due_what",
    "head", "state", "erased",
)  # fmt: skip
TOLD = ("home", "number", "expected", *PLACED[1:], "erased")
REFUNDS = (
    "home", "number", "id", "amount", "currency", "state", "route", "promised_for",
    "provider_id", "started_at", "completed_at",
)  # fmt: skip

_encode = msgspec.json.Encoder().encode
_order = msgspec.json.Decoder(Order)
_contact = msgspec.json.Decoder(Contact)
_refusal = msgspec.json.Decoder(Refusal)


def told_rows(changes: Iterable[Change]) -> list[dict[str, Any]]:
    """Return the row that each changed order should have, and what the change expects."""
    return [_told_row(change) for change in changes]


def columns(rows: Sequence[Row], names: Iterable[str]) -> Columns:
    """Return one array a column."""
    return [[row[name] for row in rows] for name in names]


def refunds_changed(changes: Iterable[Change]) -> list[dict[str, Any]]:
    """Return the refunds of orders with an event about a refund."""
    return [
        row
        for change in changes
        if any(event.type.startswith("refund.") for event in change.events)
        for row in refund_rows(change.order)
    ]


def answer_columns(answers: Sequence[Answered]) -> Columns:
    """Return id, home, number, fingerprint, kind, refusal, version, recorded_at."""
    return [
        [a.command_id for a in answers],
        [home_of(a.number) for a in answers],
        [a.number for a in answers],
        [a.fingerprint for a in answers],
        [a.kind for a in answers],
        [None if a.refusal is None else _encode(a.refusal).decode() for a in answers],
        [a.version for a in answers],
        [a.recorded_at for a in answers],
    ]


def event_columns(changes: Iterable[Change]) -> Columns:
    """Return home, number, version, type, at, recorded_at, actor, command_id, body, hash."""
    events = [event for change in changes for event in change.events]
    return [
        [home_of(e.number) for e in events],
        [e.number for e in events],
        [e.version for e in events],
        [e.type for e in events],
        [e.at for e in events],
        [e.recorded_at for e in events],
        [e.actor for e in events],
        [e.command_id for e in events],
        [e.body.decode() for e in events],
        [e.hash for e in events],
    ]


def movement_columns(batch: Batch) -> Columns:
    """Return warehouse, sku, on_hand, reserved."""
    moved = batch.movements
    return [
        [m.warehouse for m in moved],
        [m.sku for m in moved],
        [m.on_hand for m in moved],
        [m.reserved for m in moved],
    ]


def external_columns(external_ids: Sequence[ExternalId]) -> Columns:
    """Return home, origin, external_id."""
    return [
        [x.home for x in external_ids],
        [x.origin for x in external_ids],
        [x.name for x in external_ids],
    ]


def standing_of(row: Row) -> Standing:
    """Return an order as it is stored."""
    contact = row["contact"]
    return Standing(
        _order.decode(row["state"]), None if contact is None else _contact.decode(contact)
    )


def answered_of(row: Row) -> Answered:
    """Return an earlier answer as it is stored."""
    refusal = row["refusal"]
    return Answered(
        row["id"],
        row["number"],
        row["fingerprint"],
        Kind(row["kind"]),
        row["version"],
        None if refusal is None else _refusal.decode(refusal),
        row["recorded_at"],
    )


def external_id_of(row: Row) -> ExternalId:
    """Return the external id of an order's row."""
    return ExternalId(row["home"], row["origin"], row["external_id"])


def recorded_of(row: Row) -> Recorded:
    """Return an event as it is stored."""
    return Recorded(
        row["number"],
        row["version"],
        row["type"],
        row["at"],
        row["recorded_at"],
        row["actor"],
        str(row["command_id"]),
        row["body"].encode(),
        row["hash"],
    )


def _told_row(change: Change) -> dict[str, Any]:
    row = order_row(change.order)
    row["attention"] = f"{{{','.join(change.order.attention)}}}"
    row["expected"] = change.expected
    row["state"] = _encode(change.order).decode()
    row["contact"] = None if change.contact is None else _encode(change.contact).decode()
    row["erased"] = change.erased
    return row

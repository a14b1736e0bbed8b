"""Serialization: a batch as JSON documents of rows, and rows as the engine's structs. No I/O.

The names in these rows are the names that `journal.sql` and `journal_citus.sql` read.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Raw, Struct

from gotovo.engine.ports import IdempotencyRecord, OrderUpdate, ResultKind, StoredOrder
from gotovo.order.deadlines import BRAKED_KIND
from gotovo.order.refusals import Refusal
from gotovo.order.values.customer import Contact
from gotovo.order.values.number import home_of
from gotovo.order.values.order import Order
from gotovo.order.values.texts.order_text import OrderText, TextDigest
from gotovo.store.journal.identities import command_home
from gotovo.store.journal.order_columns import (
    AllColumns,
    MovingColumns,
    all_columns,
    bytea,
    moving_columns,
    refund_rows,
)

DatabaseRow = Mapping[str, Any]

_encode = msgspec.json.Encoder().encode
_order = msgspec.json.Decoder(Order)
_contact = msgspec.json.Decoder(Contact)
_refusal = msgspec.json.Decoder(Refusal)


class PlacedRow(AllColumns, gc=False, omit_defaults=True):
    """A new order."""

    contact: Contact | None = None


class ChangedRow(MovingColumns, gc=False, omit_defaults=True):
    """The change of a known order, and the version and the last hash that it expects.

    `due_kept_after` is the instant of the change: a stored due instant that is still ahead, and no
    later than the new one, stays as it is, so that no index is written (decision 42). `contact` is
    there where it changes.
    """

    expected: int = 0
    expected_head: str = ""
    erased: bool = False
    due_kept_after: datetime | None = None
    contact: Contact | None = None


class RecordRow(Struct, gc=False, omit_defaults=True):
    """An idempotency record, with the home of its command id."""

    id: UUID
    home: int
    number: str
    fingerprint: str
    kind: ResultKind
    version: int
    recorded_at: datetime
    refusal: Refusal | None = None


class EventRow(Struct, gc=False):
    """An event, and its place in the batch, counted from 1."""

    place: int
    home: int
    placed_at: datetime
    number: str
    version: int
    type: str
    at: datetime
    recorded_at: datetime
    actor: str
    command_id: str
    body: Raw
    hash: str
    customer: str
    shop: str


def document(rows: Sequence[Any]) -> bytes:
    """Return rows as one JSON document for `json_to_recordset`."""
    return _encode(rows)


def placed_rows(placed: Iterable[OrderUpdate]) -> list[PlacedRow]:
    """Return the rows of new orders, without their states."""
    rows: list[PlacedRow] = []
    for update in placed:
        row = all_columns(update.order, PlacedRow)
        row.contact = update.contact
        rows.append(row)
    return rows


def changed_rows(changed: Iterable[OrderUpdate]) -> list[ChangedRow]:
    """Return the changes of known orders with what they expect, without states."""
    rows: list[ChangedRow] = []
    for update in changed:
        row = moving_columns(update.order, ChangedRow)
        row.expected = update.expected
        row.expected_head = bytea(update.expected_hash)
        row.erased = update.erased
        if row.due_what != BRAKED_KIND:
            row.due_kept_after = _recorded_at(update)
        if update.moved:
            row.contact = update.contact
        rows.append(row)
    return rows


def states_of(changes: Iterable[OrderUpdate]) -> list[bytes]:
    """Return the states as documents, verbatim and apart from the rows.

    Inside the rows' own document the server would parse each of them twice.
    """
    return [_encode(change.order) for change in changes]


def refund_rows_changed(changes: Iterable[OrderUpdate]) -> list[dict[str, Any]]:
    """Return the refunds of orders with an event about a refund."""
    return [
        row
        for change in changes
        if any(event.type.startswith("refund.") for event in change.events)
        for row in refund_rows(change.order)
    ]


def record_rows(records: Iterable[IdempotencyRecord]) -> list[RecordRow]:
    """Return the rows of `command`."""
    return [
        RecordRow(
            x.command_id,
            command_home(x.command_id),
            x.number,
            bytea(x.fingerprint),
            x.kind,
            x.version,
            x.recorded_at,
            x.refusal,
        )
        for x in records
    ]


def event_rows(changes: Iterable[OrderUpdate]) -> list[EventRow]:
    """Return the rows of `event`.

    A body goes into the document as the bytes it is, and comes out of it as those bytes.
    """
    rows: list[EventRow] = []
    for change in changes:
        order = change.order
        home = home_of(order.number)
        for e in change.events:
            place = len(rows) + 1
            rows.append(
                EventRow(
                    place,
                    home,
                    order.placed_at,
                    e.number,
                    e.version,
                    e.type,
                    e.at,
                    e.recorded_at,
                    e.actor,
                    e.command_id,
                    Raw(e.body),
                    bytea(e.hash),
                    order.customer,
                    order.shop,
                )
            )
    return rows


def text_rows(changes: Iterable[OrderUpdate]) -> list[dict[str, Any]]:
    """Return the rows of `order_text`; most batches have none."""
    return [
        {
            "home": home_of(change.order.number),
            "number": change.order.number,
            "digest": text.digest,
            "salt": bytea(text.salt),
            "said": text.words,
        }
        for change in changes
        if change.texts
        for text in change.texts
    ]


def numbers_erased(changes: Iterable[OrderUpdate]) -> list[str]:
    """Return the orders whose earlier texts are deleted with their contact."""
    return [change.order.number for change in changes if change.erased]


def text_of(row: DatabaseRow) -> OrderText:
    """Return a text as it is stored."""
    return OrderText(TextDigest(row["digest"]), row["salt"], row["said"])


def order_of(row: DatabaseRow) -> Order:
    """Return the state of an order."""
    return _order.decode(row["state"])


def stored_order_of(row: DatabaseRow) -> StoredOrder:
    """Return an order as it is stored."""
    contact = row["contact"]
    return StoredOrder(order_of(row), None if contact is None else _contact.decode(contact))


def record_of(row: DatabaseRow) -> IdempotencyRecord:
    """Return an idempotency record as it is stored."""
    refusal = row["refusal"]
    return IdempotencyRecord(
        row["id"],
        row["record_number"],
        row["fingerprint"],
        ResultKind(row["kind"]),
        row["version"],
        None if refusal is None else _refusal.decode(refusal),
        row["recorded_at"],
    )


def _recorded_at(change: OrderUpdate) -> datetime | None:
    return change.events[-1].recorded_at if change.events else None

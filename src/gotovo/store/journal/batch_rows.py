"""Serialization: a batch as JSON documents of rows, and rows as the engine's structs. No I/O.

The names in these rows are the names that `journal.sql` and `journal_citus.sql` read.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from gotovo.engine.ports import IdempotencyRecord, OrderUpdate, ResultKind, StoredOrder
from gotovo.order.deadlines import BRAKED_KIND
from gotovo.order.refusals import Refusal
from gotovo.order.values.customer import Contact
from gotovo.order.values.number import home_of
from gotovo.order.values.order import Order
from gotovo.order.values.texts.order_text import OrderText, TextDigest
from gotovo.store.journal.identities import command_home
from gotovo.store.journal.order_columns import fixed_columns, moving_columns, refund_rows

DatabaseRow = Mapping[str, Any]

_encode = msgspec.json.Encoder().encode
_order = msgspec.json.Decoder(Order)
_contact = msgspec.json.Decoder(Contact)
_refusal = msgspec.json.Decoder(Refusal)


def document(rows: Sequence[Any]) -> bytes:
    """Return rows as one JSON document for `json_to_recordset`."""
    return _encode(rows)


def placed_rows(placed: Iterable[OrderUpdate]) -> list[dict[str, Any]]:
    """Return the rows of new orders, without their states."""
    return [fixed_columns(x.order) | _moving_row(x.order) | {"contact": x.contact} for x in placed]


def changed_rows(changed: Iterable[OrderUpdate]) -> list[dict[str, Any]]:
    """Return the changes of known orders with what they expect, without states.

    `due_kept_after` is the instant of the change: a stored due instant that is still ahead, and no
    later than the new one, stays as it is, so that no index is written (decision 42).
    """
    return [
        (row := _moving_row(x.order))
        | {
            "expected": x.expected,
            "expected_head": _bytea(x.expected_hash),
            "erased": x.erased,
            "due_kept_after": None if row["due_what"] == BRAKED_KIND else _recorded_at(x),
        }
        | ({"contact": x.contact} if x.moved else {})
        for x in changed
    ]


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


def record_rows(records: Iterable[IdempotencyRecord]) -> list[dict[str, Any]]:
    """Return the rows of `command`."""
    return [
        {
            "id": x.command_id,
            "home": command_home(x.command_id),
            "number": x.number,
            "fingerprint": _bytea(x.fingerprint),
            "kind": x.kind,
            "refusal": x.refusal,
            "version": x.version,
            "recorded_at": x.recorded_at,
        }
        for x in records
    ]


def event_rows(changes: Iterable[OrderUpdate]) -> list[dict[str, Any]]:
    """Return the rows of `event`, each with its place in the batch, counted from 1.

    A body goes into the document as the bytes it is, and comes out of it as those bytes.
    """
    events = ((change.order, event) for change in changes for event in change.events)
    return [
        {
            "place": place,
            "home": home_of(e.number),
            "number": e.number,
            "version": e.version,
            "type": e.type,
            "at": e.at,
            "recorded_at": e.recorded_at,
            "actor": e.actor,
            "command_id": e.command_id,
            "body": msgspec.Raw(e.body),
            "hash": _bytea(e.hash),
            "customer": order.customer,
            "shop": order.shop,
        }
        for place, (order, e) in enumerate(events, 1)
    ]


def text_rows(changes: Iterable[OrderUpdate]) -> list[dict[str, Any]]:
    """Return the rows of `order_text`; most batches have none."""
    return [
        {
            "home": home_of(change.order.number),
            "number": change.order.number,
            "digest": text.digest,
            "salt": _bytea(text.salt),
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


def _moving_row(order: Order) -> dict[str, Any]:
    row = moving_columns(order)
    row["head"] = _bytea(order.last_hash)
    return row


def _bytea(value: bytes) -> str:
    return "\\x" + value.hex()

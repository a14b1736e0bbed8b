"""Findings about money beside an order: its ledger, attempts to pay, refunds sent, and receipts.

The order's events decide. What stands in these tables is compared with what they tell.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct, structs

from gotovo.order.ledger.fiscal_moves import moves_of
from gotovo.order.ledger.money_entries import MAY_MOVE, MoneyEntry, money_entries
from gotovo.order.replay import HistoryBroken, apply, decode
from gotovo.order.values.order import Order
from gotovo.order.values.payments.captured import amount_due, payments_of
from gotovo.order.values.payments.payment import PaymentId, PaymentUse
from gotovo.order.values.payments.refund import Refund, RefundState
from gotovo.store.audit.findings import Finding, column_findings, recorded_of
from gotovo.store.journal.batch_rows import DatabaseRow


def entry_findings(
    order: Order,
    events: Sequence[DatabaseRow],
    stored: Sequence[DatabaseRow],
    followed: Mapping[int, int],
) -> list[Finding]:
    """Compare the ledger with the history; `followed` is how far it was written, by lane."""
    if not stored and not any(row["type"] in MAY_MOVE for row in events):
        return []
    try:
        entries = money_entries([recorded_of(row) for row in events])
    except (HistoryBroken, LookupError, ValueError):
        return []  # The history itself is a finding.
    expected = {(each.version, each.currency): each for each in entries}
    found: list[Finding] = []
    for row in stored:
        key = (row["version"], row["currency"])
        name = f"{order.number}/{row['version']}/{row['currency']}"
        if key in expected:
            found += column_findings("money_entry", name, row, _columns(expected.pop(key)))
        else:
            found.append(Finding("money_entry", name, "a row", "no such entry"))
    for version, currency in expected:
        event = events[version - 1]
        if event["position"] <= followed.get(event["lane"], 0):
            name = f"{order.number}/{version}/{currency}"
            found.append(Finding("money_entry", name, "no row", "an entry"))
    return found


def attempt_findings(
    order: Order, events: Sequence[DatabaseRow], stored: Sequence[DatabaseRow]
) -> list[Finding]:
    """Compare attempts to pay with the order: what was asked for, and what came of it."""
    if not stored:
        return []
    dues = _dues(events)
    captured = [each for each in payments_of(order) if each.use is not PaymentUse.CONTESTED]
    found: list[Finding] = []
    for row in stored:
        key = f"{order.number}/{row['attempt']}"
        right = {"shop": order.shop, "currency": order.currency}
        found += column_findings("payment_attempt", key, row, right)
        if row["amount"] not in dues:
            sums = ", ".join(str(due) for due in sorted(dues)) or "nothing"
            found.append(Finding("payment_attempt.amount", key, str(row["amount"]), sums))
        if row["created_at"] < order.placed_at:
            told = str(row["created_at"])
            expected = f"not before {order.placed_at}"
            found.append(Finding("payment_attempt.created_at", key, told, expected))
        name = PaymentId(row["provider"], row["payment_id"] or "")
        if row["state"] == "succeeded" and not any(each.is_named(name) for each in captured):
            found.append(
                Finding("payment_attempt.state", key, "succeeded", "a payment of the order")
            )
    return found


def transfer_findings(order: Order, stored: Sequence[DatabaseRow]) -> list[Finding]:
    """Compare refunds that are sent, or are to be, with the refunds of the order."""
    refunds = {each.id: each for each in order.refunds}
    found: list[Finding] = []
    by_refund: dict[str, list[DatabaseRow]] = {}
    for row in stored:
        key = f"{row['refund']}/{row['source']}"
        refund = refunds.get(row["refund"])
        if refund is None or row["source"] >= len(refund.sources):
            found.append(Finding("refund_transfer", key, "a row", "a refund of the order"))
            continue
        source = refund.sources[row["source"]]
        right: dict[str, Any] = structs.asdict(source)
        right["currency"] = refund.currency or order.currency
        found += column_findings("refund_transfer", key, row, right)
        by_refund.setdefault(refund.id, []).append(row)
    for name, rows in by_refund.items():
        found += _state_findings(refunds[name], rows)
    return found


class _Item(Struct, frozen=True):
    quantity: int
    price: int
    amount: int


class _Document(Struct, frozen=True):
    """The sums of a receipt as it was sent."""

    number: str
    version: int
    kind: str
    items: tuple[_Item, ...]
    total: int
    electronic: int = 0
    offset: int = 0


def receipt_findings(
    order: Order, events: Sequence[DatabaseRow], stored: Sequence[DatabaseRow]
) -> list[Finding]:
    """Compare receipts with what the history has to be told of, and their sums with themselves."""
    if not stored:
        return []
    try:
        moves = {each.version: each for each in moves_of(recorded_of(row) for row in events)}
    except (HistoryBroken, LookupError, ValueError):
        return []  # The history itself is a finding.
    found: list[Finding] = []
    for row in stored:
        key = f"{order.number}/{row['version']}"
        move = moves.get(row["version"])
        if move is None:
            found.append(Finding("fiscal_receipt", key, "a row", "no such receipt"))
            continue
        right = {"shop": order.shop, "kind": move.kind, "amount": move.amount}
        found += column_findings("fiscal_receipt", key, row, right)
        if row["document"] is not None and not _fits(row["document"], order.number, row):
            found.append(Finding("fiscal_receipt.document", key, "other sums", str(move.amount)))
    return found


def _fits(document: str, number: str, row: DatabaseRow) -> bool:
    """Return whether a document is of its row, and adds up."""
    try:
        told = msgspec.json.decode(document, type=_Document)
    except msgspec.MsgspecError:
        return False
    of_row = (number, row["version"], row["kind"], row["amount"])
    return (
        (told.number, told.version, told.kind, told.total) == of_row
        and sum(item.amount for item in told.items) == told.total
        and told.electronic + told.offset == told.total
        and all(item.price * item.quantity == item.amount for item in told.items)
    )


def _state_findings(refund: Refund, rows: Sequence[DatabaseRow]) -> list[Finding]:
    """Compare how far the transfers of a refund are with how far it is."""
    states = {row["state"] for row in rows}
    key = refund.id
    if refund.state is RefundState.STARTED and not states <= {"waiting", "cancelled"}:
        return [Finding("refund_transfer.state", key, ", ".join(sorted(states)), "waiting")]
    if refund.state is RefundState.CANCELLED and not states <= {"waiting", "cancelled"}:
        return [Finding("refund_transfer.state", key, ", ".join(sorted(states)), "cancelled")]
    told = frozenset(refund.provider_id.split(", "))
    paid = {row["provider_id"] for row in rows if row["state"] == "succeeded"}
    if refund.state is RefundState.COMPLETED and paid & told and not paid <= told:
        ids = ", ".join(sorted(paid - told))
        return [Finding("refund_transfer.provider_id", key, ids, refund.provider_id)]
    return []


def _dues(events: Sequence[DatabaseRow]) -> frozenset[int]:
    """Return what was left to pay of the order, at any time."""
    order: Order | None = None
    dues: set[int] = set()
    for row in events:
        recorded = recorded_of(row)
        try:
            event = decode(recorded.type, recorded.body)
            order = apply(order, event, recorded.at, recorded.version, recorded.hash)
        except (HistoryBroken, LookupError, ValueError):
            break
        dues.add(amount_due(order))
    return frozenset(dues - {0})


def _columns(entry: MoneyEntry) -> dict[str, Any]:
    columns = structs.asdict(entry)
    return columns | {
        "provider": entry.provider or None,
        "payment_id": entry.payment_id or None,
    }

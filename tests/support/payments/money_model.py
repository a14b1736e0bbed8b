"""A model of the ledger in a few sums, which shares no code with the program.

An order of a price got payments: what is more than the price goes back, and all of it if the order
was cancelled. Read beside it is what the program's journal says, event by event.
"""

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

import asyncpg
from msgspec import Struct


class ModelOrder(Struct):
    """An order: what it costs, and what was captured for it by payment, in minor units."""

    price: int
    captured: dict[str, int] = {}
    is_cancelled: bool = False

    @property
    def refunded(self) -> int:
        """Return what goes back."""
        money = sum(self.captured.values())
        return money if self.is_cancelled else max(0, money - self.price)

    @property
    def is_paid(self) -> bool:
        """Return whether it stays paid."""
        return not self.is_cancelled and sum(self.captured.values()) >= self.price


class Ledger(Struct):
    """What the journal says: payments and refunds of each order, and who is paid."""

    captured: dict[str, dict[str, int]]
    refunded: Counter[str]
    by_payment: Counter[str]
    """What goes back to each payment."""

    paid: set[str]
    reports: Counter[str]
    """How often each payment was recorded."""


async def read_ledger(pool: "asyncpg.Pool[Any]") -> Ledger:
    """Read the journal of all orders."""
    ledger = Ledger({}, Counter(), Counter(), set(), Counter())
    rows = await pool.fetch("select number, type, body from event order by home, number, version")
    for row in rows:
        number, body = row["number"], json.loads(row["body"])
        if row["type"] in {"order.paid", "order.payment_received", "order.payment_returned"}:
            payment = body["payment_id"]
            assert body.get("use", "applied") in {"applied", "returned"}, body
            ledger.captured.setdefault(number, {})[payment] = body["amount"]
            ledger.reports[payment] += 1
            if row["type"] == "order.paid":
                ledger.paid.add(number)
        elif row["type"] == "order.cancelled":
            ledger.paid.discard(number)
        elif row["type"] == "refund.started":
            ledger.refunded[number] += body["amount"]
            for source in body["sources"]:
                ledger.by_payment[source["payment_id"]] += source["amount"]
    return ledger


def differences(model: Mapping[str, ModelOrder], ledger: Ledger) -> list[str]:
    """Return every order that the ledger has otherwise than the model."""
    found = [
        f"{number}: the model has {order.captured}, the ledger {ledger.captured.get(number)}"
        for number, order in model.items()
        if order.captured != ledger.captured.get(number, {})
    ]
    found += [
        f"{number}: the model refunds {order.refunded}, the ledger {ledger.refunded[number]}"
        for number, order in model.items()
        if order.refunded != ledger.refunded[number]
    ]
    paid = {number for number, order in model.items() if order.is_paid}
    found += [f"{number}: paid in only one of the two" for number in paid ^ ledger.paid]
    found += [
        f"{number}: money of an unknown order" for number in set(ledger.captured) - set(model)
    ]
    found += [f"{payment}: recorded {n} times" for payment, n in ledger.reports.items() if n > 1]
    captured = {
        payment: sum_ for order in model.values() for payment, sum_ in order.captured.items()
    }
    return found + [
        f"{payment}: {back} goes back of {captured.get(payment)}"
        for payment, back in ledger.by_payment.items()
        if back > captured.get(payment, 0)
    ]

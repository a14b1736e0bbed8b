"""Money entries: how each event of an order changed where its money is (rule 4.8).

An entry holds differences, so that the entries of any set of orders and days can be added up. Over
the whole history of an order they come to its balance, and captured = issued + refunded + owed in
each of them.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from msgspec import Struct

from gotovo.order.replay import Recorded, apply, decode
from gotovo.order.steps.payment import OrderPaid, PaymentReceived, PaymentReturned
from gotovo.order.values.order import Order
from gotovo.order.values.payments.captured import held_balances
from gotovo.order.values.payments.payment import PaymentUse
from gotovo.order.values.payments.refund import RefundState
from gotovo.order.values.settlement.balance import balance

MAY_MOVE: Final = frozenset(
    {
        "order.paid",
        "order.payment_received",
        "order.payment_returned",
        "order.revived",
        "order.cancelled",
        "order.storage_expired",
        "order.reinstated",
        "order.issued",
        "order.line_refused",
        "order.corrected",
        "order.returned",
        "parcel.received_back",
        "refund.started",
        "refund.completed",
        "refund.failed",
        "refund.cancelled",
    }
)
"""The events after which the money of an order may be elsewhere; others are passed over."""


class MoneyEntry(Struct, frozen=True, kw_only=True):
    """What the event `version` changed, in minor units of a currency; a part may be negative.

    `owed` is what is neither issued nor refunded: between two events of one command that is also
    what its next event refunds. `paid_back` is the part of `refunded` that was confirmed.
    `provider` and `payment_id` name the payment of what was captured, and are empty where nothing
    was.
    """

    number: str
    version: int
    currency: str
    shop: str
    at: datetime
    captured: int = 0
    issued: int = 0
    refunded: int = 0
    owed: int = 0
    paid_back: int = 0
    provider: str = ""
    payment_id: str = ""


class _Standing(Struct, frozen=True):
    """Where the money of one currency is; what is neither issued nor refunded is owed."""

    captured: int = 0
    issued: int = 0
    refunded: int = 0
    paid_back: int = 0


_EMPTY: Final = _Standing()


def money_entries(history: Sequence[Recorded]) -> tuple[MoneyEntry, ...]:
    """Return the entries of a whole history, oldest event first."""
    order: Order | None = None
    before: Mapping[str, _Standing] = {}
    found: list[MoneyEntry] = []
    for recorded in history:
        event = decode(recorded.type, recorded.body)
        order = apply(order, event, recorded.at, recorded.version, recorded.hash)
        if recorded.type not in MAY_MOVE:
            continue
        after = _standings(order)
        for currency in before.keys() | after.keys():
            was, now = before.get(currency, _EMPTY), after.get(currency, _EMPTY)
            if was != now:
                found.append(_entry(order, recorded, event, currency, was, now))
        before = after
    return tuple(found)


def _standings(order: Order) -> Mapping[str, _Standing]:
    """Return where the money of each currency is."""
    sums = {order.currency: balance(order), **held_balances(order)}
    return {
        currency: _Standing(x.captured, x.issued, x.refunded, _paid_back(order, currency))
        for currency, x in sums.items()
    }


def _paid_back(order: Order, currency: str) -> int:
    own = [x for x in order.refunds if (x.currency or order.currency) == currency]
    return sum(
        each.amount if each.state is RefundState.COMPLETED else each.paid_back for each in own
    )


def _entry(  # noqa: PLR0917  (an event and what it did)
    order: Order,
    recorded: Recorded,
    event: Struct,
    currency: str,
    was: _Standing,
    now: _Standing,
) -> MoneyEntry:
    provider, payment_id = _payment(event)
    captured = now.captured - was.captured
    issued = now.issued - was.issued
    refunded = now.refunded - was.refunded
    return MoneyEntry(
        number=order.number,
        version=recorded.version,
        currency=currency,
        shop=order.shop,
        at=recorded.at,
        captured=captured,
        issued=issued,
        refunded=refunded,
        owed=captured - issued - refunded,
        paid_back=now.paid_back - was.paid_back,
        provider=provider if captured else "",
        payment_id=payment_id if captured else "",
    )


def _payment(event: Struct) -> tuple[str, str]:
    match event:
        case PaymentReceived(use=PaymentUse.CONTESTED):
            return "", ""
        case OrderPaid() | PaymentReceived() | PaymentReturned():
            return event.provider, event.payment_id
        case _:
            return "", ""

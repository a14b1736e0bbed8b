"""A visit: the orders that are being handed over to one buyer at one desk, derived from the orders.

There is no second record that could differ from them: whatever desk, device or process asks, a
visit is what is being handed over now. It begins with the proof and is over when each of its orders
was issued, refused, stopped or timed out. Its id follows from the point and from who came, so it is
the same on every device; who was sent for one order, or came without a code, has a visit of that
order alone.
"""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from gotovo.order.refusals import Refusal
from gotovo.order.values.customer import Contact
from gotovo.order.values.handover.proofs import OF_BUYER, Proof
from gotovo.order.values.order import Attention, Order, Stage
from gotovo.value import Value

_WHOLE = OF_BUYER | {Proof.SAME_BUYER}


class Waiting(Value, frozen=True):
    """An order of the buyer that can't be issued now, and why."""

    order: Order
    refusal: Refusal


class BuyerVisit(Value, frozen=True):
    """What is handed over together; `waiting` are the buyer's other orders for this point."""

    id: UUID
    orders: tuple[Order, ...]
    waiting: tuple[Waiting, ...] = ()
    contact: Contact | None = None

    @property
    def until(self) -> datetime | None:
        """Return when the first of its orders goes back to its shelf by itself."""
        ends = [x.handover_until for x in self.orders if x.handover_until is not None]
        return min(ends, default=None)

    @property
    def by_trusted(self) -> bool:
        """Return whether the person came whom the buyer named."""
        return any(order.handover_by_trusted for order in self.orders)


def visit_id(point: str, order: Order) -> UUID:
    """Return the id of the visit that an order which is being handed over belongs to."""
    return _id(point, order.customer if is_of_buyer(order) else order.number)


def may_belong_to(visit: UUID, point: str, order: Order) -> bool:
    """Tell whether an order is or was in a visit, also once its hand-over is over."""
    return visit in {_id(point, order.customer), _id(point, order.number)}


def is_of_buyer(order: Order) -> bool:
    """Tell whether an order was opened by what only its buyer has."""
    return order.handover_proof in _WHOLE


def visits_of(point: str, orders: Iterable[Order]) -> dict[UUID, tuple[Order, ...]]:
    """Return the open hand-overs of a point by visit, those that began first first."""
    found: dict[UUID, list[Order]] = {}
    for order in sorted(orders, key=_rank):
        if order.stage is Stage.HANDING_OVER:
            found.setdefault(visit_id(point, order), []).append(order)
    return {key: tuple(each) for key, each in found.items()}


def lost_its_proof(order: Order, proving: Order | None) -> bool:
    """Tell whether the order that an open hand-over relies on was stopped by its buyer.

    Then a stranger stands at the desk, and gets none of the orders that were opened with that one.
    """
    if order.stage is not Stage.HANDING_OVER or not order.handover_proved_by:
        return False
    return proving is None or Attention.DISPUTE in proving.attention


def numbers(orders: Sequence[Order]) -> tuple[str, ...]:
    """Return the numbers of orders."""
    return tuple(order.number for order in orders)


def _rank(order: Order) -> tuple[datetime, bool, str]:
    """Of orders that were opened together, the one whose code was shown comes first."""
    return order.stage_at, order.handover_proof is Proof.SAME_BUYER, order.number


def _id(point: str, who: str) -> UUID:
    digest = hashlib.sha256(f"visit\0{point}\0{who}".encode()).digest()
    return UUID(bytes=digest[:16])

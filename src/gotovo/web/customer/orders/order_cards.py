"""Order cards: orders as the list shows them, in groups, and the one to act on first."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from msgspec import Struct

from gotovo.order.account.handover_place import HandoverPlace, handover_place
from gotovo.order.account.promise_status import PromiseStatus, promise_status
from gotovo.order.account.shown_codes import shown_pickup_code
from gotovo.order.values.order import Attention, Order, Stage, total
from gotovo.order.values.order import place_of as place_code
from gotovo.order.values.payments.captured import amount_due
from gotovo.order.values.status import status_of
from gotovo.web.site.visit import Visit

STATUSES: Final = ("ready_for_pickup", "processing", "awaiting_payment", "closed")
"""The four statuses as the list groups them: first those where the buyer has to act."""

_IN_ORDER: Final = ("awaiting_payment", "processing", "ready_for_pickup", "closed")
_URGENCY: Final = {
    Stage.HANDING_OVER: 0,
    Stage.OUT_FOR_DELIVERY: 1,
    Stage.SHELVED: 2,
    Stage.PLACED: 3,
}
_NOT_URGENT: Final = 4
_LATEST: Final = datetime.max.replace(tzinfo=UTC)


class OrderCard(Struct, frozen=True):
    """One order in the list; `reached` counts the statuses it has entered, of four."""

    order: Order
    status: str
    place: HandoverPlace
    promise: PromiseStatus | None
    code: str

    @property
    def total(self) -> int:
        """Return what the order costs, in minor units."""
        return total(self.order)

    @property
    def due(self) -> int:
        """Return what is left to pay, in minor units."""
        return amount_due(self.order)

    @property
    def reached(self) -> int:
        """Return which of the four statuses it has, counted from one."""
        return _IN_ORDER.index(self.status) + 1


class PrimaryOrder(Struct, frozen=True):
    """The order to act on now; `others_there` is how many others wait at the same point."""

    card: OrderCard
    others_there: int


class OrderGroup(Struct, frozen=True):
    """Cards under one heading; `status` names the heading."""

    status: str
    cards: tuple[OrderCard, ...]


def order_cards(visit: Visit, orders: Sequence[Order]) -> tuple[OrderCard, ...]:
    """Return a card for each order."""
    return tuple(_card(visit, order) for order in orders)


def grouped(cards: Sequence[OrderCard]) -> list[OrderGroup]:
    """Return the cards in groups by status, without empty groups."""
    groups = (OrderGroup(s, tuple(c for c in cards if c.status == s)) for s in STATUSES)
    return [group for group in groups if group.cards]


def primary_order(cards: Sequence[OrderCard]) -> PrimaryOrder | None:
    """Return the most urgent order: at the desk, with the courier, on a shelf, to be paid.

    One whose hand-over is stopped requires nothing of the buyer.
    """
    actionable = [card for card in cards if Attention.DISPUTE not in card.order.attention]
    if not actionable:
        return None
    card = min(actionable, key=_urgency)
    ready = [other for other in cards if other.status == card.status == "ready_for_pickup"]
    here = [other for other in ready if place_code(other.order) == place_code(card.order)]
    return PrimaryOrder(card, max(len(here) - 1, 0))


def _card(visit: Visit, order: Order) -> OrderCard:
    is_under_way = order.stage is not Stage.PLACED and order.outcome is None
    return OrderCard(
        order=order,
        status=status_of(order),
        place=handover_place(order, visit.dependencies.places()),
        promise=promise_status(order, None, visit.now) if is_under_way else None,
        code=shown_pickup_code(order, visit.dependencies.codes),
    )


def _urgency(card: OrderCard) -> tuple[int, datetime]:
    order = card.order
    due = order.storage.deadline_at if order.storage else order.payment_due_at
    if due is None and card.promise is not None:
        due = card.promise.promised_until
    return _URGENCY.get(order.stage, _NOT_URGENT), due or _LATEST

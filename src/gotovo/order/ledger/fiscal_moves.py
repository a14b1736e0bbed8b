"""Fiscal moves: what the cash register is told of an order, event by event (54-FZ, article 4.7).

Money is told when it comes and when it has gone back, goods when they are handed over:

    payment      sale, electronic                 nothing → advance
    hand-over    sale, offset of the advance      advance → settled
    refund paid  refund, electronic               advance or settled → nothing
    a mistake    refund, offset of the advance    settled → advance

What each event moves is made from the order's history alone, so anybody can make it again. Money
that a point took by its own terminal or till is told by the cash register there, which the law
wants where people pay: nothing of it is told here.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from msgspec import Struct

from gotovo.order.ledger.fiscal_ledger import FiscalLedger
from gotovo.order.ledger.fiscal_parts import FiscalPart, FiscalPhase, units_of_lines
from gotovo.order.refunds import RefundCancelled, RefundCompleted, RefundStarted
from gotovo.order.replay import Recorded, apply, decode
from gotovo.order.steps.cancellation import OrderCancelled
from gotovo.order.steps.correction import Corrected
from gotovo.order.steps.handover import LineRefused, OrderIssued
from gotovo.order.steps.payment import OrderPaid, PaymentReceived, PaymentReturned
from gotovo.order.steps.reception import ParcelReceivedBack
from gotovo.order.steps.reinstatement import OrderReinstated
from gotovo.order.values.fiscal.fiscal_codes import FiscalKind
from gotovo.order.values.order import Order, Units, find_parcel, units_per_line
from gotovo.order.values.payments.payment import (
    PaymentId,
    PaymentUse,
    RefundSource,
    was_taken_at_point,
)
from gotovo.order.values.payments.refund import RefundRoute
from gotovo.order.values.settlement.balance import units_before

FISCAL_CURRENCY: Final = "RUB"
"""Cash registers of this law know no other money."""


class FiscalMove(Struct, frozen=True, kw_only=True):
    """What one event has to be told of. `payment` is the one that the money came by.

    `is_whole`: the order was paid by one payment. `refund` is the provider's id of a refund.
    """

    version: int
    kind: FiscalKind
    parts: Sequence[FiscalPart]
    is_whole: bool
    payment: PaymentId
    refund: str = ""

    @property
    def amount(self) -> int:
        """Return the sum, in kopecks."""
        return sum(each.amount for each in self.parts)


def moves_of(history: Iterable[Recorded]) -> Sequence[FiscalMove]:
    """Return what a history has to be told of, oldest first.

    Nothing of an imported order, which the other system has told of, and nothing in another
    currency than roubles.
    """
    order: Order | None = None
    book: _Book | None = None
    moves: list[FiscalMove] = []
    for each in history:
        event = decode(each.type, each.body)
        after = apply(order, event, each.at, each.version, each.hash)
        if order is None or book is None:
            book = _Book(after)
        elif _is_told(after):
            told = book.told(order, event)
            if told:
                moves.append(book.move(each.version, *told))
        order = after
    return moves


def _is_told(order: Order) -> bool:
    return order.currency == FISCAL_CURRENCY and not order.imported


Told = tuple[FiscalKind, Sequence[FiscalPart]] | None


class _Book:
    """What is known of an order's money while its history is read."""

    def __init__(self, order: Order) -> None:
        self._ledger = FiscalLedger(order)
        self._payment = PaymentId("", "")
        self._is_untouched = True
        self._is_whole = False
        self._refund = ""
        self._expected: Sequence[FiscalPart] = ()
        """What the next refund is of, by the event before it."""

        self._on_the_way: dict[str, tuple[Sequence[FiscalPart], Sequence[RefundSource]]] = {}
        self._handed_over: Sequence[FiscalPart] = ()

    def told(self, order: Order, event: Struct) -> Told:
        """Enter an event that follows this state; return what has to be told of it."""
        self._refund = ""
        enter = _ENTRIES.get(type(event))
        told = None if enter is None else enter(self, order, event)
        return told if told and told[1] else None

    def move(self, version: int, kind: FiscalKind, parts: Sequence[FiscalPart]) -> FiscalMove:
        """Return what was told of the event of this version."""
        return FiscalMove(
            version=version,
            kind=kind,
            parts=tuple(parts),
            is_whole=self._is_whole,
            payment=self._payment,
            refund=self._refund,
        )

    def paid(self, _order: Order, event: OrderPaid) -> Told:
        return self._captured(event.amount, PaymentId(event.provider, event.payment_id))

    def received(self, _order: Order, event: PaymentReceived) -> Told:
        if event.use is not PaymentUse.APPLIED:
            return None
        return self._captured(event.amount, PaymentId(event.provider, event.payment_id))

    def returned(self, _order: Order, event: PaymentReturned) -> Told:
        if was_taken_at_point(event.provider):
            return None
        self._payment = PaymentId(event.provider, event.payment_id)
        self._expected = self._ledger.capture_for_nothing(event.amount)
        return FiscalKind.PREPAYMENT, self._expected

    def _captured(self, amount: int, payment: PaymentId) -> Told:
        if was_taken_at_point(payment.provider):
            self._is_untouched = False
            return None
        self._payment = payment
        parts = self._ledger.capture(amount)
        self._is_whole = self._is_untouched and not self._ledger.due
        self._is_untouched = False
        self._expected = self._ledger.for_nothing()
        return FiscalKind.PREPAYMENT, parts

    def line_refused(self, order: Order, event: LineRefused) -> Told:
        before = [line.refused + line.returned for line in order.lines]
        self._expected = _units(order, FiscalPhase.ADVANCE, before, event.units)
        return None

    def issued(self, order: Order, _event: OrderIssued) -> Told:
        before = [line.refused for line in order.lines]
        counts = [line.quantity - line.refused for line in order.lines]
        goods = units_of_lines(order, FiscalPhase.ADVANCE, before, counts)
        return self._settled((*goods, *self._ledger.delivery()))

    def cancelled(self, _order: Order, event: OrderCancelled) -> Told:
        """Settle the delivery that is kept: it had begun, which is a service done."""
        told = self._settled(self._ledger.delivery(event.fee_kept)) if event.fee_kept else None
        self._expected = self._ledger.advances()
        return told

    def _settled(self, parts: Sequence[FiscalPart]) -> Told:
        self._handed_over = self._ledger.settle(parts)
        return FiscalKind.SETTLEMENT, self._handed_over

    def undone(self, _order: Order, _event: Corrected | OrderReinstated) -> Told:
        """Take back the last settlement: nothing was handed over."""
        parts, self._handed_over = self._handed_over, ()
        self._ledger.reverse(parts)
        return FiscalKind.REVERSAL, parts

    def received_back(self, order: Order, event: ParcelReceivedBack) -> Told:
        self._expected = [
            part for barcode in event.parcels for part in _of_return(order, barcode, event)
        ]
        return None

    def refund_started(self, _order: Order, event: RefundStarted) -> Told:
        if not event.currency and event.route != RefundRoute.AT_POINT:
            parts = self._ledger.take(event.amount, self._expected)
            self._on_the_way[event.refund] = parts, event.sources
            self._expected = ()
        return None

    def refund_completed(self, _order: Order, event: RefundCompleted) -> Told:
        parts, sources = self._on_the_way.pop(event.refund, ((), ()))
        self._refund = event.provider_id
        if sources:
            self._payment = PaymentId(sources[0].provider, sources[0].payment_id)
        return FiscalKind.REFUND, parts

    def refund_cancelled(self, _order: Order, event: RefundCancelled) -> Told:
        parts, _ = self._on_the_way.pop(event.refund, ((), ()))
        self._ledger.put_back(parts)
        return None


_ENTRIES: Final[dict[type[Struct], Callable[[_Book, Order, Any], Told]]] = {
    OrderPaid: _Book.paid,
    PaymentReceived: _Book.received,
    PaymentReturned: _Book.returned,
    LineRefused: _Book.line_refused,
    OrderIssued: _Book.issued,
    OrderCancelled: _Book.cancelled,
    Corrected: _Book.undone,
    OrderReinstated: _Book.undone,
    ParcelReceivedBack: _Book.received_back,
    RefundStarted: _Book.refund_started,
    RefundCompleted: _Book.refund_completed,
    RefundCancelled: _Book.refund_cancelled,
}


def _of_return(order: Order, barcode: str, event: ParcelReceivedBack) -> Sequence[FiscalPart]:
    """Return what a parcel that came back has of what was handed over."""
    parcel = find_parcel(order, barcode)
    if parcel is None or not parcel.returned:
        return ()
    came = tuple(Units(x.line, x.quantity) for x in event.units) or parcel.contents
    return _units(order, FiscalPhase.SETTLED, units_before(order, parcel), came)


def _units(
    order: Order, phase: FiscalPhase, before: Sequence[int], units: tuple[Units, ...]
) -> Sequence[FiscalPart]:
    return units_of_lines(order, phase, before, units_per_line(order, units))

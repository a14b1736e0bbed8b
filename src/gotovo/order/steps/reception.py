"""Reception: parcels are back in the warehouse; their goods are inspected (rules 4.7 and 4.9)."""

from datetime import datetime

from msgspec import structs

from gotovo.order.checks.parcel_scan import Found, Scan, barcodes, nothing_to_move, parcels_to_move
from gotovo.order.facts import Circumstances, Decision, Facts, accept
from gotovo.order.refunds import start_refund
from gotovo.order.values.order import (
    Condition,
    Order,
    Outcome,
    Stage,
    slowest_backward,
    value_of,
    with_parcels,
)
from gotovo.value import Value

_COMING_BACK = frozenset({Stage.WITHDRAWN, Stage.IN_RETURN, Stage.DISPATCHED, Stage.WITH_COURIER})


_RECEIVED = frozenset({Stage.RECEIVED_BACK})


class Receive(
    Scan, frozen=True, kw_only=True, tag="reception", tag_field="step", omit_defaults=True
):
    """Record that parcels are back in the warehouse, and what became of their goods."""

    condition: Condition = Condition.RESTOCKED


class ParcelReceivedBack(Value, frozen=True, tag="parcel.received_back", tag_field="type"):
    """Parcels are back in the warehouse."""

    parcels: tuple[str, ...]
    condition: Condition


def may_receive(order: Order, _circumstances: Circumstances) -> Decision | None:
    """Refuse while no parcel is on its way back."""
    return nothing_to_move(_coming_back(order, Scan()))


def receive(order: Order, command: Receive, facts: Facts) -> Decision:
    """Take goods back in; what a buyer returned is refunded after this inspection."""
    found = _coming_back(order, command)
    if isinstance(found, Decision):
        return found
    received = ParcelReceivedBack(barcodes(found), command.condition)
    value = sum(value_of(order, p.contents) for p in found if p.returned)
    refund = start_refund(order, value, Outcome.RETURNED, facts)
    return accept(received, *refund)


def received_back(order: Order, event: ParcelReceivedBack, _at: datetime) -> Order:
    """Mark the parcels as received back; an issued order stays issued."""
    parcels = with_parcels(
        order, event.parcels, stage=Stage.RECEIVED_BACK, at="", cell="", condition=event.condition
    )
    stage = order.stage if order.outcome is Outcome.ISSUED else slowest_backward(parcels)
    return structs.replace(order, parcels=parcels, stage=stage)


def _coming_back(order: Order, scan: Scan) -> Found:
    return parcels_to_move(order, scan, _COMING_BACK, _RECEIVED)

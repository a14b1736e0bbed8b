"""Reception: parcels are back in the warehouse; their goods are inspected (rules 4.7 and 4.9).

One that was not scanned on leaving its point has left it all the same (rule 4.13).
"""

from datetime import datetime

from msgspec import structs

from gotovo.order.checks.parcel_scan import (
    Found,
    Scan,
    ScanStages,
    barcodes,
    nothing_to_move,
    parcels_to_move,
)
from gotovo.order.facts import Circumstances, Decision, Facts, accept
from gotovo.order.parcel_movements import missed_return
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

_EXPECTED = ScanStages(
    _COMING_BACK,
    frozenset({Stage.RECEIVED_BACK}),
    missed=frozenset({Stage.ARRIVED_AT_POINT, Stage.SHELVED}),
)


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
    return nothing_to_move(_coming_back(order, None))


def receive(order: Order, command: Receive, facts: Facts) -> Decision:
    """Take goods back in; what a buyer returned is refunded after this inspection."""
    found = _coming_back(order, command)
    if isinstance(found, Decision):
        return found
    received = ParcelReceivedBack(barcodes(found), command.condition)
    value = sum(value_of(order, p.contents) for p in found if p.returned)
    refund = start_refund(order, value, Outcome.RETURNED, facts)
    return accept(*missed_return(found), received, *refund)


def received_back(order: Order, event: ParcelReceivedBack, _at: datetime) -> Order:
    """Mark the parcels as received back; an issued order stays issued."""
    parcels = with_parcels(
        order, event.parcels, stage=Stage.RECEIVED_BACK, at="", cell="", condition=event.condition
    )
    stage = order.stage if order.outcome is Outcome.ISSUED else slowest_backward(parcels)
    return structs.replace(order, parcels=parcels, stage=stage)


def _coming_back(order: Order, scan: Scan | None) -> Found:
    return parcels_to_move(order, scan, _EXPECTED)

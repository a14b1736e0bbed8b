"""Arrival: parcels came off the van at the point. Arrived is not accepted.

A packed parcel that arrives was dispatched without a scan (rule 4.13).
"""

from datetime import datetime

from msgspec import structs

from gotovo.order.checks.custody_check import last_carried_by, still_carried_by
from gotovo.order.checks.parcel_scan import (
    Found,
    Scan,
    ScanStages,
    barcodes,
    nothing_to_move,
    parcels_to_move,
)
from gotovo.order.checks.place_check import wrong_place
from gotovo.order.facts import Circumstances, Decision, Facts, accept, refuse
from gotovo.order.parcel_movements import ParcelArrived, missed_dispatch
from gotovo.order.refusals import Code
from gotovo.order.values.order import (
    Order,
    Pickup,
    Stage,
    place_of,
    slowest_backward,
    slowest_forward,
    with_parcels,
)

_BEFORE = frozenset({Stage.DISPATCHED})
_DONE = frozenset(
    {
        Stage.ARRIVED_AT_POINT,
        Stage.SHELVED,
        Stage.ISSUED,
        Stage.WITHDRAWN,
        Stage.IN_RETURN,
        Stage.RECEIVED_BACK,
    }
)

_ON_THE_WAY = ScanStages(_BEFORE, _DONE)
_OR_MISSED = ScanStages(_BEFORE, _DONE, missed=frozenset({Stage.PACKED}))


class Arrive(Scan, frozen=True, kw_only=True, tag="arrival", tag_field="step", omit_defaults=True):
    """Record parcels that came; `point` says where when the actor serves several."""

    point: str = ""


def may_arrive(order: Order, circumstances: Circumstances) -> Decision | None:
    """Refuse while no parcel is on its way to the actor's point."""
    return wrong_place(order, circumstances.actor) or nothing_to_move(_expected(order, None))


def arrive(order: Order, command: Arrive, facts: Facts) -> Decision:
    """Accept parcels at the point they were sent to, also those to be turned round there."""
    wrong_point = wrong_place(order, facts.actor)
    if wrong_point:
        return wrong_point
    point = command.point or place_of(order)
    if point != place_of(order):
        return refuse(Code.WRONG_POINT, "point", point, place_of(order))
    found = _expected(order, command)
    if isinstance(found, Decision):
        return found
    return accept(*missed_dispatch(found), ParcelArrived(barcodes(found), point))


def arrived(order: Order, event: ParcelArrived, _at: datetime) -> Order:
    """Put the parcels at the point; a closed order still waits to be turned round."""
    stage = Stage.ARRIVED_AT_POINT
    parcels = with_parcels(order, event.parcels, stage=stage, at=event.point)
    slowest = slowest_forward if order.outcome is None else slowest_backward
    return structs.replace(
        order,
        parcels=parcels,
        stage=slowest(parcels),
        courier=still_carried_by(order, parcels),
        brought_by=last_carried_by(order),
    )


def _expected(order: Order, scan: Scan | None) -> Found:
    missed = isinstance(order.delivery, Pickup) and order.outcome is None
    return parcels_to_move(order, scan, _OR_MISSED if missed else _ON_THE_WAY)

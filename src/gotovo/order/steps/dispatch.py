"""Dispatch: parcels leave on a manifest, towards the buyer or back to the warehouse.

A parcel that a point sends back from its shelf was withdrawn without a scan (rule 4.13).
"""

from datetime import datetime

from msgspec import structs

from gotovo.order.checks.custody_check import held_by
from gotovo.order.checks.parcel_scan import (
    Found,
    Scan,
    ScanStages,
    barcodes,
    nothing_to_move,
    parcels_to_move,
)
from gotovo.order.checks.place_check import working_place
from gotovo.order.facts import Circumstances, Decision, Facts, accept
from gotovo.order.parcel_movements import ParcelDispatched, missed_withdrawal
from gotovo.order.steps.packing import Box, OrderPacked, parcels_of
from gotovo.order.values.actor import Actor, Role
from gotovo.order.values.order import (
    Order,
    Outcome,
    Pickup,
    Stage,
    all_units,
    slowest_backward,
    slowest_forward,
    with_parcels,
)

_ON_ITS_WAY = frozenset(
    {Stage.DISPATCHED, Stage.WITH_COURIER, Stage.ISSUED, Stage.IN_RETURN, Stage.RECEIVED_BACK}
)
_AT_POINT = frozenset({Stage.ARRIVED_AT_POINT, Stage.SHELVED})

_TO_BUYER = ScanStages(frozenset({Stage.PACKED}), _ON_ITS_WAY | _AT_POINT)
_BACK = ScanStages(frozenset({Stage.WITHDRAWN}), _ON_ITS_WAY | _AT_POINT)
_BACK_FROM_POINT = ScanStages(frozenset({Stage.WITHDRAWN}), _ON_ITS_WAY, missed=_AT_POINT)


class Dispatch(
    Scan, frozen=True, kw_only=True, tag="dispatch", tag_field="step", omit_defaults=True
):
    """Send packed parcels on their way, or withdrawn ones back; `manifest` names the run."""

    manifest: str = ""


def may_dispatch(order: Order, circumstances: Circumstances) -> Decision | None:
    """Refuse while no parcel is packed, or withdrawn to be sent back."""
    return nothing_to_move(_to_dispatch(order, None, circumstances.actor))


def dispatch(order: Order, command: Dispatch, facts: Facts) -> Decision:
    """Send what is packed; a closed order's parcels travel back instead."""
    found = _to_dispatch(order, command, facts.actor)
    if isinstance(found, Decision):
        return found
    sent = ParcelDispatched(barcodes(found), _next(order), command.manifest)
    return accept(*missed_withdrawal(found), sent)


def dispatch_unpacked(order: Order, command: Dispatch, _facts: Facts) -> Decision:
    """Let an imported order leave although its packing was never recorded."""
    parcels = parcels_of(order, (Box(all_units(order)),))
    sent = ParcelDispatched(barcodes(parcels), _next(order), command.manifest)
    return accept(OrderPacked(parcels), sent)


def dispatched(order: Order, event: ParcelDispatched, _at: datetime) -> Order:
    """Move the parcels, and the order with its slowest one."""
    parcels = with_parcels(order, event.parcels, stage=event.stage, at="", cell="")
    if order.outcome is None:
        stage = slowest_forward(parcels)
    elif order.outcome is Outcome.ISSUED:
        stage = order.stage
    else:
        stage = slowest_backward(parcels)
    return structs.replace(order, parcels=parcels, stage=stage)


def _to_dispatch(order: Order, scan: Scan | None, actor: Actor) -> Found:
    """Return what leaves; only at a point does a dispatch of what lies there mean the way back.

    From anybody else it is the dispatch from the warehouse once more. What has not left the
    warehouse is no point's (rule 4.19).
    """
    if order.outcome is None:
        found = parcels_to_move(order, scan, _TO_BUYER)
        if actor.role is Role.POINT and not isinstance(found, Decision):
            return held_by(frozenset({Role.WAREHOUSE}), actor)
        return found
    back = _BACK_FROM_POINT if actor.role is Role.POINT else _BACK
    return parcels_to_move(order, scan, back, working_place(actor))


def _next(order: Order) -> Stage:
    if order.outcome is not None:
        return Stage.IN_RETURN
    return Stage.DISPATCHED if isinstance(order.delivery, Pickup) else Stage.WITH_COURIER

"""Dispatch: parcels leave on a manifest, towards the buyer or back to the warehouse.

A parcel that a point sends back from its shelf was withdrawn without a scan (rule 4.13). A courier
who scans carries the order from then on, as does one whom somebody else names. Naming another one
later reassigns the order: the warehouse and the office may (rule 4.19).
"""

from datetime import datetime

from msgspec import structs

from gotovo.order.checks.custody_check import held_by, is_carried, taken_over
from gotovo.order.checks.parcel_scan import (
    Found,
    Scan,
    ScanStages,
    barcodes,
    nothing_to_move,
    parcels_to_move,
)
from gotovo.order.checks.place_check import working_place
from gotovo.order.facts import ALREADY_DONE, Circumstances, Decision, Facts, accept, refuse
from gotovo.order.parcel_movements import ParcelDispatched, missed_withdrawal
from gotovo.order.refusals import Code
from gotovo.order.steps.packing import Box, OrderPacked, parcels_of
from gotovo.order.values import roles
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
from gotovo.value import Value

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
    """Send packed parcels on their way, or withdrawn ones back; `manifest` names the run.

    `courier` is the id of the courier who carries them. Naming another one while they are on their
    way gives the order to that one.
    """

    manifest: str = ""
    courier: str = ""


class CourierAssigned(Value, frozen=True, tag="courier.assigned", tag_field="type"):
    """Another courier carries the parcels that are on their way."""

    courier: str


def may_dispatch(order: Order, circumstances: Circumstances) -> Decision | None:
    """Refuse while no parcel is packed, or withdrawn to be sent back, or can change hands."""
    nothing = nothing_to_move(_to_dispatch(order, None, circumstances.actor))
    if nothing is ALREADY_DONE and _may_assign(order, circumstances.actor):
        return None
    return nothing


def dispatch(order: Order, command: Dispatch, facts: Facts) -> Decision:
    """Send what is packed; a closed order's parcels travel back instead."""
    courier = _carrier(order, command, facts.actor)
    if isinstance(courier, Decision):
        return courier
    found = _to_dispatch(order, command, facts.actor)
    if isinstance(found, Decision):
        assigns = courier and found is ALREADY_DONE and _may_assign(order, facts.actor)
        return accept(CourierAssigned(courier)) if assigns else found
    sent = ParcelDispatched(barcodes(found), _next(order), command.manifest, courier=courier)
    return accept(*missed_withdrawal(found), sent)


def dispatch_unpacked(order: Order, command: Dispatch, facts: Facts) -> Decision:
    """Let an imported order leave although its packing was never recorded."""
    parcels = parcels_of(order, (Box(all_units(order)),))
    courier = _carrier(order, command, facts.actor)
    if isinstance(courier, Decision):
        return courier
    sent = ParcelDispatched(barcodes(parcels), _next(order), command.manifest, courier=courier)
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
    courier = event.courier or order.courier
    return structs.replace(order, parcels=parcels, stage=stage, courier=courier)


def courier_assigned(order: Order, event: CourierAssigned, _at: datetime) -> Order:
    """Give the order to this courier; a call and an agreed time stand."""
    return structs.replace(order, courier=event.courier)


def _may_assign(order: Order, actor: Actor) -> bool:
    """Return whether the actor may say that a courier carries what has left (rule 4.19)."""
    if order.outcome is not None or not is_carried(order.parcels):
        return False
    unclaimed = actor.role is Role.COURIER and not order.courier
    return unclaimed or actor.role in roles.AT_WAREHOUSE


def _carrier(order: Order, command: Dispatch, actor: Actor) -> str | Decision:
    """Return who carries the order from now on, empty where that stays as it was."""
    if actor.role is not Role.COURIER:
        return "" if command.courier == order.courier else command.courier
    if command.courier not in {"", actor.id}:
        return refuse(Code.NOT_PERMITTED, "courier", command.courier, actor.id)
    return taken_over(order, actor)


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

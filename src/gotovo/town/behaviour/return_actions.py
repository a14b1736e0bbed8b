"""The next action after the end: return shipments, and returns within the week."""

from gotovo.order.steps.arrival import Arrive
from gotovo.order.steps.dispatch import Dispatch
from gotovo.order.steps.reception import Receive
from gotovo.order.steps.return_acceptance import AcceptReturn
from gotovo.order.steps.return_claim import ClaimReturn
from gotovo.order.steps.withdrawal import Withdraw
from gotovo.order.values.order import (
    Condition,
    Order,
    Outcome,
    Parcel,
    Pickup,
    ReceivedUnits,
    Stage,
    Units,
    place_of,
    still_expected,
)
from gotovo.points.local_time import local_date
from gotovo.town.behaviour.action import Action, ActionContext
from gotovo.town.behaviour.scenario import Ending, Scenario
from gotovo.town.dataset.places import TIME_ZONE
from gotovo.town.dataset.staff import DRIVER, PACKER, buyer, clerk

_AT_POINT = frozenset({Stage.ARRIVED_AT_POINT, Stage.SHELVED})
_COMING = frozenset({Stage.IN_RETURN, Stage.WITH_COURIER})

_CONDITIONS = (*(Condition.RESTOCKED,) * 8, Condition.DEFECTIVE, Condition.WRITTEN_OFF)


def next_return_action(order: Order, scenario: Scenario, context: ActionContext) -> Action | None:
    """Return the next action of a closed order, if any of its parcels are still under way."""
    stages = {p.stage: p for p in reversed(order.parcels) if p.stage is not Stage.RECEIVED_BACK}
    since = order.last_at
    if Stage.DISPATCHED in stages and isinstance(order.delivery, Pickup):
        return Action("arrival", Arrive(), clerk(place_of(order)), since)
    if _AT_POINT & stages.keys():
        return Action("withdrawal", Withdraw(), clerk(place_of(order)), since)
    if Stage.WITHDRAWN in stages:
        return _return_dispatch(order, stages[Stage.WITHDRAWN])
    if (_COMING | {Stage.DISPATCHED}) & stages.keys():
        return Action("reception", _reception(order), PACKER, since)
    return _return(order, scenario, context)


def _reception(order: Order) -> Receive:
    """Return the reception: mostly of everything in one condition, at times of one broken unit.

    The rest of such a parcel is whole, and is listed with it at once.
    """
    condition = _CONDITIONS[int(order.number[5:9]) % len(_CONDITIONS)]
    coming = [p for p in order.parcels if p.stage in _COMING | {Stage.DISPATCHED}]
    parcel = coming[0]
    units = [(u.line, u.quantity) for u in still_expected(parcel)]
    if condition is not Condition.DEFECTIVE or sum(n for _, n in units) == 1:
        return Receive(condition=condition)
    line, quantity = units[0]
    left = [(line, quantity - 1), *units[1:]]
    whole = tuple(ReceivedUnits(x, n, Condition.RESTOCKED) for x, n in left if n)
    broken = ReceivedUnits(line, 1, Condition.DEFECTIVE)
    return Receive(parcels=(parcel.barcode,), units=(broken, *whole))


def _return_dispatch(order: Order, parcel: Parcel) -> Action:
    day = local_date(order.last_at, TIME_ZONE)
    sender = clerk(parcel.at) if "-" in parcel.at else DRIVER
    manifest = f"{parcel.at or 'courier'}-{day:%Y%m%d}-R"
    return Action("dispatch-back", Dispatch(manifest=manifest), sender, order.last_at)


def _return(order: Order, scenario: Scenario, context: ActionContext) -> Action | None:
    """Return the buyer's return: the claim, then the goods brought to a point."""
    if order.outcome is not Outcome.ISSUED:
        return None
    if order.claim is not None:
        place = place_of(order) if isinstance(order.delivery, Pickup) else min(context.points)
        return Action("return", AcceptReturn(), clerk(place), order.claim.claimed_at)
    untouched = not any(line.returned for line in order.lines)
    if scenario.ending not in {Ending.RETURNS, Ending.RETURNS_PART} or not untouched:
        return None
    part = (Units(1, 1),) if scenario.ending is Ending.RETURNS_PART else ()
    claim = ClaimReturn(part, "передумали" if part else "не подошло")
    return Action("return-claim", claim, buyer(order), order.last_at)

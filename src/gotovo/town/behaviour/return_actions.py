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
    Stage,
    Units,
    place_of,
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
        condition = _CONDITIONS[int(order.number[5:9]) % len(_CONDITIONS)]
        return Action("reception", Receive(condition=condition), PACKER, since)
    return _return(order, scenario, context)


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

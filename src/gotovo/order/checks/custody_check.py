"""Custody check: who holds a parcel acts on it (rule 4.19).

The order's warehouse holds what has not left, the driver and the point what is on its way to the
point, the point what lies there, the courier what travels to the buyer. One courier carries an
order at a time: the first who takes a step with it while nobody does, or whom the warehouse or the
office names at dispatch. Buyer, shop and office act by their own rights. Nobody holds a closed
order: it may be brought back at any point, so the steps that bring it back check the place
themselves.
"""

from datetime import datetime, timedelta

from gotovo.order.checks.place_check import wrong_place
from gotovo.order.facts import ALREADY_DONE, Decision, refuse
from gotovo.order.refusals import Code
from gotovo.order.values.actor import Actor, Role
from gotovo.order.values.order import COURIER_PLACE, Courier, Order, Parcel, Stage
from gotovo.order.values.roles import HOLDERS
from gotovo.order.values.stages import COURIER

_WAREHOUSE = frozenset({Role.WAREHOUSE})
_COURIER = frozenset({Role.COURIER})
_POINT = frozenset({Role.POINT})
_NOBODY = frozenset[Role]()

_HOLDERS = {
    Stage.PLACED: _WAREHOUSE,
    Stage.PAID: _WAREHOUSE,
    Stage.PICKING: _WAREHOUSE,
    Stage.PACKED: _WAREHOUSE,
    Stage.DISPATCHED: _COURIER | _POINT,
    Stage.ARRIVED_AT_POINT: _POINT,
    Stage.SHELVED: _POINT,
    Stage.HANDING_OVER: _POINT,
    Stage.WITH_COURIER: _COURIER,
    Stage.SLOT_AGREED: _COURIER,
    Stage.OUT_FOR_DELIVERY: _COURIER,
    Stage.ATTEMPT_FAILED: _COURIER,
}
"""Who holds an open order, or one of its parcels, at each stage."""


_CARRIED = frozenset({Stage.DISPATCHED, Stage.WITH_COURIER, Stage.IN_RETURN})
"""Stages of a parcel that somebody has in the van, on the way to a point, a buyer or back."""


_AT_HOME = frozenset({Stage.PACKED, Stage.ISSUED, Stage.RECEIVED_BACK})
"""Stages at which a closed order's parcel is in the warehouse, or its buyer's."""

ROUND_ENDS_AFTER = timedelta(hours=24)
"""How long a closed order concerns its courier: the day of the round, for what was mistaken."""

UNCLAIMED = "-"
"""Stands for the courier of an order that waits for one; no key has such an id."""


def holders(order: Order) -> frozenset[Role]:
    """Return who holds an open order; several where its parcels have come apart."""
    if order.outcome is not None:
        return _NOBODY
    holding = _HOLDERS[order.stage]
    if len(order.parcels) > 1:
        holding = holding.union(*[holders_of_parcel(parcel) for parcel in order.parcels])
    return holding


def holders_of_parcel(parcel: Parcel) -> frozenset[Role]:
    """Return who holds one parcel of an open order."""
    return _HOLDERS.get(parcel.stage, _NOBODY)


def not_in_custody(order: Order, custody: frozenset[Role], actor: Actor) -> Decision | None:
    """Refuse a role of `custody` that does not hold the order."""
    if actor.role not in custody or order.outcome is not None:
        return None
    holding = holders(order)
    return None if actor.role in holding else held_by(holding, actor)


def not_all_in_custody(
    parcels: tuple[Parcel, ...], barcodes: tuple[str, ...], actor: Actor
) -> Decision | None:
    """Refuse parcels of an open order that somebody else holds, among those named."""
    if actor.role not in HOLDERS:
        return None
    for parcel in parcels:
        holding = holders_of_parcel(parcel)
        if parcel.barcode in barcodes and actor.role not in holding:
            return held_by(holding, actor)
    return None


def held_by(holding: frozenset[Role], actor: Actor) -> Decision:
    """Refuse what these hold, and not the actor."""
    return refuse(Code.NOT_IN_CUSTODY, "role", actor.role, ", ".join(sorted(holding)))


def serves_another_warehouse(order: Order, actor: Actor) -> bool:
    """Return whether the order belongs to another warehouse than the actor's only one.

    Goods come back to the warehouse they left.
    """
    return actor.warehouse is not None and actor.warehouse != order.warehouse


def in_other_hands(order: Order, actor: Actor) -> Decision | None:
    """Refuse every step of what another warehouse serves or another courier carries.

    A clerk with a stray parcel in hand is told the warehouse that it belongs to, while anything of
    the order is on its way. Which courier it is, nobody of them is told.
    """
    if serves_another_warehouse(order, actor):
        if order.outcome is not None and not any(map(is_out, order.parcels)):
            return refuse(Code.UNKNOWN_ORDER)
        return refuse(Code.NOT_IN_CUSTODY, "warehouse", actor.warehouse or "", order.warehouse)
    if order.courier in {"", actor.id} or actor.role is not Role.COURIER:
        return None
    return refuse(Code.NOT_IN_CUSTODY, "courier", actor.id, "another courier")


def not_on_round(order: Order, actor: Actor, now: datetime) -> Decision | None:
    """Refuse a courier who neither has the order, nor may have it, nor handed it over today.

    A number alone gives no right to an order, and a closed one is refused as one that nobody has.
    Only what takes parcels over is left, and decided by the step.
    """
    if actor.role is not Role.COURIER or _is_on_round(order, actor.id, now):
        return None
    if order.outcome is None:
        return held_by(holders(order), actor)
    return refuse(Code.UNKNOWN_ORDER)


def is_told(
    order: Order, custody: frozenset[Role], decision: Decision | None, actor: Actor, now: datetime
) -> bool:
    """Return whether a courier whom the order does not concern gets this decision all the same.

    So it is where the step takes parcels over, and where a driver hears at the warehouse why one
    cannot be taken yet. That a step was taken before is told to who brought the parcels alone
    (rule 4.13).
    """
    if decision is ALREADY_DONE:
        return _was_brought_by(order, actor.id, now)
    if Role.COURIER in custody:
        return False
    return decision is None or bool(decision.events) or order.outcome is None


def is_round_over(order: Order, now: datetime) -> bool:
    """Return whether the day is over on which the order was closed."""
    return order.closed_at is not None and now > order.closed_at + ROUND_ENDS_AFTER


def _is_on_round(order: Order, courier: str, now: datetime) -> bool:
    if order.courier not in {"", courier}:
        return False
    if order.outcome is None:
        return bool(order.courier) or Role.COURIER in holders(order)
    return is_carried(order.parcels) or (bool(order.courier) and not is_round_over(order, now))


def _was_brought_by(order: Order, courier: str, now: datetime) -> bool:
    """Return whether a repeated scan may be this courier's: of a closed order on the same day."""
    if order.brought_by != courier:
        return False
    return order.outcome is None or now <= order.last_at + ROUND_ENDS_AFTER


def taken_over(order: Order, actor: Actor) -> str:
    """Return the courier who carries the order from this step on, empty where that stays."""
    return actor.id if actor.role is Role.COURIER and not order.courier else ""


def is_carried(parcels: tuple[Parcel, ...]) -> bool:
    """Return whether some of the parcels are between two places, or were refused at the door."""
    return any(p.stage in _CARRIED or p.at == COURIER_PLACE for p in parcels)


def is_out(parcel: Parcel) -> bool:
    """Return whether a closed order's parcel is anywhere between its buyer and the warehouse."""
    return parcel.stage not in _AT_HOME


def still_carried_by(order: Order, parcels: tuple[Parcel, ...]) -> str:
    """Return who carries the order when its parcels have become these: nobody once all lie."""
    return order.courier if order.courier and is_carried(parcels) else ""


def last_carried_by(order: Order) -> str:
    """Return who carries the order now, or was the last to."""
    return order.courier or order.brought_by


def whose_round(order: Order) -> str:
    """Return the courier who has the order to hand over or to bring back, empty where nobody has.

    `UNCLAIMED` where it is on its way to a buyer and nobody is known to carry it.
    """
    if order.outcome is not None:
        return still_carried_by(order, order.parcels)
    if order.courier or not isinstance(order.delivery, Courier) or order.stage not in COURIER:
        return order.courier
    return UNCLAIMED


def not_at_clerks_point(order: Order, actor: Actor) -> Decision | None:
    """Refuse a clerk every step of an open order that belongs to another point."""
    if actor.role is Role.POINT and order.outcome is None:
        return wrong_place(order, actor)
    return None

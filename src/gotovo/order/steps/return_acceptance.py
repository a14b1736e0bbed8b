"""Return: a point takes issued goods back and boxes them (rule 4.7)."""

from datetime import datetime

from msgspec import structs

from gotovo.order.checks.custody_check import still_carried_by
from gotovo.order.checks.goods_check import brought_back, units_with_buyer, wrong_return
from gotovo.order.checks.handover.refusable import not_returnable
from gotovo.order.checks.handover.unclaimed_return import not_approved_return
from gotovo.order.checks.place_check import working_place
from gotovo.order.checks.return_period import after_return_period
from gotovo.order.facts import ALREADY_DONE, Circumstances, Decision, Facts, accept, refuse
from gotovo.order.refusals import Code
from gotovo.order.values.handover.refused_units import RefusedUnits, plain, with_reason
from gotovo.order.values.number import PARCELS_MAX, barcode
from gotovo.order.values.order import (
    Claim,
    Order,
    Outcome,
    Parcel,
    Stage,
    Units,
    place_of,
    slowest_backward,
    units_per_line,
)
from gotovo.value import Value


class AcceptReturn(Value, frozen=True, tag="return", tag_field="step", omit_defaults=True):
    """Take goods back at a point; no units named means those that were claimed.

    Units may say why they come back (`RefusedUnits`). `approved_by` is the actor id of the second
    person who agreed to take back what was not claimed.
    """

    units: tuple[Units, ...] = ()
    point: str = ""
    approved_by: str = ""


class OrderReturned(Value, frozen=True, tag="order.returned", tag_field="type", omit_defaults=True):
    """These units were taken back at a point and boxed; the refund follows their inspection.

    Defective ones have another parcel than the others. `approved_by` is the actor id of the second
    person, where one agreed.
    """

    units: tuple[RefusedUnits, ...]
    parcel: str
    point: str
    approved_by: str = ""


def may_accept_return(order: Order, circumstances: Circumstances) -> Decision | None:
    """Refuse after the return period what was not claimed in time."""
    late = None if order.claim else after_return_period(order, circumstances)
    return late or _no_barcode_left(order)


def accept_return(order: Order, command: AcceptReturn, facts: Facts) -> Decision:
    """Take back what was claimed in time, or what is brought in time without a claim."""
    if returned_before(order, command, facts):
        return ALREADY_DONE
    units = command.units or (order.claim.units if order.claim else units_with_buyer(order))
    late = None if _claimed(order, units) else after_return_period(order, facts.circumstances)
    if late:
        return late
    at = working_place(facts.actor)
    point = command.point or at or place_of(order)
    if at and point != at:
        return refuse(Code.WRONG_POINT, "point", point, at)
    if point not in facts.world.points:
        known = ", ".join(sorted(facts.world.points))
        return refuse(Code.UNKNOWN_POINT, "point", point, known)
    kinds = _by_kind(units)
    refused = _no_barcode_left(order, len(kinds)) or _unfit(
        order, units, point, command.approved_by, facts
    )
    return refused or accept(*_boxes(order, kinds, point, command.approved_by, facts))


def _unfit(
    order: Order, units: tuple[Units, ...], point: str, approved_by: str, facts: Facts
) -> Decision | None:
    """Refuse goods that the buyer has not, that may not come back, or that nobody announced."""
    return (
        wrong_return(order, units)
        or not_returnable(order, units, point, facts)
        or not_approved_return(order, units, point, approved_by, facts)
    )


def _by_kind(units: tuple[Units, ...]) -> tuple[tuple[RefusedUnits, ...], ...]:
    """Return what is not wanted, and what is defective: each is a parcel, if there is any of it."""
    told = tuple(map(with_reason, units))
    kinds = (
        tuple(each for each in told if not each.is_defective),
        tuple(each for each in told if each.is_defective),
    )
    return tuple(filter(None, kinds))


def _boxes(
    order: Order,
    kinds: tuple[tuple[RefusedUnits, ...], ...],
    point: str,
    approved_by: str,
    facts: Facts,
) -> tuple[OrderReturned, ...]:
    """Return a parcel of each kind of goods."""
    second = "" if approved_by == facts.actor.id else approved_by
    return tuple(
        OrderReturned(some, barcode(order.number, index), point, second)
        for index, some in enumerate(kinds, len(order.parcels) + 1)
    )


def returned_before(order: Order, command: AcceptReturn, facts: Facts) -> bool:
    """Return whether these units were taken back, and not at another point than this."""
    place = command.point or working_place(facts.actor)
    elsewhere = all(p.at not in {"", place} for p in order.parcels if p.returned)
    return brought_back(order, command.units) and not (place and elsewhere)


def returned(order: Order, event: OrderReturned, at: datetime) -> Order:
    """Box the goods; an order of which the buyer has nothing left is a return."""
    counts = units_per_line(order, event.units)
    lines = tuple(
        structs.replace(line, returned=line.returned + n)
        for line, n in zip(order.lines, counts, strict=True)
    )
    box = Parcel(
        event.parcel,
        plain(event.units),
        Stage.WITHDRAWN,
        at=event.point,
        back=True,
        returned=True,
        defective=any(each.is_defective for each in event.units),
    )
    parcels = (*order.parcels, box)
    courier = still_carried_by(order, parcels)
    if any(line.issued > line.returned for line in lines):
        claim = _still_claimed(order.claim, counts)
        return structs.replace(order, lines=lines, parcels=parcels, claim=claim, courier=courier)
    return structs.replace(
        order,
        lines=lines,
        parcels=parcels,
        claim=None,
        outcome=Outcome.RETURNED,
        closed_at=at,
        stage=slowest_backward(parcels),
        courier=courier,
    )


def _no_barcode_left(order: Order, needed: int = 1) -> Decision | None:
    if len(order.parcels) + needed > PARCELS_MAX:
        return refuse(Code.WRONG_QUANTITY, "parcels", len(order.parcels), f"..{PARCELS_MAX}")
    return None


def _claimed(order: Order, units: tuple[Units, ...]) -> bool:
    """Return whether all of these were claimed in time."""
    announced = units_per_line(order, order.claim.units if order.claim else ())
    brought = units_per_line(order, units)
    return all(n <= most for n, most in zip(brought, announced, strict=True))


def _still_claimed(claim: Claim | None, brought: list[int]) -> Claim | None:
    """Return the claim of what was not brought yet."""
    if claim is None:
        return None
    left: list[Units] = []
    for x in claim.units:
        taken = min(x.quantity, brought[x.line - 1])
        brought[x.line - 1] -= taken
        if x.quantity > taken:
            left.append(Units(x.line, x.quantity - taken))
    return structs.replace(claim, units=tuple(left)) if left else None

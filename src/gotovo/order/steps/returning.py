"""Returning: goods brought back after issue, and every parcel's way back to the warehouse."""

from datetime import datetime, timedelta

from msgspec import structs

from gotovo.order.checks.parcel_scan import Scan, barcodes, ready_for
from gotovo.order.checks.place_check import working_place
from gotovo.order.facts import Decision, Facts, accept, refuse
from gotovo.order.refusals import Code
from gotovo.order.steps.refunding import start_refund
from gotovo.order.values.number import PARCELS_MAX, barcode
from gotovo.order.values.order import (
    Claim,
    Condition,
    Order,
    Outcome,
    Parcel,
    Stage,
    Units,
    place_of,
    slowest_backward,
    value_of,
    with_parcels,
)
from gotovo.value import Value

_AT_POINT = frozenset({Stage.ARRIVED_AT_POINT, Stage.SHELVED})
_WITHDRAWN = frozenset({Stage.WITHDRAWN, Stage.IN_RETURN, Stage.RECEIVED_BACK})
_COMING_BACK = frozenset({Stage.WITHDRAWN, Stage.IN_RETURN, Stage.DISPATCHED, Stage.WITH_COURIER})
_RECEIVED = frozenset({Stage.RECEIVED_BACK})


class ClaimReturn(Value, frozen=True, tag="return-claim", tag_field="step", omit_defaults=True):
    """Announce that issued goods come back; no units named means all that was issued."""

    units: tuple[Units, ...] = ()
    note: str = ""


class AcceptReturn(Value, frozen=True, tag="return", tag_field="step", omit_defaults=True):
    """Take goods back at a point; no units named means those that were claimed."""

    units: tuple[Units, ...] = ()
    point: str = ""


class Withdraw(
    Scan, frozen=True, kw_only=True, tag="withdrawal", tag_field="step", omit_defaults=True
):
    """Take a closed order's parcels off the shelf, to be sent back."""


class Receive(
    Scan, frozen=True, kw_only=True, tag="reception", tag_field="step", omit_defaults=True
):
    """Record that parcels are back in the warehouse, and what became of their goods."""

    condition: Condition = Condition.RESTOCKED


class ReturnClaimed(
    Value, frozen=True, tag="order.return_claimed", tag_field="type", omit_defaults=True
):
    """The buyer announced that these units come back."""

    units: tuple[Units, ...]
    note: str = ""


class OrderReturned(Value, frozen=True, tag="order.returned", tag_field="type"):
    """These units were taken back at a point and boxed; the refund follows their inspection."""

    units: tuple[Units, ...]
    parcel: str
    point: str


class ParcelWithdrawn(Value, frozen=True, tag="parcel.withdrawn", tag_field="type"):
    """Parcels were taken off the shelf to be sent back."""

    parcels: tuple[str, ...]


class ParcelReceivedBack(Value, frozen=True, tag="parcel.received_back", tag_field="type"):
    """Parcels are back in the warehouse."""

    parcels: tuple[str, ...]
    condition: Condition


def claim_return(order: Order, command: ClaimReturn, facts: Facts) -> Decision:
    """Accept a claim for goods that the buyer still has, within the return period."""
    late = _too_late(order, facts)
    if late:
        return late
    units = command.units or _with_buyer(order)
    return _unfit(order, units) or accept(ReturnClaimed(units, command.note))


def accept_return(order: Order, command: AcceptReturn, facts: Facts) -> Decision:
    """Take back what was claimed in time, or what is brought in time without a claim."""
    units = command.units or (order.claim.units if order.claim else _with_buyer(order))
    late = None if _claimed(order, units) else _too_late(order, facts)
    if late:
        return late
    at = working_place(facts.actor)
    point = command.point or at or place_of(order)
    if at and point != at:
        return refuse(Code.WRONG_POINT, "point", point, at)
    if point not in facts.world.points:
        known = ", ".join(sorted(facts.world.points))
        return refuse(Code.UNKNOWN_POINT, "point", point, known)
    if len(order.parcels) >= PARCELS_MAX:
        return refuse(Code.WRONG_QUANTITY, "parcels", len(order.parcels), f"..{PARCELS_MAX}")
    box = barcode(order.number, len(order.parcels) + 1)
    return _unfit(order, units) or accept(OrderReturned(units, box, point))


def withdraw(order: Order, command: Withdraw, facts: Facts) -> Decision:
    """Take off the shelf whatever of a closed order lies at the point."""
    found = ready_for(order, command, _AT_POINT, _WITHDRAWN, working_place(facts.actor))
    return found if isinstance(found, Decision) else accept(ParcelWithdrawn(barcodes(found)))


def receive(order: Order, command: Receive, facts: Facts) -> Decision:
    """Take goods in again; what a buyer returned is refunded now that it was looked at."""
    found = ready_for(order, command, _COMING_BACK, _RECEIVED)
    if isinstance(found, Decision):
        return found
    received = ParcelReceivedBack(barcodes(found), command.condition)
    value = sum(value_of(order, p.contents) for p in found if p.returned)
    refund = start_refund(order, value, Outcome.RETURNED, facts)
    return accept(received, *refund)


def return_claimed(order: Order, event: ReturnClaimed, at: datetime) -> Order:
    """Keep the claim until the goods are brought."""
    return structs.replace(order, claim=Claim(event.units, event.note, at))


def returned(order: Order, event: OrderReturned, at: datetime) -> Order:
    """Box the goods; an order of which nothing is left with the buyer is a return."""
    counts = _per_line(order, event.units)
    lines = tuple(
        structs.replace(line, returned=line.returned + n)
        for line, n in zip(order.lines, counts, strict=True)
    )
    box = Parcel(
        event.parcel, event.units, Stage.WITHDRAWN, at=event.point, back=True, returned=True
    )
    parcels = (*order.parcels, box)
    if any(line.issued > line.returned for line in lines):
        claim = _still_claimed(order.claim, counts)
        return structs.replace(order, lines=lines, parcels=parcels, claim=claim)
    return structs.replace(
        order,
        lines=lines,
        parcels=parcels,
        claim=None,
        outcome=Outcome.RETURNED,
        closed_at=at,
        stage=slowest_backward(parcels),
    )


def withdrawn(order: Order, event: ParcelWithdrawn, _at: datetime) -> Order:
    """Empty the cells."""
    parcels = with_parcels(order, event.parcels, stage=Stage.WITHDRAWN, cell="")
    return structs.replace(order, parcels=parcels, stage=slowest_backward(parcels))


def received_back(order: Order, event: ParcelReceivedBack, _at: datetime) -> Order:
    """End the parcels' way; an issued order stays issued."""
    parcels = with_parcels(
        order, event.parcels, stage=Stage.RECEIVED_BACK, at="", cell="", condition=event.condition
    )
    stage = order.stage if order.outcome is Outcome.ISSUED else slowest_backward(parcels)
    return structs.replace(order, parcels=parcels, stage=stage)


def _too_late(order: Order, facts: Facts) -> Decision | None:
    if order.closed_at is None:
        return refuse(Code.STAGE_FORBIDS, "stage", order.stage, Stage.ISSUED)
    until = order.closed_at + timedelta(days=facts.world.terms.return_days)
    if facts.at > until:
        at = facts.at.isoformat()
        return refuse(Code.RETURN_PERIOD_OVER, "at", at, until.isoformat())
    return None


def _per_line(order: Order, units: tuple[Units, ...]) -> list[int]:
    counts = [0] * len(order.lines)
    for x in units:
        if 1 <= x.line <= len(order.lines):
            counts[x.line - 1] += x.quantity
    return counts


def _claimed(order: Order, units: tuple[Units, ...]) -> bool:
    """Tell whether all of these were announced in time."""
    announced = _per_line(order, order.claim.units if order.claim else ())
    brought = _per_line(order, units)
    return all(n <= most for n, most in zip(brought, announced, strict=True))


def _still_claimed(claim: Claim | None, brought: list[int]) -> Claim | None:
    """Return the claim of what was announced and not brought yet."""
    if claim is None:
        return None
    left: list[Units] = []
    for x in claim.units:
        taken = min(x.quantity, brought[x.line - 1])
        brought[x.line - 1] -= taken
        if x.quantity > taken:
            left.append(Units(x.line, x.quantity - taken))
    return structs.replace(claim, units=tuple(left)) if left else None


def _with_buyer(order: Order) -> tuple[Units, ...]:
    return tuple(
        Units(index, line.issued - line.returned)
        for index, line in enumerate(order.lines, 1)
        if line.issued > line.returned
    )


def _unfit(order: Order, units: tuple[Units, ...]) -> Decision | None:
    seen = [0] * len(order.lines)
    for x in units:
        if not 1 <= x.line <= len(order.lines):
            return refuse(Code.UNKNOWN_LINE, "units", x.line, f"1..{len(order.lines)}")
        seen[x.line - 1] += x.quantity
        line = order.lines[x.line - 1]
        most = line.issued - line.returned
        if x.quantity < 1 or seen[x.line - 1] > most:
            return refuse(Code.WRONG_QUANTITY, "units", seen[x.line - 1], f"1..{most}")
    return None

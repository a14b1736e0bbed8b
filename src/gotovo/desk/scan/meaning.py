"""What a code means at a point, and what to do next: decided from the order alone, without I/O.

Steps are named, never worded: a handheld has its own sentences. Nothing is told of an order that
the clerk may not see (`access/permissions`), save where to send who brought it.
"""

from datetime import datetime
from enum import StrEnum
from typing import Final

from msgspec import structs

from gotovo.access.permissions import Sight, cannot_see, sight_of
from gotovo.desk.scan.code_forms import CodeKind, ScannedCode
from gotovo.order.checks.return_period import return_deadline
from gotovo.order.facts import OrderTerms
from gotovo.order.refusals import Code
from gotovo.order.values import stages
from gotovo.order.values.actor import Actor, Role
from gotovo.order.values.order import (
    COURIER_PLACE,
    Order,
    Outcome,
    Parcel,
    Stage,
    find_parcel,
    place_of,
)
from gotovo.value import Value


class NextStep(StrEnum):
    """What a scan leads to; every answer has one."""

    SHELVE = "shelve"  # accept the parcel and give it a cell
    ALREADY_HERE = "already_here"  # the parcel lies in its cell: nothing to do
    ISSUE = "issue"  # the order is ready: open a hand-over
    WAIT = "wait"  # an order of this point, not ready yet
    SEND_BACK = "send_back"  # it has to go back to the warehouse
    TAKE_BACK = "take_back"  # it was issued, and its goods may be returned
    CLOSED = "closed"  # it is over, and nothing of it is here
    WRONG_POINT = "wrong_point"  # it belongs to another point
    BY_COURIER = "by_courier"  # a courier brings it to its buyer
    NOT_FOUND = "not_found"  # nobody here knows of it
    SHOW_CELL = "show_cell"  # a cell, and what lies in it
    OPEN_BOX = "open_box"
    OPEN_MANIFEST = "open_manifest"
    CHOOSE_ORDER = "choose_order"  # a product, and the orders here that have it
    ASK_NUMBER = "ask_number"  # a pick-up code alone finds nobody (rule 4.3)
    ASK_CODE = "ask_code"  # the end of a phone needs the code as well
    UNKNOWN_CODE = "unknown_code"  # a code of no form that is known


OF_NO_ORDER: Final = {
    CodeKind.CELL: NextStep.SHOW_CELL,
    CodeKind.BOX: NextStep.OPEN_BOX,
    CodeKind.MANIFEST: NextStep.OPEN_MANIFEST,
    CodeKind.PRODUCT: NextStep.CHOOSE_ORDER,
    CodeKind.PICKUP_CODE: NextStep.ASK_NUMBER,
    CodeKind.PHONE_DIGITS: NextStep.ASK_CODE,
    CodeKind.UNKNOWN: NextStep.UNKNOWN_CODE,
}
"""What follows from codes that name no order."""

_TO_SHELVE: Final = frozenset({Stage.PACKED}) | stages.TO_POINT
_LIES_HERE: Final = frozenset({Stage.ARRIVED_AT_POINT, Stage.SHELVED, Stage.WITHDRAWN})


class Meaning(Value, frozen=True):
    """What a scan means.

    `order` is there where the clerk sees it, as much as `sight` says; `parcel` where one was
    scanned. `point` is where the order belongs, where that is another point.
    """

    next_step: NextStep
    sight: Sight = Sight.NOTHING
    order: Order | None = None
    parcel: Parcel | None = None
    point: str = ""


NOT_FOUND: Final = Meaning(NextStep.NOT_FOUND)


def meaning_of(
    code: ScannedCode, order: Order | None, clerk: Actor, terms: OrderTerms, now: datetime
) -> Meaning:
    """Return what a code with a number means for a clerk, whose place is the point of the scan."""
    if order is None:
        return NOT_FOUND
    hidden = cannot_see(order, clerk, terms, now)
    if hidden is not None:
        if hidden.code is not Code.WRONG_POINT:
            return NOT_FOUND
        if place_of(order) == COURIER_PLACE:
            return Meaning(NextStep.BY_COURIER)
        return Meaning(NextStep.WRONG_POINT, point=place_of(order))
    sight = sight_of(order, clerk, terms, now)
    parcel = find_parcel(order, code.value) if code.kind is CodeKind.PARCEL else None
    if code.kind is CodeKind.PARCEL and (parcel is None or _is_hidden(parcel, clerk, sight)):
        return NOT_FOUND
    may_come = _may_be_brought(order, terms, now)
    if parcel is not None:
        step = _of_parcel(order, parcel, may_come=may_come)
    else:
        step = _of_order(order, clerk.place or "", may_come=may_come)
    return Meaning(step, sight, order, parcel)


def clerk_at(actor: Actor, point: str) -> Actor:
    """Return the actor as a clerk of one point: what a scan shows there is the same for all."""
    return structs.replace(actor, role=Role.POINT, place=point)


def lying_at(order: Order, point: str) -> tuple[Parcel, ...]:
    """Return the parcels that lie at a point, on a shelf or not, and wait for somebody there."""
    return tuple([p for p in order.parcels if p.at == point and p.stage in _LIES_HERE])


def _of_parcel(order: Order, parcel: Parcel, *, may_come: bool) -> NextStep:
    """Return what to do with a parcel in hand: whatever the history says, it is here."""
    if parcel.stage is Stage.ISSUED:
        return NextStep.TAKE_BACK if may_come else NextStep.CLOSED
    if order.outcome is not None or parcel.back:
        return NextStep.SEND_BACK
    if order.stage is Stage.HANDING_OVER:
        return NextStep.ISSUE
    if parcel.stage in _TO_SHELVE:
        return NextStep.SHELVE
    return NextStep.ALREADY_HERE if parcel.stage is Stage.SHELVED else NextStep.BY_COURIER


def _of_order(order: Order, point: str, *, may_come: bool) -> NextStep:
    here = lying_at(order, point)
    if order.outcome is None:
        if order.stage in stages.READY:
            return NextStep.ISSUE
        is_unshelved = any(p.stage is Stage.ARRIVED_AT_POINT for p in here)
        return NextStep.SHELVE if is_unshelved else NextStep.WAIT
    if here:
        return NextStep.SEND_BACK
    return NextStep.TAKE_BACK if may_come else NextStep.CLOSED


def _may_be_brought(order: Order, terms: OrderTerms, now: datetime) -> bool:
    """Return whether issued goods may come back, within the period or because it was claimed."""
    if order.outcome not in {Outcome.ISSUED, Outcome.RETURNED}:
        return False
    deadline = return_deadline(order, terms)
    return order.claim is not None or (deadline is not None and now <= deadline)


def _is_hidden(parcel: Parcel, clerk: Actor, sight: Sight) -> bool:
    """Return whether a parcel of another point's order is none of the clerk's business."""
    return sight is Sight.GOODS and parcel.at != clerk.place and parcel.stage is not Stage.ISSUED

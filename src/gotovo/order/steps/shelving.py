"""Shelving: each parcel gets a cell; with the last one the order is ready (rule 2.3).

A parcel that is shelved has arrived, also where nobody scanned that (rule 4.13).
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
from gotovo.order.checks.point_room import over_capacity
from gotovo.order.checks.promise_terms import kept_or_missed, promise_kept
from gotovo.order.facts import ALREADY_DONE, Circumstances, Decision, Facts, accept, refuse
from gotovo.order.parcel_movements import missed_arrival
from gotovo.order.refusals import Code
from gotovo.order.values.order import (
    Order,
    Parcel,
    Pickup,
    Stage,
    Storage,
    no_longer_late,
    place_of,
    slowest_forward,
    with_parcels,
)
from gotovo.points.cells.plan import cells_named, planned_cell
from gotovo.points.point import storage_days
from gotovo.points.quiet_hours import after_quiet_hours
from gotovo.points.reminders import Reminder, reminders
from gotovo.points.storage_term import StorageRule, storage_deadline
from gotovo.value import Value

_BEFORE = frozenset({Stage.ARRIVED_AT_POINT, Stage.SHELVED})

_DONE = frozenset({Stage.ISSUED})

_EXPECTED = ScanStages(_BEFORE, _DONE, missed=frozenset({Stage.PACKED, Stage.DISPATCHED}))
_EXPECTED_OF_IMPORTED = ScanStages(_BEFORE | {Stage.DISPATCHED}, _DONE)
"""The arrival of an imported order may not have been recorded by its source."""

_NEVER_SHELVED = frozenset({Stage.PACKED, Stage.DISPATCHED, Stage.ARRIVED_AT_POINT})


class Shelve(Scan, frozen=True, kw_only=True, tag="shelving", tag_field="step", omit_defaults=True):
    """Put parcels into a cell; a parcel already shelved moves to the new cell."""

    cell: str = ""


class ParcelShelved(Value, frozen=True, tag="parcel.shelved", tag_field="type", omit_defaults=True):
    """Parcels lie in a cell; `over_capacity`: the point now holds more than it has room for."""

    parcels: tuple[str, ...]
    cell: str = ""
    over_capacity: bool = False


class OrderReady(Value, frozen=True, tag="order.ready", tag_field="type", omit_defaults=True):
    """Every parcel is on its shelf: the buyer may come until the deadline.

    `promise_kept` is absent when nothing was promised.
    """

    point: str
    storage_deadline_at: datetime | None = None
    storage_rule: StorageRule | None = None
    reminders: tuple[Reminder, ...] = ()
    promise_kept: bool | None = None


def may_shelve(order: Order, _circumstances: Circumstances) -> Decision | None:
    """Refuse while no parcel is at the point; one on a shelf may move to another cell."""
    return nothing_to_move(_to_shelve(order, None))


def shelve(order: Order, command: Shelve, facts: Facts) -> Decision:
    """Shelve what has arrived, and make the order ready when nothing is missing.

    What is there is shelved however full the point is, and flagged (rule 4.17). Where the point has
    a plan of its cells, the parcels lie in one of them.
    """
    found = _to_shelve(order, command)
    if isinstance(found, Decision):
        return found
    cell = _cell(order, command, facts)
    if cell is None:
        plan = facts.world.points[place_of(order)].cells
        return refuse(Code.UNKNOWN_CELL, "cell", command.cell, cells_named(plan))
    moved = tuple(p for p in found if _moves(p, cell))
    if not moved:
        return ALREADY_DONE
    missed = () if order.imported else missed_arrival(order, moved)
    full = moved[0].stage is not Stage.SHELVED and over_capacity(place_of(order), facts.world)
    shelved_now = ParcelShelved(barcodes(moved), cell, full)
    after = with_parcels(order, shelved_now.parcels, stage=Stage.SHELVED)
    if order.ready_at is not None or slowest_forward(after) is not Stage.SHELVED:
        return accept(*missed, shelved_now)
    return accept(*missed, shelved_now, _ready(order, facts))


def shelved_before(order: Order, command: Shelve, facts: Facts) -> bool:
    """Return whether all of these parcels were in this cell, or left their shelf since.

    A closed order's parcels are not shelved any more, nor those that are being handed over.
    """
    parcels = tuple(p for p in order.parcels if not p.back)
    known = {p.barcode for p in parcels}
    named = set(command.parcels) or known
    cell = _cell(order, command, facts)
    return (
        bool(known)
        and cell is not None
        and named <= known
        and all(_was_shelved(order, p, cell) for p in parcels if p.barcode in named)
    )


def shelved(order: Order, event: ParcelShelved, _at: datetime) -> Order:
    """Put the parcels into the cell; the order moves with `order.ready` or its slowest parcel."""
    parcels = with_parcels(order, event.parcels, stage=Stage.SHELVED, cell=event.cell)
    stage = order.stage
    if order.ready_at is None and slowest_forward(parcels) is not Stage.SHELVED:
        stage = slowest_forward(parcels)
    return structs.replace(order, parcels=parcels, stage=stage)


def ready(order: Order, event: OrderReady, at: datetime) -> Order:
    """Start the storage clock."""
    storage = None
    if event.storage_deadline_at and event.storage_rule:
        storage = Storage(event.storage_deadline_at, event.storage_rule, event.reminders)
    return structs.replace(
        order,
        stage=Stage.SHELVED,
        ready_at=at,
        storage=storage,
        promise=kept_or_missed(order.promise, event.promise_kept),
        attention=no_longer_late(order),
    )


def _ready(order: Order, facts: Facts) -> OrderReady:
    """Count the storage from when the buyer is told: the message waits for the quiet hours' end."""
    code = place_of(order)
    kept = promise_kept(order, facts.at)
    if order.imported:
        return OrderReady(code, promise_kept=kept)
    point = facts.world.points[code]
    days = storage_days(point, (line.goods_class for line in order.lines))
    zone = point.timetable.time_zone
    deadline = storage_deadline(point, after_quiet_hours(facts.known_at, zone), days)
    warnings = reminders(deadline, zone)
    return OrderReady(code, deadline.at, deadline.rule, warnings, kept)


def _to_shelve(order: Order, scan: Scan | None) -> Found:
    if not isinstance(order.delivery, Pickup):
        return refuse(Code.WRONG_METHOD, "delivery.method", "courier", "pickup")
    return parcels_to_move(order, scan, _EXPECTED_OF_IMPORTED if order.imported else _EXPECTED)


def _cell(order: Order, command: Shelve, facts: Facts) -> str | None:
    """Return the cell by its name in the point's plan, None where the plan has none like it.

    No cell told is none, and without a plan any text is one. An import tells of another system's.
    """
    point = facts.world.points.get(place_of(order))
    if not command.cell or order.imported or point is None or not point.cells:
        return command.cell
    planned = planned_cell(point.cells, command.cell)
    return None if planned is None else planned.name


def _was_shelved(order: Order, parcel: Parcel, cell: str) -> bool:
    if parcel.stage is Stage.SHELVED:
        return not _moves(parcel, cell)
    return order.ready_at is not None and parcel.stage not in _NEVER_SHELVED


def _moves(parcel: Parcel, cell: str) -> bool:
    return parcel.stage is not Stage.SHELVED or cell not in {"", parcel.cell}

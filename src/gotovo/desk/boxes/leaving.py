"""What must leave a point: the list that a clerk walks along the racks with, shelf by shelf."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from gotovo.manifests.boxes import BoxKind
from gotovo.order.values.order import Reason
from gotovo.points.cells.plan import Rack, cell_name, cells_of
from gotovo.store.reads.desk.leaving import LeavingRow
from gotovo.value import Value


class LeavingReason(StrEnum):
    """Why a parcel has to leave."""

    NOT_COLLECTED = "not_collected"  # its storage term is over
    CANCELLED = "cancelled"  # its order was cancelled
    REFUSED = "refused"  # the buyer left it at the desk
    RETURNED = "returned"  # the buyer brought it back


class LeavingParcel(Value, frozen=True, kw_only=True):
    """A parcel that has to leave; `cell` is empty where it lies on no shelf.

    `kind` is the box that it goes into as far as anybody knows; `since` when its order was closed.
    """

    barcode: str
    number: str
    cell: str
    reason: LeavingReason
    kind: BoxKind
    since: datetime


class RackCount(Value, frozen=True):
    """How many parcels have to leave a rack; empty for what lies on none."""

    rack: str
    parcels: int


def leaving_list(rows: Iterable[LeavingRow], racks: tuple[Rack, ...]) -> Sequence[LeavingParcel]:
    """Return what must leave, in the order in which one walks along the racks.

    What lies in no cell of the plan follows, and what lies on no shelf comes last.
    """
    places = {name: index for index, name in enumerate(cells_of(racks))}
    return sorted((_parcel(each) for each in rows), key=lambda x: _position(x, places))


def count_racks(parcels: Iterable[LeavingParcel]) -> Sequence[RackCount]:
    """Return the racks that something has to leave, as the list has them."""
    return [RackCount(*each) for each in Counter(rack_of(x.cell) for x in parcels).items()]


def rack_of(cell: str) -> str:
    """Return the rack of a cell; a cell that is not named as in a plan is its own."""
    name = cell_name(cell)
    return cell if name is None else name.partition("-")[0]


def after_parcel(
    parcels: Sequence[LeavingParcel], cell: str, barcode: str, racks: tuple[Rack, ...]
) -> Sequence[LeavingParcel]:
    """Return what follows a place in the list, whether what lay there is still there or not."""
    places = {name: index for index, name in enumerate(cells_of(racks))}
    last = _place(cell, barcode, places)
    return [each for each in parcels if _position(each, places) > last]


def _parcel(row: LeavingRow) -> LeavingParcel:
    return LeavingParcel(
        barcode=row.barcode,
        number=row.number,
        cell=row.cell,
        reason=_reason(row),
        kind=BoxKind.DEFECTIVE if row.defective else BoxKind.ORDINARY,
        since=row.since,
    )


def _reason(row: LeavingRow) -> LeavingReason:
    if row.returned:
        return LeavingReason.RETURNED
    if row.back or row.reason == Reason.REFUSED_AT_DESK:
        return LeavingReason.REFUSED
    if row.reason == Reason.NOT_COLLECTED:
        return LeavingReason.NOT_COLLECTED
    return LeavingReason.CANCELLED


def _position(parcel: LeavingParcel, places: Mapping[str, int]) -> tuple[int, int, str, str]:
    return _place(parcel.cell, parcel.barcode, places)


def _place(cell: str, barcode: str, places: Mapping[str, int]) -> tuple[int, int, str, str]:
    if not cell:
        return (2, 0, "", barcode)
    return (0, places[cell], cell, barcode) if cell in places else (1, 0, cell, barcode)

"""How a parcel moved: from cell to cell, off its shelf and back, as its order's history tells."""

from collections.abc import Sequence
from datetime import datetime

from gotovo.order.replay import Recorded, apply, decode
from gotovo.order.values.order import Order, Parcel, Stage, find_parcel
from gotovo.value import Value

LYING = frozenset({Stage.ARRIVED_AT_POINT, Stage.SHELVED})
"""Stages of a parcel that lies at a point, on a shelf or on none."""


class Movement(Value, frozen=True):
    """Where a parcel came to. `at` is when, `recorded_at` when it was written down, `by` who."""

    stage: Stage
    cell: str
    at: datetime
    recorded_at: datetime
    by: str


def movements(history: Sequence[Recorded], barcode: str) -> Sequence[Movement]:
    """Return every movement of a parcel, the earliest first."""
    order: Order | None = None
    last: tuple[Stage, str, str] | None = None
    found: list[Movement] = []
    for each in history:
        order = apply(order, decode(each.type, each.body), each.at, each.version, each.hash)
        parcel = find_parcel(order, barcode)
        if parcel is None:
            continue
        place = (parcel.stage, parcel.cell, parcel.at)
        if place != last:
            found.append(Movement(parcel.stage, parcel.cell, each.at, each.recorded_at, each.actor))
        last = place
    return found


def last_move_since(history: Sequence[Recorded], barcode: str, since: datetime) -> datetime | None:
    """Return when it was recorded that a parcel moved last, None where it was before an instant.

    When people say that they moved it does not count.
    """
    found = movements(history, barcode)
    return found[-1].recorded_at if found and found[-1].recorded_at >= since else None


def lies_at(parcel: Parcel | None, point: str) -> bool:
    """Return whether a parcel lies at a point."""
    return parcel is not None and parcel.stage in LYING and parcel.at == point

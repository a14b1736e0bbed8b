"""Parcel movements: where a parcel went, and the scans in between that were missed (rule 4.13).

A scan says where a parcel is. What must have happened to it before, and was not scanned, is
recorded with it and marked as inferred: a packed parcel that arrives was dispatched.
"""

from msgspec import Struct

from gotovo.order.values.order import Order, Parcel, Stage, place_of
from gotovo.value import Value

_AT_WAREHOUSE = frozenset({Stage.PACKED})
_BEFORE_ARRIVAL = _AT_WAREHOUSE | {Stage.DISPATCHED}
_AT_POINT = frozenset({Stage.ARRIVED_AT_POINT, Stage.SHELVED})
_BEFORE_RETURN = _AT_POINT | {Stage.WITHDRAWN}


class ParcelDispatched(
    Value, frozen=True, tag="parcel.dispatched", tag_field="type", omit_defaults=True
):
    """Parcels left; `stage` is where that puts them. `inferred`: a later scan shows it.

    `courier` is present where somebody else carries the order from then on.
    """

    parcels: tuple[str, ...]
    stage: Stage
    manifest: str = ""
    inferred: bool = False
    courier: str = ""


class ParcelArrived(Value, frozen=True, tag="parcel.arrived", tag_field="type", omit_defaults=True):
    """Parcels came to a point. `inferred`: a later scan shows it."""

    parcels: tuple[str, ...]
    point: str
    inferred: bool = False


class ParcelWithdrawn(
    Value, frozen=True, tag="parcel.withdrawn", tag_field="type", omit_defaults=True
):
    """Parcels were taken off the shelf to be sent back. `inferred`: a later scan shows it."""

    parcels: tuple[str, ...]
    inferred: bool = False


def is_inferred(event: Struct) -> bool:
    """Return whether nobody recorded it when it happened, so that its time is a later one's."""
    return bool(getattr(event, "inferred", False))


def missed_dispatch(parcels: tuple[Parcel, ...]) -> tuple[Struct, ...]:
    """Return how packed parcels got on their way to the point without a scan."""
    sent = _in_stages(parcels, _AT_WAREHOUSE)
    return (ParcelDispatched(sent, Stage.DISPATCHED, inferred=True),) if sent else ()


def missed_arrival(order: Order, parcels: tuple[Parcel, ...]) -> tuple[Struct, ...]:
    """Return how parcels got to the order's point without a scan."""
    came = _in_stages(parcels, _BEFORE_ARRIVAL)
    if not came:
        return ()
    return (*missed_dispatch(parcels), ParcelArrived(came, place_of(order), inferred=True))


def missed_withdrawal(parcels: tuple[Parcel, ...]) -> tuple[Struct, ...]:
    """Return how parcels got off the shelf without a scan."""
    taken = _in_stages(parcels, _AT_POINT)
    return (ParcelWithdrawn(taken, inferred=True),) if taken else ()


def missed_return(parcels: tuple[Parcel, ...]) -> tuple[Struct, ...]:
    """Return how parcels got from their point onto the way back without a scan."""
    sent = _in_stages(parcels, _BEFORE_RETURN)
    dispatch = (ParcelDispatched(sent, Stage.IN_RETURN, inferred=True),) if sent else ()
    return (*missed_withdrawal(parcels), *dispatch)


def _in_stages(parcels: tuple[Parcel, ...], stages: frozenset[Stage]) -> tuple[str, ...]:
    return tuple([p.barcode for p in parcels if p.stage in stages])

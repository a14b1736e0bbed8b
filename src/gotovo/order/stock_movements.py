"""Stock movements: the units that an event reserves, ships, releases or puts back on hand.

Stock is one row per sku; this is the only place that says how an order changes it. The audit adds
these movements up and compares them with the rows.
"""

from msgspec import Struct

from gotovo.order.parcel_movements import ParcelDispatched
from gotovo.order.steps.cancellation import OrderCancelled
from gotovo.order.steps.placement import OrderAccepted
from gotovo.order.steps.reception import ParcelReceivedBack
from gotovo.order.values.order import Condition, Order, Stage, find_parcel, units_away
from gotovo.order.values.payments.payment_events import OrderPaid
from gotovo.value import Value

_MOVING = frozenset(
    {OrderAccepted, OrderPaid, OrderCancelled, ParcelDispatched, ParcelReceivedBack}
)


class StockMovement(Value, frozen=True):
    """A change of one sku's row: units on hand and units reserved, either may be negative."""

    warehouse: str
    sku: str
    on_hand: int
    reserved: int


def movements(before: Order, event: Struct) -> tuple[StockMovement, ...]:
    """Return what this event moves, given the order before it."""
    if type(event) not in _MOVING:
        return ()
    match event:
        case OrderAccepted() | OrderPaid(reserved=True):
            ordered = [line.quantity for line in before.lines]
            return _per_line(before, ordered, 0, 1, event.warehouse)
        case OrderCancelled() if before.reserved:
            away = units_away(before)
            left = [x.quantity - gone for x, gone in zip(before.lines, away, strict=True)]
            return _per_line(before, left, 0, -1)
        case ParcelDispatched(parcels) if before.reserved:
            return _per_line(before, _units(before, parcels, leaving=True), -1, -1)
        case ParcelReceivedBack() if before.reserved:
            return _per_line(before, _restocked(before, event), 1, 0)
        case _:
            return ()


def _units(order: Order, barcodes: tuple[str, ...], *, leaving: bool) -> list[int]:
    """Return, line by line, the units in these parcels that leave, or that come back."""
    counts = [0] * len(order.lines)
    for barcode in barcodes:
        parcel = find_parcel(order, barcode)
        if parcel is not None and (parcel.stage is Stage.PACKED) is leaving:
            for units in parcel.contents:
                counts[units.line - 1] += units.quantity
    return counts


def _restocked(order: Order, event: ParcelReceivedBack) -> list[int]:
    """Return, line by line, the units that came back whole."""
    if event.condition is Condition.RESTOCKED:
        return _units(order, event.parcels, leaving=False)
    counts = [0] * len(order.lines)
    for units in event.units:
        if units.condition is Condition.RESTOCKED:
            counts[units.line - 1] += units.quantity
    return counts


def _per_line(
    order: Order, counts: list[int], on_hand: int, reserved: int, warehouse: str = ""
) -> tuple[StockMovement, ...]:
    return tuple(
        StockMovement(warehouse or order.warehouse, line.sku, on_hand * n, reserved * n)
        for line, n in zip(order.lines, counts, strict=True)
        if n
    )

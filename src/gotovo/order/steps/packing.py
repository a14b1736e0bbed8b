"""Packing: the goods are in one or more parcels, each with its barcode."""

from datetime import datetime

from msgspec import structs

from gotovo.order.facts import Decision, Facts, accept, refuse
from gotovo.order.refusals import Code
from gotovo.order.values.number import barcode
from gotovo.order.values.order import Order, Parcel, Stage, Units, all_units
from gotovo.value import Value

PARCELS_MAX = 20
"""Parcels of one order: what one clerk can carry to the desk; also keeps a state small."""


class Box(Value, frozen=True):
    """What goes into one parcel."""

    contents: tuple[Units, ...]


class Pack(Value, frozen=True, tag="packing", tag_field="step", omit_defaults=True):
    """Pack the whole order; no boxes named means one parcel with everything."""

    boxes: tuple[Box, ...] = ()


class OrderPacked(Value, frozen=True, tag="order.packed", tag_field="type"):
    """The goods are in these parcels."""

    parcels: tuple[Parcel, ...]


def pack(order: Order, command: Pack, _facts: Facts) -> Decision:
    """Accept boxes that hold exactly what was ordered."""
    boxes = command.boxes or (Box(all_units(order)),)
    if len(boxes) > PARCELS_MAX:
        return refuse(Code.WRONG_QUANTITY, "boxes", len(boxes), f"1..{PARCELS_MAX}")
    packed = [0] * len(order.lines)
    for index, box in enumerate(boxes):
        if not box.contents:
            return refuse(Code.WRONG_QUANTITY, f"boxes[{index}].contents", 0, "1..")
        for units in box.contents:
            field = f"boxes[{index}].contents"
            if not 1 <= units.line <= len(order.lines):
                return refuse(Code.UNKNOWN_LINE, field, units.line, f"1..{len(order.lines)}")
            if units.quantity < 1:
                return refuse(Code.WRONG_QUANTITY, field, units.quantity, "1..")
            packed[units.line - 1] += units.quantity
    for index, line in enumerate(order.lines):
        if packed[index] != line.quantity:
            field = f"lines[{index}].quantity"
            return refuse(Code.WRONG_QUANTITY, field, packed[index], line.quantity)
    return accept(OrderPacked(parcels_of(order, boxes)))


def packed_so(order: Order, command: Pack, _facts: Facts) -> bool:
    """Return whether the order's parcels hold what these boxes do; none named mean any.

    What was packed and had not left when the order was cancelled is no parcel any more.
    """
    parcels = [p.contents for p in order.parcels if not p.back]
    boxes = [box.contents for box in command.boxes] or parcels
    kept = all(contents in boxes for contents in parcels)
    return bool(parcels) and kept and (order.outcome is not None or len(boxes) == len(parcels))


def parcels_of(order: Order, boxes: tuple[Box, ...]) -> tuple[Parcel, ...]:
    """Return new parcels for these boxes, numbered after those the order already has."""
    first = len(order.parcels) + 1
    return tuple(
        Parcel(barcode(order.number, number), box.contents, Stage.PACKED)
        for number, box in enumerate(boxes, first)
    )


def packed(order: Order, event: OrderPacked, _at: datetime) -> Order:
    """Give the order its parcels."""
    return structs.replace(order, parcels=event.parcels, stage=Stage.PACKED)

"""What a scan means, decided from what is known of the parcel and nothing else."""

from collections.abc import Sequence

from gotovo.desk.acceptance.scan_request import ItemCondition, ScanRequest
from gotovo.manifests.differences import ScanAnswer
from gotovo.order.values.number import digits_of, is_valid
from gotovo.order.values.order import Order, Parcel, Pickup, Stage, find_parcel, place_of
from gotovo.value import Value

_BARCODE_DIGITS = 14
_NUMBER_DIGITS = 12
_ON_THE_WAY = frozenset({Stage.PACKED, Stage.DISPATCHED})


class ScanIntent(Value, frozen=True):
    """What to do with an item. `takes_in`: the point has the parcel from now on.

    `arrives`: its order has to hear of it. `belongs_to` is where an item goes that stays aside.
    """

    answer: ScanAnswer
    belongs_to: str = ""
    takes_in: bool = False
    arrives: bool = False


class ReadCode(Value, frozen=True):
    """A parcel's code: the order's number, and the barcode unless only the number was typed."""

    number: str
    barcode: str


def read_parcel_code(text: str) -> ReadCode | None:
    """Return what a code says of a parcel, None where it is no parcel's."""
    digits = digits_of(text)
    number = digits[:_NUMBER_DIGITS]
    if len(digits) not in {_BARCODE_DIGITS, _NUMBER_DIGITS} or not is_valid(number):
        return None
    return ReadCode(number, digits if len(digits) == _BARCODE_DIGITS else "")


def barcode_of(code: ReadCode, order: Order) -> str:
    """Return the parcel's barcode; a number alone names it where the order has one parcel."""
    own = [each for each in order.parcels if not each.back]
    if code.barcode or len(own) != 1:
        return code.barcode
    return own[0].barcode


def decide_scan(request: ScanRequest, point: str, order: Order | None, barcode: str) -> ScanIntent:
    """Return what a scan means at a point; `order` is the one whose number the code carries.

    Nothing is known of an order that the actor may not know of: it is given as None.
    """
    match request.condition:
        case ItemCondition.NO_ORDER:
            return ScanIntent(ScanAnswer.NO_ORDER)
        case ItemCondition.UNREADABLE if not barcode:
            return ScanIntent(ScanAnswer.UNREADABLE)
        case ItemCondition.SECOND_ITEM if order is not None:
            return ScanIntent(ScanAnswer.DUPLICATE_CODE)
        case _:
            return _of_parcel(point, order, barcode)


def _of_parcel(point: str, order: Order | None, barcode: str) -> ScanIntent:
    if order is None or not barcode:
        return ScanIntent(ScanAnswer.UNKNOWN)
    parcel = find_parcel(order, barcode)
    if order.outcome is not None:
        return _of_closed_order(point, order, parcel)
    if parcel is None:
        return ScanIntent(ScanAnswer.UNKNOWN)
    if place_of(order) != point:
        return ScanIntent(ScanAnswer.WRONG_POINT, _destination(order))
    return ScanIntent(ScanAnswer.ACCEPTED, takes_in=True, arrives=parcel.stage in _ON_THE_WAY)


def _of_closed_order(point: str, order: Order, parcel: Parcel | None) -> ScanIntent:
    """Return what becomes of a parcel whose order was closed on the way: it goes back.

    Nobody is sent to another point with it any more, so it belongs to its warehouse. What had not
    left when the order was cancelled is no parcel of it, and may be in the van all the same.
    """
    if place_of(order) != point:
        return ScanIntent(ScanAnswer.WRONG_POINT, order.warehouse)
    arrives = parcel is not None and parcel.stage is Stage.DISPATCHED
    return ScanIntent(ScanAnswer.TO_RETURN, order.warehouse, takes_in=True, arrives=arrives)


def _destination(order: Order) -> str:
    """Return the point that an open order goes to; one for a courier goes back to its warehouse."""
    return place_of(order) if isinstance(order.delivery, Pickup) else order.warehouse


def one_of_box(candidates: Sequence[tuple[Order, str]], product: str) -> str:
    """Return the only parcel of a box that holds a product, empty where it could be several.

    Each candidate is an order and the barcode of one of its parcels that is still expected.
    """
    found = [barcode for order, barcode in candidates if _holds(order, barcode, product)]
    return found[0] if len(found) == 1 else ""


def _holds(order: Order, barcode: str, product: str) -> bool:
    parcel = find_parcel(order, barcode)
    if parcel is None:
        return False
    return any(order.lines[each.line - 1].sku == product for each in parcel.contents)

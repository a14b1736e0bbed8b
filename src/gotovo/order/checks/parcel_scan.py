"""Parcel scan: which parcels a scan means, and which of them were moved before (rule 4.13)."""

from gotovo.order.facts import ALREADY_DONE, Decision, refuse
from gotovo.order.refusals import Code
from gotovo.order.values.order import Order, Parcel, Stage, find_parcel
from gotovo.value import Value


class Scan(Value, frozen=True, kw_only=True, omit_defaults=True):
    """A scan names parcels by barcode; none named means every parcel that the step can take."""

    parcels: tuple[str, ...] = ()


Found = tuple[Parcel, ...] | Decision
"""The parcels that a scan moves, or the decision that there is nothing to move."""


def parcels_to_move(
    order: Order, scan: Scan, before: frozenset[Stage], done: frozenset[Stage], place: str = ""
) -> Found:
    """Return the parcels to move, or the decision that there is nothing to move.

    A parcel in a `done` stage was scanned before: that is no error. A named parcel in any other
    stage refuses the whole scan, so that nothing is half done. An actor who works at one `place`
    can't move parcels that are at another.
    """
    if scan.parcels:
        unknown = next((b for b in scan.parcels if find_parcel(order, b) is None), None)
        if unknown is not None:
            known = ", ".join(p.barcode for p in order.parcels)
            return refuse(Code.UNKNOWN_PARCEL, "parcels", unknown, known)
        scanned = tuple(p for p in order.parcels if p.barcode in scan.parcels)
        away = next((p for p in scanned if _lies_elsewhere(p, place)), None)
        if away is not None:
            return refuse(Code.WRONG_POINT, away.barcode, place, away.at)
        wrong = next((p for p in scanned if p.stage not in before | done), None)
        if wrong is not None:
            expected = ", ".join(sorted(before))
            return refuse(Code.STAGE_FORBIDS, wrong.barcode, wrong.stage, expected)
    else:
        scanned = tuple(p for p in order.parcels if not _lies_elsewhere(p, place))
    movable = tuple(p for p in scanned if p.stage in before)
    if movable:
        return movable
    if any(p.stage in done for p in scanned):
        return ALREADY_DONE
    return refuse(Code.STAGE_FORBIDS, "stage", order.stage, ", ".join(sorted(before)))


def nothing_to_move(found: Found) -> Decision | None:
    """Return the decision, where a scan found no parcel to move."""
    return found if isinstance(found, Decision) else None


def barcodes(parcels: tuple[Parcel, ...]) -> tuple[str, ...]:
    """Return the barcodes alone, as events name parcels."""
    return tuple(p.barcode for p in parcels)


def _lies_elsewhere(parcel: Parcel, place: str) -> bool:
    return place != "" and parcel.at not in {"", place}

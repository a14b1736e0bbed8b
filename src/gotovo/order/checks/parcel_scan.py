"""Parcel scan: which parcels it means, which were moved before, and which scan was missed.

A second scan is already done; a missed one is inferred (rule 4.13).
"""

from gotovo.order.facts import ALREADY_DONE, Decision, refuse
from gotovo.order.refusals import Code
from gotovo.order.values.order import Order, Parcel, Stage, find_parcel
from gotovo.value import Value


class Scan(Value, frozen=True, kw_only=True, omit_defaults=True):
    """A scan names parcels by barcode; none named means every parcel that the step can take."""

    parcels: tuple[str, ...] = ()


Found = tuple[Parcel, ...] | Decision
"""The parcels that a scan moves, or the decision that there is nothing to move."""


class ScanStages(Value, frozen=True):
    """The stages of parcels for which a scan makes sense.

    `before`: it moves them. `done`: it was done. `missed`: it moves them, and the scans in between
    were missed, so they are inferred (rule 4.13).
    """

    before: frozenset[Stage]
    done: frozenset[Stage]
    missed: frozenset[Stage] = frozenset()


def parcels_to_move(order: Order, scan: Scan | None, stages: ScanStages, place: str = "") -> Found:
    """Return the parcels to move, or the decision that there is nothing to move.

    A parcel in a `done` stage was scanned before: that is no error. A named parcel in any other
    stage refuses the whole scan, so that nothing is half done. A scan that names none is of missed
    parcels only where it can be of no others; no scan at all asks which parcels could be named. An
    actor who works at one `place` can't move parcels that are at another.
    """
    if scan is not None and scan.parcels:
        return _of_named(order, scan, stages, place)
    here = order.parcels
    if place:
        here = tuple(p for p in here if not _lies_elsewhere(p, place))
    moved = tuple([p for p in here if p.stage in stages.before])
    if moved:
        return moved
    missed = tuple(p for p in here if p.stage in stages.missed)
    done = any(p.stage in stages.done for p in here)
    if missed and (scan is None or not done):
        return missed
    return ALREADY_DONE if done else _forbidden(order, stages)


def _of_named(order: Order, scan: Scan, stages: ScanStages, place: str) -> Found:
    unknown = next((b for b in scan.parcels if find_parcel(order, b) is None), None)
    if unknown is not None:
        known = ", ".join(p.barcode for p in order.parcels)
        return refuse(Code.UNKNOWN_PARCEL, "parcels", unknown, known)
    scanned = tuple(p for p in order.parcels if p.barcode in scan.parcels)
    away = next((p for p in scanned if _lies_elsewhere(p, place)), None)
    if away is not None:
        return refuse(Code.WRONG_POINT, away.barcode, place, away.at)
    movable = stages.before | stages.missed
    wrong = next((p for p in scanned if p.stage not in movable | stages.done), None)
    if wrong is not None:
        expected = ", ".join(sorted(stages.before))
        return refuse(Code.STAGE_FORBIDS, wrong.barcode, wrong.stage, expected)
    return tuple(p for p in scanned if p.stage in movable) or ALREADY_DONE


def nothing_to_move(found: Found) -> Decision | None:
    """Return the decision, where a scan found no parcel to move."""
    return found if isinstance(found, Decision) else None


def barcodes(parcels: tuple[Parcel, ...]) -> tuple[str, ...]:
    """Return the barcodes alone, as events name parcels."""
    return tuple([p.barcode for p in parcels])


def _forbidden(order: Order, stages: ScanStages) -> Decision:
    return refuse(Code.STAGE_FORBIDS, "stage", order.stage, ", ".join(sorted(stages.before)))


def _lies_elsewhere(parcel: Parcel, place: str) -> bool:
    return place != "" and parcel.at not in {"", place}

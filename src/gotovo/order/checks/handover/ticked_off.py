"""Half an order can't leave by mistake: every parcel is ticked off, or its goods are refused."""

from collections.abc import Iterable

from gotovo.order.facts import Decision, refuse
from gotovo.order.refusals import Code
from gotovo.order.values.order import Order, Parcel, Units, units_per_line


def not_ticked_off(
    order: Order, scanned: tuple[str, ...], refused: tuple[Units, ...], *, every_parcel: bool
) -> Decision | None:
    """Refuse a barcode that is not of the order, and a parcel that was forgotten.

    A clerk who scans has to scan all of it. `every_parcel`: an order of several parcels has to be
    scanned, where otherwise nothing scanned means that nobody does.
    """
    parcels = outgoing(order)
    needed = scanned or (every_parcel and len(parcels) > 1)
    if not needed:
        return None
    wanted = {p.barcode for p in parcels}
    missing = forgotten(order, scanned, refused)
    if not missing and wanted.issuperset(scanned):
        return None
    return refuse(Code.PARCEL_MISSING, "scanned", ", ".join(scanned), ", ".join(sorted(wanted)))


def forgotten(
    order: Order, scanned: Iterable[str], refused: tuple[Units, ...]
) -> tuple[Parcel, ...]:
    """Return the parcels that were neither scanned nor refused, none of them left out.

    Which parcel the refused units of a line are in is not said: parcels count as left behind as
    long as all that is in them fits into what was refused.
    """
    ticked = frozenset(scanned)
    left = units_per_line(order, refused)
    missing: list[Parcel] = []
    for parcel in outgoing(order):
        if parcel.barcode in ticked:
            continue
        held = units_per_line(order, parcel.contents)
        if all(n <= most for n, most in zip(held, left, strict=True)):
            left = [most - n for n, most in zip(held, left, strict=True)]
        else:
            missing.append(parcel)
    return tuple(missing)


def outgoing(order: Order) -> tuple[Parcel, ...]:
    """Return the parcels that are handed over."""
    return tuple(p for p in order.parcels if not p.back)

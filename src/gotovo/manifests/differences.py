"""The report of an acceptance: what was expected, what came, and each difference with its proof.

The report is made from the parcels that were expected and from what was scanned, and from nothing
else, so that whoever has both can make it again.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from gotovo.value import Value


class ScanAnswer(StrEnum):
    """What the program says to a scan at an acceptance."""

    ACCEPTED = "accepted"  # it should come and came: into its cell
    ALREADY_HERE = "already_here"  # it was accepted before; nothing changed
    WRONG_POINT = "wrong_point"  # it belongs elsewhere: put aside
    SURPLUS = "surplus"  # it is ours, and not on this manifest: accepted all the same
    UNKNOWN = "unknown"  # no parcel of ours: put aside
    UNREADABLE = "unreadable"  # nothing on it can be read: put aside until it is missed
    DUPLICATE_CODE = "duplicate_code"  # a second item with the code of another: put aside
    DAMAGED = "damaged"  # accepted, and flagged
    NO_ORDER = "no_order"  # consumables, hand-ins of others: no cell
    TO_RETURN = "to_return"  # its order was closed meanwhile: onto the return shelf


TAKEN_IN: Final = frozenset(
    {ScanAnswer.ACCEPTED, ScanAnswer.SURPLUS, ScanAnswer.DAMAGED, ScanAnswer.TO_RETURN}
)
"""Answers with which the point has the parcel from then on."""

PUT_ASIDE: Final = frozenset(
    {
        ScanAnswer.WRONG_POINT,
        ScanAnswer.UNKNOWN,
        ScanAnswer.UNREADABLE,
        ScanAnswer.DUPLICATE_CODE,
    }
)
"""Answers with which an item is put aside: it belongs elsewhere, or nobody knows what it is."""


class ReportResult(StrEnum):
    """What the report says of one item."""

    ACCEPTED = "accepted"
    MISSING = "missing"
    SURPLUS = "surplus"
    DAMAGED = "damaged"
    TO_RETURN = "to_return"
    PUT_ASIDE = "put_aside"
    NO_ORDER = "no_order"


DIFFERENCES: Final = frozenset(
    {
        ReportResult.MISSING,
        ReportResult.SURPLUS,
        ReportResult.DAMAGED,
        ReportResult.PUT_ASIDE,
    }
)
"""Results that the sender has to hear of."""

_RESULT_OF: Final[Mapping[ScanAnswer, ReportResult]] = {
    ScanAnswer.ACCEPTED: ReportResult.ACCEPTED,
    ScanAnswer.SURPLUS: ReportResult.SURPLUS,
    ScanAnswer.DAMAGED: ReportResult.DAMAGED,
    ScanAnswer.TO_RETURN: ReportResult.TO_RETURN,
    ScanAnswer.NO_ORDER: ReportResult.NO_ORDER,
    **dict.fromkeys(PUT_ASIDE, ReportResult.PUT_ASIDE),
}


class ScanRecord(Value, frozen=True, kw_only=True):
    """A scan as it was answered. `by` is `role:id`, as in `event.actor`.

    `code` is what was read, `barcode` the parcel that it is, empty where it is none of ours.
    `surplus`: it is not on the manifest of its acceptance. `belongs_to` is the point or warehouse
    that it should go to. `told_by_box`: its own code could not be read.
    """

    id: UUID
    answer: ScanAnswer
    at: datetime
    by: str
    code: str = ""
    barcode: str = ""
    number: str = ""
    box: str = ""
    cell: str = ""
    size: str = ""
    reason: str = ""
    belongs_to: str = ""
    surplus: bool = False
    told_by_box: bool = False
    attachments: tuple[UUID, ...] = ()


class ExpectedParcel(Value, frozen=True, kw_only=True):
    """A parcel of the manifest. `elsewhere`: another acceptance took it in; then `at` and `by` are
    of that one. `inferred`: it was shelved, or went on, without ever having been scanned in.
    """

    barcode: str
    number: str
    box: str = ""
    elsewhere: UUID | None = None
    inferred: bool = False
    at: datetime | None = None
    by: str = ""


class ReportItem(Value, frozen=True, kw_only=True, omit_defaults=True):
    """One line of the report; `answer` says of what was put aside why. `scan` proves it.

    A missing parcel has no scan: what proves it is who closed the acceptance, and when.
    """

    result: ReportResult
    barcode: str = ""
    number: str = ""
    answer: ScanAnswer | None = None
    code: str = ""
    box: str = ""
    cell: str = ""
    reason: str = ""
    belongs_to: str = ""
    surplus: bool = False
    inferred: bool = False
    attachments: tuple[UUID, ...] = ()
    at: datetime | None = None
    by: str = ""
    scan: UUID | None = None


class ReportCounts(Value, frozen=True):
    """How many items of each kind there are.

    `expected` = `accepted` + `missing` + those of the others that were expected, too.
    """

    expected: int
    accepted: int
    missing: int
    surplus: int
    damaged: int
    to_return: int
    put_aside: int
    no_order: int


class AcceptanceReport(Value, frozen=True, kw_only=True):
    """What came of what was expected; the same whenever it is asked for."""

    counts: ReportCounts
    items: tuple[ReportItem, ...]

    @property
    def differs(self) -> bool:
        """Return whether the sender has to hear of something."""
        return any(each.result in DIFFERENCES for each in self.items)


def report_of(
    expected: Iterable[ExpectedParcel],
    scans: Iterable[ScanRecord],
    closed_at: datetime,
    closed_by: str,
) -> AcceptanceReport:
    """Return the report; items stand by result, then in the order in which they came.

    `scans` are those of this acceptance, the earliest first. A repeated scan is no item.
    """
    listed = {each.barcode: each for each in expected}
    items: list[ReportItem] = []
    taken_in: dict[str, int] = {}
    for scan in scans:
        if scan.answer is ScanAnswer.ALREADY_HERE:
            continue
        item = _scanned(scan, listed.get(scan.barcode))
        known = taken_in.get(scan.barcode) if scan.answer in TAKEN_IN else None
        if known is None:
            if scan.answer in TAKEN_IN:
                taken_in[scan.barcode] = len(items)
            items.append(item)
        elif scan.answer is ScanAnswer.DAMAGED:
            items[known] = item  # The damage was seen after it had been accepted.
    items += [
        _not_scanned(each, closed_at, closed_by)
        for barcode, each in sorted(listed.items())
        if barcode not in taken_in
    ]
    order = list(ReportResult)
    items.sort(key=lambda each: order.index(each.result))
    return AcceptanceReport(counts=_counts(len(listed), items), items=tuple(items))


def _scanned(scan: ScanRecord, listed: ExpectedParcel | None) -> ReportItem:
    return ReportItem(
        result=_RESULT_OF[scan.answer],
        barcode=scan.barcode,
        number=scan.number,
        answer=scan.answer,
        code=scan.code,
        box=scan.box or (listed.box if listed else ""),
        cell=scan.cell,
        reason=scan.reason,
        belongs_to=scan.belongs_to,
        surplus=scan.surplus,
        attachments=scan.attachments,
        at=scan.at,
        by=scan.by,
        scan=scan.id,
    )


def _not_scanned(each: ExpectedParcel, closed_at: datetime, closed_by: str) -> ReportItem:
    """Return a parcel that nobody scanned here: it is elsewhere at this point, or it is missing."""
    is_here = each.inferred or each.elsewhere is not None
    return ReportItem(
        result=ReportResult.ACCEPTED if is_here else ReportResult.MISSING,
        barcode=each.barcode,
        number=each.number,
        box=each.box,
        inferred=each.inferred,
        at=each.at if is_here else closed_at,
        by=each.by if is_here else closed_by,
        scan=each.elsewhere,
    )


def _counts(expected: int, items: list[ReportItem]) -> ReportCounts:
    of = {result: sum(each.result is result for each in items) for result in ReportResult}
    return ReportCounts(
        expected=expected,
        accepted=of[ReportResult.ACCEPTED],
        missing=of[ReportResult.MISSING],
        surplus=of[ReportResult.SURPLUS],
        damaged=of[ReportResult.DAMAGED],
        to_return=of[ReportResult.TO_RETURN],
        put_aside=of[ReportResult.PUT_ASIDE],
        no_order=of[ReportResult.NO_ORDER],
    )

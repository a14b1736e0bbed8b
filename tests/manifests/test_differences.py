"""The report is made from what was expected and what was scanned, and counts each thing once."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from gotovo.manifests.differences import (
    PUT_ASIDE,
    TAKEN_IN,
    AcceptanceReport,
    ExpectedParcel,
    ReportResult,
    ScanAnswer,
    ScanRecord,
    report_of,
)

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
BY = "point:clerk"


def scan(number: int, answer: ScanAnswer, barcode: str = "") -> ScanRecord:
    """Return a scan."""
    at = NOW + timedelta(seconds=number)
    return ScanRecord(id=UUID(int=number), answer=answer, at=at, by=BY, barcode=barcode)


def expected(*barcodes: str) -> list[ExpectedParcel]:
    """Return parcels of a manifest."""
    return [ExpectedParcel(barcode=each, number=each) for each in barcodes]


def test_what_did_not_come_is_missing_and_proved_by_who_closed() -> None:
    report = report_of(expected("a", "b"), [scan(1, ScanAnswer.ACCEPTED, "a")], NOW, BY)
    assert [(x.barcode, x.result) for x in report.items] == [
        ("a", ReportResult.ACCEPTED),
        ("b", ReportResult.MISSING),
    ]
    assert (report.items[0].scan, report.items[1].scan) == (UUID(int=1), None)
    assert (report.items[1].at, report.items[1].by) == (NOW, BY)
    assert report.differs


def test_what_another_acceptance_took_in_is_not_missing() -> None:
    elsewhere = ExpectedParcel(barcode="a", number="a", elsewhere=UUID(int=9), at=NOW, by="point:x")
    report = report_of([elsewhere], [], NOW, BY)
    assert (report.items[0].result, report.items[0].by) == (ReportResult.ACCEPTED, "point:x")
    assert not report.differs


def test_damage_that_is_seen_later_replaces_the_acceptance() -> None:
    scans = [scan(1, ScanAnswer.ACCEPTED, "a"), scan(2, ScanAnswer.DAMAGED, "a")]
    report = report_of(expected("a"), scans, NOW, BY)
    assert [x.result for x in report.items] == [ReportResult.DAMAGED]
    assert (report.counts.expected, report.counts.damaged, report.counts.accepted) == (1, 1, 0)


def test_consumables_are_no_difference() -> None:
    assert not report_of([], [scan(1, ScanAnswer.NO_ORDER)], NOW, BY).differs


SCANS = st.lists(
    st.tuples(st.sampled_from(list(ScanAnswer)), st.sampled_from(["", "a", "b", "c"])), max_size=20
)


@given(st.sets(st.sampled_from(["a", "b", "c", "d"])), SCANS)
def test_every_expected_parcel_and_every_item_stands_once(
    barcodes: set[str], told: list[tuple[ScanAnswer, str]]
) -> None:
    told = [(a, b if b or a not in TAKEN_IN else "a") for a, b in told]
    scans = [scan(n, answer, barcode) for n, (answer, barcode) in enumerate(told)]
    report = report_of(expected(*sorted(barcodes)), scans, NOW, BY)
    taken = {barcode for answer, barcode in told if answer in TAKEN_IN}
    aside = [answer for answer, _ in told if answer in PUT_ASIDE]
    held = Counter(x.barcode for x in report.items if x.answer is None or x.answer in TAKEN_IN)
    assert held == Counter(taken | barcodes)
    counts = report.counts
    assert counts.expected == len(barcodes)
    assert counts.missing == len(barcodes - taken)
    assert counts.put_aside == len(aside)
    sums = (counts.accepted, counts.surplus, counts.damaged, counts.to_return, counts.no_order)
    assert sum(sums) + counts.missing + counts.put_aside == len(report.items)
    stored = msgspec.json.encode(report)
    assert msgspec.json.decode(stored, type=AcceptanceReport) == report

"""An acceptance as JSON and as CSV, and the answer to a scan."""

import csv
import io
from datetime import datetime
from typing import Final
from uuid import UUID

from starlette.responses import Response

from gotovo.desk.acceptance.shelvings import Shelving, ShelvingAnswer
from gotovo.exchange.imports.files.own_columns import neutralized
from gotovo.http.hot_paths import HotResponse
from gotovo.manifests.differences import (
    ReportCounts,
    ReportItem,
    ReportResult,
    ScanAnswer,
    ScanRecord,
)
from gotovo.store.tables.manifests.acceptances import Acceptance
from gotovo.value import Value
from gotovo.words.desk.acceptance_words import scan_words, shelving_words
from gotovo.words.language import Language

CSV_TYPE: Final = b"text/csv; charset=utf-8"


class ScanAnswerView(Value, frozen=True):
    """The answer to a scan.

    `parcel` and `order` are null where the item is none of ours. `cell` is proposed for what was
    accepted, and where a parcel lies that was here before. `surplus`: it is not on the manifest.
    `belongs_to` is the point or warehouse that it should go to. `say` is to be spoken, `next` to be
    shown.
    """

    id: UUID
    answer: ScanAnswer
    parcel: str | None
    order: str | None
    cell: str | None
    surplus: bool
    belongs_to: str | None
    say: str
    next: str


class ShelvingView(Value, frozen=True):
    """A parcel in its cell; `cells` are all those of its order.

    `remaining` parcels of the order are not on the shelf; `ready`: the buyer may come.
    """

    answer: ShelvingAnswer
    parcel: str
    order: str
    cell: str
    cells: tuple[str, ...]
    remaining: int
    ready: bool
    say: str
    next: str


class AcceptanceView(Value, frozen=True):
    """An acceptance; `manifest` is null for a loose one, `closed_at` while it is open."""

    id: UUID
    point: str
    manifest: str | None
    opened_at: datetime
    opened_by: str
    closed_at: datetime | None
    closed_by: str | None


class AcceptancesPage(Value, frozen=True):
    """A page, the newest first; `next` is null on the last one."""

    items: list[AcceptanceView]
    next: str | None


class ReportItemView(Value, frozen=True):
    """One line of a report. `scan` is its proof; a missing parcel has none, and `at` and `by` say
    who closed the acceptance without it. `inferred`: it was shelved, or went on, without a scan.

    """

    result: ReportResult
    parcel: str | None
    order: str | None
    answer: ScanAnswer | None
    code: str | None
    box: str | None
    cell: str | None
    reason: str | None
    belongs_to: str | None
    surplus: bool
    inferred: bool
    attachments: tuple[UUID, ...]
    at: datetime | None
    by: str | None
    scan: UUID | None


class AcceptanceReportView(Value, frozen=True):
    """What came of what was expected. While the acceptance is open, `closed_at` is null, and what
    is missing so far may still come.
    """

    acceptance: UUID
    point: str
    manifest: str | None
    opened_at: datetime
    opened_by: str
    closed_at: datetime | None
    closed_by: str | None
    counts: ReportCounts
    items: list[ReportItemView]


def scan_view(scan: ScanRecord, language: Language) -> ScanAnswerView:
    """Return the answer to a scan."""
    words = scan_words(scan.answer, scan.cell, scan.belongs_to, language)
    return ScanAnswerView(
        id=scan.id,
        answer=scan.answer,
        parcel=scan.barcode or None,
        order=scan.number or None,
        cell=scan.cell or None,
        surplus=scan.surplus,
        belongs_to=scan.belongs_to or None,
        say=words.say,
        next=words.next,
    )


def shelving_view(found: Shelving, language: Language) -> ShelvingView:
    """Return where a parcel lies now."""
    words = shelving_words(found.cell, found.remaining, language, is_ready=found.is_ready)
    return ShelvingView(
        answer=found.answer,
        parcel=found.barcode,
        order=found.order.number,
        cell=found.cell,
        cells=found.cells,
        remaining=found.remaining,
        ready=found.is_ready,
        say=words.say,
        next=words.next,
    )


def acceptance_view(each: Acceptance) -> AcceptanceView:
    """Return an acceptance without its report."""
    return AcceptanceView(
        id=each.id,
        point=each.point,
        manifest=each.manifest,
        opened_at=each.opened_at,
        opened_by=each.opened_by,
        closed_at=each.closed_at,
        closed_by=each.closed_by,
    )


def report_view(each: Acceptance) -> AcceptanceReportView:
    """Return an acceptance with its report."""
    assert each.report is not None, each.id
    return AcceptanceReportView(
        acceptance=each.id,
        point=each.point,
        manifest=each.manifest,
        opened_at=each.opened_at,
        opened_by=each.opened_by,
        closed_at=each.closed_at,
        closed_by=each.closed_by,
        counts=each.report.counts,
        items=[_item(item) for item in each.report.items],
    )


def report_csv(report: AcceptanceReportView) -> Response:
    """Return the lines of a report as CSV; formulas of spreadsheets are text."""
    names = tuple(ReportItemView.__struct_fields__)
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow(("manifest", "acceptance", *names))
    for item in report.items:
        row = (report.manifest, report.acceptance, *(getattr(item, name) for name in names))
        writer.writerow([neutralized(_cell_text(each)) for each in row])
    return HotResponse(written.getvalue().encode(), 200, CSV_TYPE)


def _item(item: ReportItem) -> ReportItemView:
    return ReportItemView(
        result=item.result,
        parcel=item.barcode or None,
        order=item.number or None,
        answer=item.answer,
        code=item.code or None,
        box=item.box or None,
        cell=item.cell or None,
        reason=item.reason or None,
        belongs_to=item.belongs_to or None,
        surplus=item.surplus,
        inferred=item.inferred,
        attachments=item.attachments,
        at=item.at,
        by=item.by or None,
        scan=item.scan,
    )


def _cell_text(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case tuple():
            return " ".join(str(each) for each in value)
        case datetime():
            return value.isoformat().replace("+00:00", "Z")
        case _:
            return str(value)

"""Inventories as JSON and as CSV, and the bodies and queries of their requests."""

import csv
import io
from datetime import datetime
from typing import Annotated, Final, Literal
from uuid import UUID

from msgspec import Meta
from starlette.responses import Response

from gotovo.api.dispatch.pagination import (
    PAGE_ITEMS,
    PAGE_ITEMS_MAX,
    read_text_cursor,
    text_cursor,
)
from gotovo.api.resources.manifests.manifest_view import OrderOutcomeView
from gotovo.api.schemas.desk.shelf_view import SearchView
from gotovo.api.schemas.step_bodies import Instant
from gotovo.desk.inventory.inventories import FOLLOWED_MAX, CountAnswer
from gotovo.exchange.imports.files.own_columns import neutralized
from gotovo.http.hot_paths import HotResponse
from gotovo.order.refusals import Code
from gotovo.points.cells.counting import (
    CountFigures,
    CountItem,
    CountResult,
    InventoryReport,
    lines_after,
    name_of_line,
)
from gotovo.store.tables.shelf.inventories import Inventory
from gotovo.value import Value

CSV_TYPE: Final = b"text/csv; charset=utf-8"

ScannedText = Annotated[str, Meta(min_length=1, max_length=200)]
OptionalText = Annotated[str, Meta(max_length=200)]


class InventoryBody(Value, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Begins an inventory of a cell (`54-35`), of a rack (`54`), or of everything."""

    scope: OptionalText = ""
    at: Instant | None = None


class CountBody(Value, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing that lies in a cell. Without a code the cell is empty, or was looked at.

    `typed`: by hand and not scanned.
    """

    cell: ScannedText
    code: OptionalText = ""
    typed: bool = False
    at: Instant | None = None


class InventoryStepBody(Value, frozen=True, forbid_unknown_fields=True):
    """A step of an inventory; `at` is when the client says that it was taken."""

    at: Instant | None = None


class FollowUpBody(Value, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Follows up differences: those of `parcels`, or all that are left, 200 at a time."""

    parcels: Annotated[tuple[ScannedText, ...], Meta(max_length=FOLLOWED_MAX)] = ()
    at: Instant | None = None


class InventoriesQuery(Value, frozen=True, forbid_unknown_fields=True):
    """A page of inventories: those that are open, or all of them."""

    after: OptionalText = ""
    limit: Annotated[int, Meta(ge=1, le=PAGE_ITEMS_MAX)] = PAGE_ITEMS
    filter: Literal["open", "all"] = "open"


class InventoryQuery(Value, frozen=True, forbid_unknown_fields=True):
    """A page of the lines of a report, all or those of one result; as CSV it has all of them."""

    after: OptionalText = ""
    limit: Annotated[int, Meta(ge=1, le=PAGE_ITEMS_MAX)] = PAGE_ITEMS
    result: CountResult | None = None
    format: Literal["json", "csv"] = "json"


class InventoryView(Value, frozen=True):
    """An inventory; `scope` is null for the whole point, `cells` how many its plan has there."""

    id: UUID
    scope: str | None
    cells: int
    started_at: datetime
    started_by: str
    closed_at: datetime | None
    closed_by: str | None


class InventoriesPage(Value, frozen=True):
    """A page, the latest first; `next` is null on the last one."""

    items: list[InventoryView]
    next: str | None


class CountView(Value, frozen=True):
    """The answer to a scan at once; at the end the report says what became of it.

    `lies` is the cell that its order says, null where it lies in none here.
    """

    result: CountResult
    cell: str
    parcel: str | None
    order: str | None
    lies: str | None


class CountItemView(Value, frozen=True):
    """A line of a report: where it should lie (`cell`), where it was counted, when, by whom."""

    result: CountResult
    parcel: str | None
    order: str | None
    code: str | None
    cell: str | None
    counted_in: str | None
    typed: bool
    at: datetime | None
    by: str | None


class InventoryReportView(Value, frozen=True):
    """What a count says; while it is open, what it would say if it were closed now.

    What was found where it should lie is in the figures alone. `items` are a page of the lines, in
    the order of a walk along the shelves; `next` is null on the last one.
    """

    inventory: InventoryView
    figures: CountFigures
    items: list[CountItemView]
    next: str | None


class NotStartedView(Value, frozen=True):
    """A difference that could not be followed up, and why."""

    parcel: str
    code: Code


class FollowUpView(Value, frozen=True):
    """What became of differences: moves, or searches that were begun. `more`: ask again."""

    outcomes: list[OrderOutcomeView]
    searches: list[SearchView]
    refused: list[NotStartedView]
    more: bool


def inventory_view(each: Inventory, cells: int) -> InventoryView:
    """Return an inventory without its report."""
    return InventoryView(
        id=each.id,
        scope=each.scope or None,
        cells=cells,
        started_at=each.started_at,
        started_by=each.started_by,
        closed_at=each.closed_at,
        closed_by=each.closed_by,
    )


def count_view(answer: CountAnswer) -> CountView:
    """Return the answer to a scan."""
    return CountView(
        result=answer.result,
        cell=answer.cell,
        parcel=answer.barcode or None,
        order=answer.number or None,
        lies=answer.lies or None,
    )


def lines_shown(report: InventoryReport, query: InventoryQuery) -> tuple[list[CountItem], bool]:
    """Return the lines that a query asks for, and whether there are more."""
    cell, barcode, code = read_text_cursor(query.after, 3)
    found = lines_after(report.items, (cell, barcode, code), query.result)
    if query.format == "csv":
        return found, False
    return found[: query.limit], len(found) > query.limit


def inventory_report_view(
    each: Inventory, cells: int, report: InventoryReport, lines: list[CountItem], *, more: bool
) -> InventoryReportView:
    """Return an inventory with what it says, and these lines of it."""
    return InventoryReportView(
        inventory_view(each, cells),
        report.figures,
        [_item(item) for item in lines],
        text_cursor(*name_of_line(lines[-1])) if more else None,
    )


def inventory_csv(inventory: UUID, lines: list[CountItem]) -> Response:
    """Return lines of a report as CSV; formulas of spreadsheets are text."""
    names = tuple(CountItemView.__struct_fields__)
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow(("inventory", *names))
    for item in map(_item, lines):
        row = (inventory, *(getattr(item, name) for name in names))
        writer.writerow([neutralized(_cell_text(each)) for each in row])
    return HotResponse(written.getvalue().encode(), 200, CSV_TYPE)


def _item(item: CountItem) -> CountItemView:
    return CountItemView(
        result=item.result,
        parcel=item.barcode or None,
        order=item.number or None,
        code=item.code or None,
        cell=item.cell or None,
        counted_in=item.counted_in or None,
        typed=item.typed,
        at=item.at,
        by=item.by or None,
    )


def _cell_text(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case datetime():
            return value.isoformat().replace("+00:00", "Z")
        case _:
            return str(value)

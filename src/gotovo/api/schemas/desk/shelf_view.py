"""Cells, moves and searches as JSON, and the bodies and queries of their requests."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, field

from gotovo.api.dispatch.normal_texts import MULTILINE
from gotovo.api.dispatch.pagination import PAGE_ITEMS, PAGE_ITEMS_MAX
from gotovo.api.schemas.step_bodies import NOTE_CHARACTERS_MAX, Instant
from gotovo.desk.searches.hints import Hint, HintKind
from gotovo.order.values.order import Stage
from gotovo.points.cells.plan import CellSize
from gotovo.store.reads.desk.scans import ParcelHere
from gotovo.store.tables.shelf.searches import ParcelSearch
from gotovo.value import Value

ScannedText = Annotated[str, Meta(min_length=1, max_length=200)]


class SearchBody(Value, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A parcel that is not on its shelf: its barcode, or the number of an order that has one."""

    parcel: ScannedText
    at: Instant | None = None


class LossBody(Value, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Gives a parcel up; `at` is when the client says so."""

    at: Instant | None = None


class WriteOffBody(Value, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Writes off a parcel that was given up; `approval` is the id of what a second person granted.

    `note` says how it came to that.
    """

    parcel: ScannedText
    note: Annotated[str, Meta(max_length=NOTE_CHARACTERS_MAX, extra={MULTILINE: True})] = ""
    approval: UUID | None = None
    at: Instant | None = None


class CellMoveBody(Value, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything in one cell goes to another; each as it was scanned or typed."""

    source: ScannedText = field(name="from")
    target: ScannedText = field(name="to")
    at: Instant | None = None


class SearchesQuery(Value, frozen=True, forbid_unknown_fields=True):
    """A page of searches: open ones, what is due first before the others, or all of them."""

    after: Annotated[str, Meta(max_length=200)] = ""
    limit: Annotated[int, Meta(ge=1, le=PAGE_ITEMS_MAX)] = PAGE_ITEMS
    filter: Literal["open", "all"] = "open"


class UnshelvedQuery(Value, frozen=True, forbid_unknown_fields=True):
    """A page of parcels that lie on no shelf."""

    after: Annotated[str, Meta(max_length=200)] = ""
    limit: Annotated[int, Meta(ge=1, le=PAGE_ITEMS_MAX)] = PAGE_ITEMS


class HintView(Value, frozen=True):
    """One place to look. `parcel` and `order` are another's that it may have gone with."""

    kind: HintKind
    cell: str | None
    parcel: str | None
    order: str | None
    box: str | None
    at: datetime | None
    by: str | None


class SearchView(Value, frozen=True):
    """A search. `seconds_left` until its buyer is told, 0 once it is over or told.

    `state` is `open`, `overdue`, `found` or `lost`. `seen_by` is the scan that found it, `seen_in`
    the cell. `hints` are most likely first, and null in lists.
    """

    id: UUID
    parcel: str
    order: str
    cell: str | None
    state: Literal["open", "overdue", "found", "lost"]
    seconds_left: int
    started_at: datetime
    started_by: str
    due_at: datetime
    told_at: datetime | None
    closed_at: datetime | None
    closed_by: str | None
    seen_by: str | None
    seen_in: str | None
    turned_up_at: datetime | None
    turned_up_by: str | None
    hints: list[HintView] | None = None


class SearchesPage(Value, frozen=True):
    """A page; `next` is null on the last one."""

    items: list[SearchView]
    next: str | None


class CellParcelView(Value, frozen=True):
    """A parcel in a cell; `closed`: its order is over, and it has to be sent back."""

    parcel: str
    order: str
    stage: Stage
    ready: bool
    closed: bool


class CellView(Value, frozen=True):
    """A cell and what lies in it; `size` and `fits` are null where the point has no plan.

    `more`: there is more than is listed.
    """

    cell: str
    say: str
    size: CellSize | None
    fits: int | None
    parcels: list[CellParcelView]
    more: bool


class UnshelvedParcelView(Value, frozen=True):
    """A parcel that has arrived and lies on no shelf."""

    parcel: str
    order: str


class UnshelvedPage(Value, frozen=True):
    """A page, in order of barcode; `next` is null on the last one."""

    items: list[UnshelvedParcelView]
    next: str | None


def search_view(
    search: ParcelSearch, now: datetime, hints: "tuple[Hint, ...] | None" = None
) -> SearchView:
    """Return a search, with where to look if that is known."""
    left = int((search.due_at - now).total_seconds()) if search.is_open else 0
    return SearchView(
        id=search.id,
        parcel=search.barcode,
        order=search.number,
        cell=search.cell or None,
        state=_state(search, now),
        seconds_left=max(0, left),
        started_at=search.started_at,
        started_by=search.started_by,
        due_at=search.due_at,
        told_at=search.told_at,
        closed_at=search.closed_at,
        closed_by=search.closed_by,
        seen_by=search.seen_by or None,
        seen_in=search.seen_in or None,
        turned_up_at=search.turned_up_at,
        turned_up_by=search.turned_up_by,
        hints=None if hints is None else [_hint(each) for each in hints],
    )


def cell_parcel(each: ParcelHere) -> CellParcelView:
    """Return a parcel in a cell."""
    order = each.order
    return CellParcelView(
        parcel=each.parcel.barcode,
        order=order.number,
        stage=each.parcel.stage,
        ready=order.ready_at is not None and order.outcome is None,
        closed=order.outcome is not None,
    )


def _state(search: ParcelSearch, now: datetime) -> Literal["open", "overdue", "found", "lost"]:
    if search.is_open:
        return "overdue" if search.due_at <= now else "open"
    return "found" if search.result == "found" else "lost"


def _hint(each: Hint) -> HintView:
    return HintView(
        kind=each.kind,
        cell=each.cell or None,
        parcel=each.parcel or None,
        order=each.order or None,
        box=each.box or None,
        at=each.at,
        by=each.by or None,
    )

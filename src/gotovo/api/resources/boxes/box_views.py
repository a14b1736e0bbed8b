"""Return boxes, acts and what must leave, as JSON and as CSV."""

import csv
import io
from datetime import datetime
from typing import Final
from uuid import UUID

from starlette.responses import Response

from gotovo.desk.boxes.boxes import PutAnswer, PutDone
from gotovo.desk.boxes.handovers import Act
from gotovo.desk.boxes.leaving import LeavingParcel, LeavingReason, RackCount
from gotovo.exchange.imports.files.own_columns import neutralized
from gotovo.http.hot_paths import HotResponse
from gotovo.manifests.boxes import (
    ITEMS_MAX,
    OPEN_MAX,
    BoxHandover,
    BoxItem,
    BoxKind,
    BoxState,
    ReturnBox,
    is_open_too_long,
)
from gotovo.value import Value

CSV_TYPE: Final = b"text/csv; charset=utf-8"


class BoxView(Value, frozen=True):
    """A box. `items` of at most `items_max` are in it; `single`: a large one, alone.

    `seal_by` is until when an open box takes more; `overdue`: that is over.
    """

    code: str
    kind: BoxKind
    state: BoxState
    items: int
    items_max: int
    single: bool
    opened_at: datetime
    opened_by: str
    seal_by: datetime | None
    overdue: bool
    sealed_at: datetime | None
    sealed_by: str | None
    handover: UUID | None
    handed_over_at: datetime | None


class BoxItemView(Value, frozen=True):
    """A parcel in a box. `left_out`: why its order did not leave with it, if so."""

    parcel: str
    order: str
    box: str
    moved_from: str | None
    put_at: datetime
    put_by: str
    left_out: str | None


class BoxContentsView(Value, frozen=True):
    """A box with what is in it."""

    box: BoxView
    contents: list[BoxItemView]


class BoxesPage(Value, frozen=True):
    """A page, the newest first; `next` is null on the last one."""

    items: list[BoxView]
    next: str | None


class BoxScanView(Value, frozen=True):
    """What became of a parcel that was put into a box, or taken out of one."""

    answer: PutAnswer
    parcel: str
    order: str
    moved_from: str | None
    box: BoxView


class BoxHandoverView(Value, frozen=True):
    """What a driver took; `driver` is null where nobody wrote who it was."""

    id: UUID
    point: str
    driver: str | None
    boxes: int
    parcels: int
    at: datetime
    by: str


class BoxHandoversPage(Value, frozen=True):
    """A page, the newest first; `next` is null on the last one."""

    items: list[BoxHandoverView]
    next: str | None


class ActView(Value, frozen=True):
    """An act: each box with its seal, and each parcel in it."""

    handover: BoxHandoverView
    boxes: list[BoxView]
    contents: list[BoxItemView]


class LeavingView(Value, frozen=True):
    """A parcel that must leave; `cell` is null where it lies on no shelf.

    `kind` is the box that it goes into as far as anybody knows.
    """

    parcel: str
    order: str
    cell: str | None
    reason: LeavingReason
    kind: BoxKind
    since: datetime


class LeavingPage(Value, frozen=True):
    """A page, in the order in which one walks along the racks; `next` is null on the last one.

    `total` counts the whole list; `racks` says where it lies, an empty one is no shelf at all.
    """

    total: int
    racks: list[RackCount]
    items: list[LeavingView]
    next: str | None


def box_view(box: ReturnBox, now: datetime) -> BoxView:
    """Return a box as it stands now."""
    return BoxView(
        code=box.code,
        kind=box.kind,
        state=box.state,
        items=box.items,
        items_max=ITEMS_MAX,
        single=box.single,
        opened_at=box.opened_at,
        opened_by=box.opened_by,
        seal_by=box.opened_at + OPEN_MAX if box.state is BoxState.OPEN else None,
        overdue=is_open_too_long(box, now),
        sealed_at=box.sealed_at,
        sealed_by=box.sealed_by,
        handover=box.handover,
        handed_over_at=box.handed_over_at,
    )


def item_view(item: BoxItem) -> BoxItemView:
    """Return a parcel in a box."""
    return BoxItemView(
        parcel=item.barcode,
        order=item.number,
        box=item.box,
        moved_from=item.moved_from or None,
        put_at=item.put_at,
        put_by=item.put_by,
        left_out=item.left_out or None,
    )


def put_view(done: PutDone, now: datetime) -> BoxScanView:
    """Return what became of a scan."""
    return BoxScanView(
        answer=done.answer,
        parcel=done.barcode,
        order=done.number,
        moved_from=done.moved_from or None,
        box=box_view(done.box, now),
    )


def handover_view(each: BoxHandover) -> BoxHandoverView:
    """Return what a driver took."""
    return BoxHandoverView(
        id=each.id,
        point=each.point,
        driver=each.driver or None,
        boxes=each.boxes,
        parcels=each.parcels,
        at=each.at,
        by=each.by,
    )


def act_view(act: Act, now: datetime) -> ActView:
    """Return an act."""
    return ActView(
        handover=handover_view(act.handover),
        boxes=[box_view(each, now) for each in act.boxes],
        contents=[item_view(each) for each in act.items],
    )


def act_csv(act: Act) -> Response:
    """Return an act as CSV, a line for each parcel; formulas of spreadsheets are text."""
    boxes = {each.code: each for each in act.boxes}
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow(
        (
            *("act", "at", "point", "driver", "by"),
            *("box", "kind", "sealed_at", "sealed_by"),
            *("parcel", "order", "put_at", "put_by", "left_out"),
        )
    )
    head = act.handover
    for item in act.items:
        box = boxes[item.box]
        row = (
            *(head.id, _instant(head.at), head.point, head.driver, head.by),
            *(box.code, box.kind, _instant(box.sealed_at), box.sealed_by or ""),
            *(item.barcode, item.number, _instant(item.put_at), item.put_by, item.left_out),
        )
        writer.writerow([neutralized(str(each)) for each in row])
    return HotResponse(written.getvalue().encode(), 200, CSV_TYPE)


def leaving_view(each: LeavingParcel) -> LeavingView:
    """Return a parcel that must leave."""
    return LeavingView(
        parcel=each.barcode,
        order=each.number,
        cell=each.cell or None,
        reason=each.reason,
        kind=each.kind,
        since=each.since,
    )


def _instant(at: datetime | None) -> str:
    return "" if at is None else at.isoformat().replace("+00:00", "Z")

"""Today at a point as the API has it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from msgspec import UNSET, Meta, UnsetType

from gotovo.api.dispatch.pagination import PAGE_ITEMS, PAGE_ITEMS_MAX
from gotovo.desk.today.today import OverfullCell, TodayList
from gotovo.order.values.order import Order, Stage
from gotovo.points.closures.closed_time import ClosedTime
from gotovo.points.local_time import local_date
from gotovo.points.point import Point
from gotovo.store.reads.desk.today import TodayFigures
from gotovo.value import Value

_LIES = frozenset({Stage.ARRIVED_AT_POINT, Stage.SHELVED})


class ArrivingView(Value, frozen=True, kw_only=True):
    """What comes: vans on their way or at the door, what they bring, and what was promised.

    `late_orders` were promised for a moment that has passed.
    """

    vans: int
    parcels: int
    promised_orders: int
    late_orders: int


class WaitingView(Value, frozen=True, kw_only=True):
    """What lies here for buyers; `parcels_to_shelve` have arrived and are in no cell."""

    orders: int
    parcels: int
    parcels_to_shelve: int


class MustLeaveView(Value, frozen=True, kw_only=True):
    """What the next car takes: parcels of closed orders, and of these what buyers gave back.

    `boxes` are return boxes that wait for it; absent where none are counted.
    """

    parcels: int
    given_back: int
    boxes: int | UnsetType = UNSET


class ExpiringView(Value, frozen=True):
    """Orders whose storage ends today, or should have, and tomorrow."""

    today: int
    tomorrow: int


class OverfullCellView(Value, frozen=True):
    """A cell that holds more parcels than the plan of the shelves says that it fits."""

    cell: str
    parcels: int
    fits: int


class OnShiftView(Value, frozen=True):
    """Somebody who works at the point now."""

    person: UUID
    name: str
    begun_at: datetime


class ClosedTimeView(Value, frozen=True):
    """The closure that goes on, or comes next; `until` is null until further notice."""

    id: UUID
    since: datetime
    until: datetime | None


class TodayView(Value, frozen=True, kw_only=True):
    """What a point has before it, as of `at`; `day` is the date at the point.

    `announced_returns` are orders whose buyers said that they bring something back. `open_visits`
    are buyers at the desk. `open_cases` are those of orders of this point. `closed` is null while
    no closure goes on or is planned.
    """

    at: datetime
    day: date
    time_zone: str
    arriving: ArrivingView
    waiting: WaitingView
    expiring: ExpiringView
    announced_returns: int
    leaving: MustLeaveView
    open_visits: int
    open_cases: int
    overfull_cells: list[OverfullCellView]
    on_shift: list[OnShiftView]
    closed: ClosedTimeView | None


class TodayOrdersQuery(Value, frozen=True, forbid_unknown_fields=True):
    """Which orders stand behind a figure, a page."""

    which: TodayList
    after: Annotated[str, Meta(max_length=200)] = ""
    limit: Annotated[int, Meta(ge=1, le=PAGE_ITEMS_MAX)] = PAGE_ITEMS


class TodayParcelView(Value, frozen=True):
    """A parcel, and the cell it lies in; empty while it lies in none."""

    barcode: str
    cell: str


class TodayOrderView(Value, frozen=True, kw_only=True):
    """An order behind a figure: what to look for and where, and nothing of its buyer.

    `due_at` is the end of its storage, the promise, or when it closed, as the list has it.
    """

    number: str
    stage: Stage
    due_at: datetime
    parcels: list[TodayParcelView]


class TodayOrdersPage(Value, frozen=True):
    """A page, whatever is due first before the others; `next` is null on the last one."""

    items: list[TodayOrderView]
    next: str | None


def today_view(
    figures: TodayFigures,
    point: Point,
    overfull: Sequence[OverfullCell],
    closed: ClosedTime | None,
    now: datetime,
) -> TodayView:
    """Return the figures of a point as the API has them."""
    zone = point.timetable.time_zone
    return TodayView(
        at=now,
        day=local_date(now, zone),
        time_zone=zone,
        arriving=ArrivingView(
            vans=figures.vans,
            parcels=figures.parcels_on_vans,
            promised_orders=figures.promised_orders,
            late_orders=figures.late_orders,
        ),
        waiting=WaitingView(
            orders=figures.ready_orders,
            parcels=figures.ready_parcels,
            parcels_to_shelve=figures.parcels_to_shelve,
        ),
        expiring=ExpiringView(figures.expiring_today, figures.expiring_tomorrow),
        announced_returns=figures.announced_returns,
        leaving=MustLeaveView(
            parcels=figures.parcels_to_leave, given_back=figures.goods_given_back
        ),
        open_visits=figures.open_visits,
        open_cases=figures.open_cases,
        overfull_cells=[OverfullCellView(x.cell, x.parcels, x.fits) for x in overfull],
        on_shift=[OnShiftView(x.person, x.name, x.begun_at) for x in figures.on_shift],
        closed=ClosedTimeView(closed.id, closed.since, closed.until) if closed else None,
    )


def today_order_view(order: Order, point: str, due_at: datetime) -> TodayOrderView:
    """Return an order as a list of today has it, with the parcels that lie at the point."""
    here = [
        TodayParcelView(each.barcode, each.cell)
        for each in order.parcels
        if each.stage in _LIES or (each.stage is Stage.WITHDRAWN and each.at == point)
    ]
    return TodayOrderView(number=order.number, stage=order.stage, due_at=due_at, parcels=here)

"""Closures of points as the API has them."""

from datetime import date, datetime, time
from typing import Annotated, Final
from uuid import UUID

from msgspec import Meta

from gotovo.api.dispatch.pagination import PAGE_ITEMS, PAGE_ITEMS_MAX
from gotovo.desk.today.closing import ClosureState, closure_of
from gotovo.desk.today.preview import ClosurePreview, DayMove
from gotovo.points.closures.closed_time import ClosedTime, closed_time
from gotovo.points.closures.closure import Closure, ClosureKind, starts
from gotovo.points.local_time import local_date
from gotovo.points.timetable import Timetable
from gotovo.store.tables.network.closures import StoredClosure
from gotovo.value import Value
from gotovo.words.language import Language
from gotovo.words.places.closed_sentences import closed_sentence

REASON_CHARACTERS_MAX: Final = 300
"""Two sentences; whoever approves a closure reads them."""

Reason = Annotated[str, Meta(min_length=3, max_length=REASON_CHARACTERS_MAX)]


class ClosureBody(Value, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A closure of the point in the path, by its own calendar.

    `closure`: it stays shut, from `starts_at` of the first day on where that is given, until
    `ends_on` or, without it, until further notice. `outage`: whole days, today's at the latest, on
    which it could not work. `reason` is for those who work here; buyers do not see it. `approval`
    is what a second person granted, where one is needed.
    """

    starts_on: date
    starts_at: time | None = None
    ends_on: date | None = None
    kind: ClosureKind = ClosureKind.CLOSURE
    reason: Reason
    approval: UUID | None = None


class ClosureDaysQuery(Value, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The days of a closure that nobody has entered so far."""

    starts_on: date
    starts_at: time | None = None
    ends_on: date | None = None
    kind: ClosureKind = ClosureKind.CLOSURE


class ReopeningBody(Value, frozen=True, forbid_unknown_fields=True):
    """Takes a closure back."""


class ClosuresQuery(Value, frozen=True, forbid_unknown_fields=True):
    """A page of closures."""

    after: Annotated[str, Meta(max_length=200)] = ""
    limit: Annotated[int, Meta(ge=1, le=PAGE_ITEMS_MAX)] = PAGE_ITEMS


class ClosureView(Value, frozen=True, kw_only=True):
    """A closure. `state` is `planned`, `current`, `over` or `lifted`.

    Of one that was lifted while it went on, the days before that day count. `reason` is null once
    it is old.
    """

    id: UUID
    point: str
    kind: ClosureKind
    starts_on: date
    starts_at: time | None
    ends_on: date | None
    state: ClosureState
    reason: str | None
    entered_by: str
    entered_at: datetime
    approved_by: str | None
    lifted_at: datetime | None
    lifted_by: str | None


class ClosuresPage(Value, frozen=True):
    """A page, entered last first; `next` is null on the last one."""

    items: list[ClosureView]
    next: str | None


class DayMoveView(Value, frozen=True):
    """How many orders move from one day to another; `to_day` is null where none is known yet."""

    from_day: date
    to_day: date | None
    orders: int


class ClosurePreviewView(Value, frozen=True, kw_only=True):
    """What would follow, if nothing else changes meanwhile.

    `deadlines` and `promises` say how many orders move from which day to which. `held` orders are
    kept until the point opens again, whenever that is. `messages` are one an order that is told
    something, at most, and `buyers` the people behind them. `buyers_read` is what they read first;
    null where no order is told of days on which the point is closed. Where `needs_approval`, an
    approval of the kind `point_closure` about `approval_about` is needed. Without `is_complete`
    there are more orders than were looked at.
    """

    ready_orders: int
    orders_on_way: int
    deadlines: list[DayMoveView]
    held: int
    promises: list[DayMoveView]
    messages: int
    buyers: int
    is_complete: bool
    buyers_read: str | None
    needs_approval: bool
    approval_about: str


def state_of(stored: StoredClosure, time_zone: str, now: datetime) -> ClosureState:
    """Return where a closure stands."""
    if stored.lifted_at is not None:
        return ClosureState.LIFTED
    if now < starts(closure_of(stored), time_zone):
        return ClosureState.PLANNED
    is_over = stored.ends_on is not None and stored.ends_on < local_date(now, time_zone)
    return ClosureState.OVER if is_over else ClosureState.CURRENT


def closure_view(stored: StoredClosure, time_zone: str, now: datetime) -> ClosureView:
    """Return a closure as the API has it."""
    return ClosureView(
        id=stored.id,
        point=stored.point,
        kind=ClosureKind(stored.kind),
        starts_on=stored.starts_on,
        starts_at=stored.starts_at,
        ends_on=stored.ends_on,
        state=state_of(stored, time_zone, now),
        reason=stored.reason,
        entered_by=stored.entered_by,
        entered_at=stored.entered_at,
        approved_by=stored.approved_by,
        lifted_at=stored.lifted_at,
        lifted_by=stored.lifted_by,
    )


def preview_view(
    preview: ClosurePreview, *, buyers_read: str | None, needs_approval: bool, about: str
) -> ClosurePreviewView:
    """Return a preview as the API has it."""
    return ClosurePreviewView(
        ready_orders=preview.ready_orders,
        orders_on_way=preview.orders_on_way,
        deadlines=[_move(each) for each in preview.deadlines],
        held=preview.held,
        promises=[_move(each) for each in preview.promises],
        messages=preview.messages,
        buyers=preview.buyers,
        is_complete=preview.is_complete,
        buyers_read=buyers_read,
        needs_approval=needs_approval,
        approval_about=about,
    )


def sentence_for_buyers(
    closure: Closure | None, timetable: Timetable, language: Language, now: datetime
) -> str | None:
    """Return what buyers read of a closure; of None that the point is open again.

    `timetable` is that with the closure.
    """
    told: ClosedTime | None = None
    if closure is not None:
        told = closed_time(timetable, now)
        if closure.kind is not ClosureKind.CLOSURE or told is None:
            return None
    return closed_sentence(told, timetable.time_zone, language, now)


def _move(move: DayMove) -> DayMoveView:
    return DayMoveView(move.from_day, move.to_day, move.orders)

"""The report of a shift as a resource, in JSON or as a row of CSV."""

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from msgspec import structs
from starlette.responses import Response

from gotovo.access.programs.scopes import KeyScope
from gotovo.access.staff.grants import STAFF_ROLES, StaffGrant, actor_of
from gotovo.api.dispatch.dependencies import ApiDependencies
from gotovo.api.dispatch.endpoint import Endpoint, ProtectedBy
from gotovo.api.dispatch.request import ApiRequest, query_of
from gotovo.api.dispatch.responses import json_response, refusal_response
from gotovo.api.resources.shifts.point_access import AT_POINT, refusal_at
from gotovo.api.resources.shifts.shifts import ShiftView, shift_of_path, view_of
from gotovo.desk.shift_report import STEPS_MAX, ShiftFigure, ShiftFigures, figures_of, orders_behind
from gotovo.http.hot_paths import HotResponse
from gotovo.order.refusals import Code
from gotovo.order.values.money import Money
from gotovo.store.reads.desk.shift_steps import StaffEvent
from gotovo.store.tables.shifts.shifts import Shift
from gotovo.value import Value
from gotovo.words.request_errors import RequestErrorCode

SHOWN_MAX: Final = 500
"""Orders behind a figure: more than anybody hands over in a day at the busiest point."""

_CSV = b"text/csv; charset=utf-8; header=present"


class ShiftReportQuery(Value, frozen=True, forbid_unknown_fields=True):
    """The form of a report."""

    form: Literal["json", "csv"] = "json"


class ApprovalFigures(Value, frozen=True):
    """Approvals: that the person asked for, of those granted; and decided for others."""

    asked: int
    asked_and_granted: int
    granted: int
    denied: int


class MoneyTakenView(Value, frozen=True):
    """What a clerk said the point took by one method."""

    method: str
    amount: Money


class ShiftReport(Value, frozen=True, kw_only=True):
    """What a person did in a shift, counted from the journal.

    Parcels: `accepted`, `shelved`. Orders: `issued_whole` and `issued_part`, of these
    `without_code`; `refused` as a whole; `corrections` of hand-overs. `refused_units` were left
    behind of what was issued in part. `returns` are goods brought back, a return each. `steps` are
    commands that changed an order. `is_complete` is false where there are more events than are
    counted.
    """

    shift: ShiftView
    accepted: int
    shelved: int
    issued_whole: int
    issued_part: int
    without_code: int
    refused: int
    refused_units: int
    returns: int
    corrections: int
    approvals: ApprovalFigures
    money_taken: list[MoneyTakenView]
    steps: int
    first_step_at: datetime | None
    last_step_at: datetime | None
    steps_per_hour: float
    is_complete: bool


class ShiftOrdersQuery(Value, frozen=True, forbid_unknown_fields=True):
    """The figure of the report that is to be followed to its orders."""

    figure: ShiftFigure


class ShiftOrder(Value, frozen=True):
    """An order behind a figure: when it happened, and how much of the figure it is."""

    number: str
    at: datetime
    count: int


class ShiftOrders(Value, frozen=True):
    """The orders behind a figure, the first step first; their counts add up to it.

    `is_complete` is false where only the first of them are shown.
    """

    figure: ShiftFigure
    items: list[ShiftOrder]
    is_complete: bool


async def read_report(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Return what was done in a shift until it ended, or until now."""
    refusal = refusal_at(dependencies, request)
    if refusal is not None:
        return refusal_response(request, refusal)
    query = query_of(request, ShiftReportQuery)
    shift = await shift_of_path(dependencies, request)
    figures = await _figures(dependencies, shift)
    if query.form == "csv":
        return HotResponse(_csv(shift, figures), media_type=_CSV)
    return json_response(_view(await view_of(dependencies, shift), figures))


async def read_orders(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Return the orders that a figure of the report counts; each of them is logged as seen."""
    refusal = refusal_at(dependencies, request)
    if refusal is not None:
        return refusal_response(request, refusal)
    query = query_of(request, ShiftOrdersQuery)
    shift = await shift_of_path(dependencies, request)
    events = await _events(dependencies, shift)
    found = orders_behind(query.figure, events)
    shown = [ShiftOrder(each.number, each.at, each.count) for each in found[:SHOWN_MAX]]
    numbers = {each.number for each in shown}
    await dependencies.access_log.record(request.actor, "order", sorted(numbers))
    is_complete = len(found) <= SHOWN_MAX and len(events) <= STEPS_MAX
    return json_response(ShiftOrders(query.figure, shown, is_complete))


async def _events(dependencies: ApiDependencies, shift: Shift) -> Sequence[StaffEvent]:
    """Return the first events of a shift, one more than are counted."""
    until = shift.ended_at or shift.ends_by
    actors = actors_of(shift.person)
    return await dependencies.work.steps.of(actors, shift.begun_at, until, STEPS_MAX + 1)


async def _figures(dependencies: ApiDependencies, shift: Shift) -> ShiftFigures:
    until, work = shift.ended_at or shift.ends_by, dependencies.work
    events = await _events(dependencies, shift)
    approvals = await work.approval_store.counts(shift.person, shift.begun_at, until)
    return figures_of(shift, events, approvals, dependencies.clock())


def actors_of(person: UUID) -> list[str]:
    """Return everything that a person is called in the journal, whatever they acted as."""
    return [f"{role}:{actor_of(person, StaffGrant(role)).id}" for role in sorted(STAFF_ROLES)]


def _view(shift: ShiftView, figures: ShiftFigures) -> ShiftReport:
    values: dict[str, Any] = structs.asdict(figures)
    values["approvals"] = ApprovalFigures(**structs.asdict(figures.approvals))
    values["money_taken"] = [
        MoneyTakenView(each.method, each.amount) for each in figures.money_taken
    ]
    return ShiftReport(shift=shift, **values)


def _csv(shift: Shift, figures: ShiftFigures) -> bytes:
    """Return a head and a row; sums are in minor units, a column for each method and currency."""
    columns: dict[str, Any] = {
        "shift": shift.id,
        "person": shift.person,
        "point": shift.point,
        "begun_at": shift.begun_at.isoformat(),
        "ended_at": shift.ended_at.isoformat() if shift.ended_at else "",
    }
    for name, value in structs.asdict(figures).items():
        match name:
            case "approvals":
                counts = structs.asdict(figures.approvals)
                columns |= {f"approvals_{key}": count for key, count in counts.items()}
            case "money_taken":
                for taken in figures.money_taken:
                    column = f"taken_{taken.method}_{taken.amount.currency.lower()}"
                    columns[column] = taken.amount.amount
            case "is_complete":
                columns[name] = "yes" if value else "no"
            case _:
                text = value.isoformat() if isinstance(value, datetime) else value
                columns[name] = "" if text is None else text
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(columns)
    writer.writerow(columns.values())
    return file.getvalue().encode()


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path="/api/v1/points/{code}/shifts/{shift}/report",
        name="readShiftReport",
        tag="shifts",
        summary="Read what was done in a shift",
        description=(
            "Counted from the journal by who did it and when it happened; `form=csv` is a head and "
            "a row, with sums in minor units. A clerk reads the own reports, the manager of the "
            "point and the office everybody's."
        ),
        handler=read_report,
        protected_by=ProtectedBy.POINT,
        scope=KeyScope.SHIFTS_READ,
        roles=AT_POINT,
        query=ShiftReportQuery,
        response=ShiftReport,
        problems=(
            Code.WRONG_POINT,
            Code.UNKNOWN_POINT,
            RequestErrorCode.UNKNOWN_SHIFT,
            RequestErrorCode.INVALID_QUERY,
        ),
    ),
    Endpoint(
        method="GET",
        path="/api/v1/points/{code}/shifts/{shift}/orders",
        name="listShiftOrders",
        tag="shifts",
        summary="List the orders behind a figure of a shift's report",
        description=(
            "Whoever may read the report may follow each figure to the orders that it counts; each "
            "look is logged."
        ),
        handler=read_orders,
        protected_by=ProtectedBy.POINT,
        scope=KeyScope.SHIFTS_READ,
        roles=AT_POINT,
        query=ShiftOrdersQuery,
        response=ShiftOrders,
        problems=(
            Code.WRONG_POINT,
            Code.UNKNOWN_POINT,
            RequestErrorCode.UNKNOWN_SHIFT,
            RequestErrorCode.INVALID_QUERY,
        ),
    ),
)

"""Today as a resource: what a point has before it, and the orders behind each figure."""

from typing import Final

from starlette.responses import Response

from gotovo.access.programs.scopes import KeyScope
from gotovo.api.dispatch.dependencies import ApiDependencies
from gotovo.api.dispatch.endpoint import Endpoint, ProtectedBy
from gotovo.api.dispatch.pagination import cursor_of, read_cursor
from gotovo.api.dispatch.request import ApiRequest, query_of
from gotovo.api.dispatch.responses import json_response, refusal_response
from gotovo.api.resources.shifts.point_access import AT_POINT, refusal_at
from gotovo.api.schemas.desk.today_view import (
    TodayOrdersPage,
    TodayOrdersQuery,
    TodayView,
    today_order_view,
    today_view,
)
from gotovo.desk.today.today import day_bounds, overfull_cells
from gotovo.order.refusals import Code
from gotovo.points.closures.closed_time import closed_time
from gotovo.store.reads.desk.today import FIRST
from gotovo.words.request_errors import RequestErrorCode

_POINT: Final = (Code.WRONG_POINT, Code.UNKNOWN_POINT)


async def read_today(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Return every figure of a point's day; no order and no buyer is in them."""
    refusal = refusal_at(dependencies, request)
    if refusal is not None:
        return refusal_response(request, refusal)
    point, now = dependencies.directory()[0][request.path_params["code"]], dependencies.clock()
    day = day_bounds(now, point.timetable.time_zone)
    figures = await dependencies.desk.closures.reads.figures(point.code, day)
    overfull = overfull_cells(point.cells, figures.cells)
    closed = closed_time(point.timetable, now)
    return json_response(today_view(figures, point, overfull, closed, now))


async def list_orders(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Return a page of the orders behind a figure; the access log has each of them."""
    refusal = refusal_at(dependencies, request)
    if refusal is not None:
        return refusal_response(request, refusal)
    query = query_of(request, TodayOrdersQuery)
    point = dependencies.directory()[0][request.path_params["code"]]
    after = read_cursor(query.after) if query.after else FIRST
    day = day_bounds(dependencies.clock(), point.timetable.time_zone)
    found = await dependencies.desk.closures.reads.orders(
        point.code, query.which, day, after, query.limit + 1
    )
    shown = found[: query.limit]
    numbers = [order.number for order, _ in shown]
    await dependencies.access_log.record(request.actor, "list", numbers)
    items = [today_order_view(each.order, point.code, due_at) for each, due_at in shown]
    last = items[-1] if len(found) > query.limit else None
    return json_response(
        TodayOrdersPage(items, cursor_of(last.due_at, last.number) if last else None)
    )


ENDPOINTS: Final[tuple[Endpoint, ...]] = (
    Endpoint(
        method="GET",
        path="/api/v1/points/{code}/today",
        name="readToday",
        tag="desk",
        summary="Read what a point has before it today",
        description=(
            "Figures alone, by the calendar of the point: what arrives, waits, expires and has to "
            "leave, who is at the desk and who works. Whoever shows them reads them again every "
            "few seconds."
        ),
        handler=read_today,
        protected_by=ProtectedBy.POINT,
        scope=KeyScope.ORDERS_READ,
        roles=AT_POINT,
        response=TodayView,
        problems=_POINT,
    ),
    Endpoint(
        method="GET",
        path="/api/v1/points/{code}/today/orders",
        name="listOrdersOfToday",
        tag="desk",
        summary="List the orders behind a figure of today",
        description="Numbers, parcels and cells, and nothing of the buyers; each look is logged.",
        handler=list_orders,
        protected_by=ProtectedBy.POINT,
        scope=KeyScope.ORDERS_READ,
        roles=AT_POINT,
        query=TodayOrdersQuery,
        response=TodayOrdersPage,
        problems=(*_POINT, RequestErrorCode.INVALID_QUERY),
    ),
)

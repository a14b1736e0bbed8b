"""What must leave a point, as a resource."""

from starlette.responses import Response

from gotovo.access.programs.scopes import KeyScope
from gotovo.api.dispatch.dependencies import ApiDependencies
from gotovo.api.dispatch.endpoint import Endpoint, ProtectedBy
from gotovo.api.dispatch.pagination import read_text_cursor, text_cursor
from gotovo.api.dispatch.request import ApiRequest, query_of
from gotovo.api.dispatch.responses import json_response
from gotovo.api.resources.boxes.box_bodies import LeavingQuery
from gotovo.api.resources.boxes.box_views import LeavingPage, leaving_view
from gotovo.api.resources.desk.point_access import AT_DESK, refused_point
from gotovo.desk.boxes.leaving import after_parcel, count_racks, leaving_list, rack_of
from gotovo.order.refusals import Code


async def list_leaving(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Return a page of what must leave, along the racks."""
    refused = refused_point(dependencies, request)
    if refused is not None:
        return refused
    query = query_of(request, LeavingQuery)
    code = request.path_params["code"]
    racks = dependencies.directory()[0][code].cells
    rows = await dependencies.boxes.leaving.leaving(code, dependencies.clock())
    every = leaving_list(rows, racks)
    listed = [each for each in every if not query.rack or rack_of(each.cell) == query.rack]
    if query.after:
        cell, barcode = read_text_cursor(query.after, 2)
        listed = after_parcel(listed, cell, barcode, racks)
    shown = listed[: query.limit]
    await dependencies.access_log.record(
        request.actor, "list", sorted({each.number for each in shown})
    )
    more = len(listed) > query.limit
    next_cursor = text_cursor(shown[-1].cell, shown[-1].barcode) if more else None
    views = [leaving_view(each) for each in shown]
    return json_response(LeavingPage(len(every), list(count_racks(every)), views, next_cursor))


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path="/api/v1/points/{code}/leaving",
        name="listLeaving",
        tag="boxes",
        summary="List what must leave a point, shelf by shelf",
        description=(
            "Parcels of orders that expired or were cancelled, and what buyers left at the desk or "
            "brought back; what is in a box is not listed."
        ),
        handler=list_leaving,
        protected_by=ProtectedBy.POINT,
        scope=KeyScope.ORDERS_READ,
        roles=AT_DESK,
        query=LeavingQuery,
        response=LeavingPage,
        problems=(Code.UNKNOWN_POINT, Code.WRONG_POINT),
    ),
)

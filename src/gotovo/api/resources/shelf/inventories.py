"""Inventories of a point: begun, counted scan by scan, closed with a report, followed up."""

from datetime import datetime
from http import HTTPStatus
from typing import Final
from uuid import UUID

import msgspec
from starlette.responses import Response

from gotovo.access.programs.scopes import KeyScope
from gotovo.api.dispatch.dependencies import ApiDependencies
from gotovo.api.dispatch.endpoint import Endpoint, ProtectedBy
from gotovo.api.dispatch.errors import ApiError
from gotovo.api.dispatch.idempotency import run_once
from gotovo.api.dispatch.json_body import decode_body
from gotovo.api.dispatch.pagination import cursor_of, read_cursor
from gotovo.api.dispatch.request import ApiRequest, query_of
from gotovo.api.dispatch.responses import json_response, refusal_response
from gotovo.api.dispatch.submission import UNAVAILABLE, unavailable
from gotovo.api.resources.desk.point_access import AT_DESK, refused_point
from gotovo.api.resources.manifests.manifest_view import outcome_view
from gotovo.api.schemas.desk.inventory_view import (
    CountBody,
    CountView,
    FollowUpBody,
    FollowUpView,
    InventoriesPage,
    InventoriesQuery,
    InventoryBody,
    InventoryQuery,
    InventoryReportView,
    InventoryStepBody,
    InventoryView,
    NotStartedView,
    count_view,
    inventory_csv,
    inventory_report_view,
    inventory_view,
    lines_shown,
)
from gotovo.api.schemas.desk.shelf_view import search_view
from gotovo.desk.inventory.inventories import CountRequest, FollowUp, cells_to_count
from gotovo.order.refusals import Code, Refusal
from gotovo.store.tables.shelf.inventories import NEWEST_INVENTORY, CountRefused, Inventory
from gotovo.words.request_errors import RequestErrorCode


async def list_inventories(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Return a page of inventories."""
    refused = refused_point(dependencies, request)
    if refused is not None:
        return refused
    query = query_of(request, InventoriesQuery)
    found = await dependencies.desk.shelves.inventories.store.page(
        request.path_params["code"],
        _cursor(query.after),
        query.limit + 1,
        open_only=query.filter == "open",
    )
    shown = found[: query.limit]
    more = len(found) > query.limit
    next_cursor = cursor_of(shown[-1].started_at, shown[-1].id.hex) if more else None
    items = [inventory_view(each, _cells(dependencies, each)) for each in shown]
    return json_response(InventoriesPage(items, next_cursor))


async def start_inventory(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Begin an inventory; the open one of the same shelves is returned as it is."""
    refused = refused_point(dependencies, request)
    if refused is not None:
        return refused
    body = decode_body(request.content, _start_decoder)

    async def work(request_id: UUID) -> Response:
        point = request.path_params["code"]
        start = dependencies.desk.shelves.inventories.start
        found = await start(request_id, point, body.scope, request.actor)
        if isinstance(found, Refusal):
            return refusal_response(request, found)
        status = HTTPStatus.CREATED if found.id == request_id else HTTPStatus.OK
        return json_response(inventory_view(found, _cells(dependencies, found)), status)

    return await run_once(dependencies, request, work)


async def read_inventory(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Return what a count says so far, or said when it was closed."""
    refused = refused_point(dependencies, request)
    if refused is not None:
        return refused
    query = query_of(request, InventoryQuery)
    inventory = await _inventory_of_path(dependencies, request)
    return await _report(dependencies, request, inventory, query)


async def count(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Take one scan of an inventory."""
    refused = refused_point(dependencies, request)
    if refused is not None:
        return refused
    body = decode_body(request.content, _count_decoder)
    inventory = await _inventory_of_path(dependencies, request)

    async def work(request_id: UUID) -> Response:
        wanted = CountRequest(
            id=request_id,
            actor=request.actor,
            cell=body.cell,
            code=body.code,
            typed=body.typed,
            at=body.at,
        )
        try:
            answer = await dependencies.desk.shelves.inventories.count(inventory, wanted)
        except UNAVAILABLE as error:
            raise unavailable(dependencies, error) from error
        if isinstance(answer, CountRefused):
            raise ApiError(_NOT_COUNTED[answer], "inventory", str(inventory.id))
        if isinstance(answer, Refusal):
            return refusal_response(request, answer)
        if answer.number:
            await dependencies.access_log.record(request.actor, "order", (answer.number,))
        return json_response(count_view(answer))

    return await run_once(dependencies, request, work)


async def close_inventory(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Close an inventory and return its report; closed again, it is the same one."""
    refused = refused_point(dependencies, request)
    if refused is not None:
        return refused
    decode_body(request.content, _step_decoder)
    inventory = await _inventory_of_path(dependencies, request)

    async def work(_request_id: UUID) -> Response:
        closed = await dependencies.desk.shelves.inventories.close(inventory, request.actor)
        if closed is None:
            raise ApiError(RequestErrorCode.INVENTORY_BUSY, "inventory", str(inventory.id))
        return await _report(dependencies, request, closed, InventoryQuery())

    return await run_once(dependencies, request, work)


async def accept_cells(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Have orders say that their parcels lie where they were counted."""
    return await _followed_up(dependencies, request, "moves")


async def search_missing(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Begin a search for each parcel that is missing."""
    return await _followed_up(dependencies, request, "searches")


async def _followed_up(dependencies: ApiDependencies, request: ApiRequest, how: str) -> Response:
    refused = refused_point(dependencies, request)
    if refused is not None:
        return refused
    body = decode_body(request.content, _follow_up_decoder)
    inventory = await _inventory_of_path(dependencies, request)
    if inventory.report is None:
        raise ApiError(RequestErrorCode.INVENTORY_OPEN, "inventory", str(inventory.id))
    inventories = dependencies.desk.shelves.inventories
    follow = inventories.accept_cells if how == "moves" else inventories.search_missing

    async def work(request_id: UUID) -> Response:
        try:
            done = await follow(inventory, request_id, request.actor, body.parcels)
        except UNAVAILABLE as error:
            raise unavailable(dependencies, error) from error
        return json_response(await _follow_up(dependencies, request, done))

    return await run_once(dependencies, request, work)


async def _follow_up(
    dependencies: ApiDependencies, request: ApiRequest, done: FollowUp
) -> FollowUpView:
    """Return what became of differences; whose orders it shows is logged."""
    numbers = {each.number for each in done.outcomes} | {x.search.number for x in done.searches}
    await dependencies.access_log.record(request.actor, "list", sorted(numbers))
    now = dependencies.clock()
    return FollowUpView(
        outcomes=[outcome_view(each, request.language) for each in done.outcomes],
        searches=[search_view(each.search, now) for each in done.searches],
        refused=[NotStartedView(barcode, refusal.code) for barcode, refusal in done.refused],
        more=done.has_more,
    )


async def _report(
    dependencies: ApiDependencies,
    request: ApiRequest,
    inventory: Inventory,
    query: InventoryQuery,
) -> Response:
    """Return a page of a report, or all of it as CSV; whose orders it shows is logged."""
    report = await dependencies.desk.shelves.inventories.report(inventory)
    lines, more = lines_shown(report, query)
    numbers = sorted({each.number for each in lines if each.number})
    await dependencies.access_log.record(request.actor, "list", numbers)
    if query.format == "csv":
        return inventory_csv(inventory.id, lines)
    cells = _cells(dependencies, inventory)
    return json_response(inventory_report_view(inventory, cells, report, lines, more=more))


def _cells(dependencies: ApiDependencies, inventory: Inventory) -> int:
    point = dependencies.directory()[0].get(inventory.point)
    return 0 if point is None else cells_to_count(point.cells, inventory.scope)


async def _inventory_of_path(dependencies: ApiDependencies, request: ApiRequest) -> Inventory:
    text = request.path_params["inventory"]
    try:
        found = await dependencies.desk.shelves.inventories.store.find(UUID(text))
    except ValueError:
        found = None
    if found is None or found.point != request.path_params["code"]:
        raise ApiError(RequestErrorCode.UNKNOWN_INVENTORY, "inventory", text)
    return found


def _cursor(text: str) -> tuple[datetime, UUID]:
    """Return the instant and the id in a cursor, those before all others without one."""
    if not text:
        return NEWEST_INVENTORY
    at, name = read_cursor(text)
    try:
        return at, UUID(name)
    except ValueError:
        raise ApiError(RequestErrorCode.INVALID_QUERY, "after", text, "a cursor") from None


_start_decoder = msgspec.json.Decoder(InventoryBody)
_count_decoder = msgspec.json.Decoder(CountBody)
_step_decoder = msgspec.json.Decoder(InventoryStepBody)
_follow_up_decoder = msgspec.json.Decoder(FollowUpBody)

_NOT_COUNTED: Final = {
    CountRefused.CLOSED: RequestErrorCode.INVENTORY_CLOSED,
    CountRefused.FULL: RequestErrorCode.INVENTORY_FULL,
}

_OF_POINT: Final = (Code.UNKNOWN_POINT, Code.WRONG_POINT)
_PATH: Final = "/api/v1/points/{code}/inventories"
_OF_ONE: Final = (*_OF_POINT, RequestErrorCode.UNKNOWN_INVENTORY)

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path=_PATH,
        name="listInventories",
        tag="shelf",
        summary="List the inventories of a point",
        handler=list_inventories,
        protected_by=ProtectedBy.POINT,
        scope=KeyScope.ORDERS_READ,
        roles=AT_DESK,
        query=InventoriesQuery,
        response=InventoriesPage,
        problems=_OF_POINT,
    ),
    Endpoint(
        method="POST",
        path=_PATH,
        name="startInventory",
        tag="shelf",
        summary="Begin to count a cell, a rack or everything",
        description=(
            "Who begins the same again gets the open one, with 200, so that several people count "
            "together. What moves meanwhile is no difference."
        ),
        handler=start_inventory,
        protected_by=ProtectedBy.POINT,
        scope=KeyScope.PARCELS_WRITE,
        roles=AT_DESK,
        body=InventoryBody,
        body_example={"scope": "54"},
        response=InventoryView,
        response_status=HTTPStatus.CREATED,
        further_statuses=(HTTPStatus.OK,),
        problems=(*_OF_POINT, Code.UNKNOWN_CELL),
        repeatable=True,
    ),
    Endpoint(
        method="GET",
        path=_PATH + "/{inventory}",
        name="readInventory",
        tag="shelf",
        summary="Read what a count says",
        description=(
            "So far while it is open. `items` are its lines without those that were found, page by "
            "page; with `format=csv` all of them as a table."
        ),
        handler=read_inventory,
        protected_by=ProtectedBy.POINT,
        scope=KeyScope.ORDERS_READ,
        roles=AT_DESK,
        query=InventoryQuery,
        response=InventoryReportView,
        problems=_OF_ONE,
        tabular=True,
    ),
    Endpoint(
        method="POST",
        path=_PATH + "/{inventory}/scans",
        name="countItem",
        tag="shelf",
        summary="Count one thing in a cell",
        description="A cell without a code is empty: what should lie there is missing.",
        handler=count,
        protected_by=ProtectedBy.POINT,
        scope=KeyScope.PARCELS_WRITE,
        roles=AT_DESK,
        body=CountBody,
        body_example={"cell": "54-35", "code": "12345678901201"},
        response=CountView,
        problems=(
            *_OF_ONE,
            Code.UNKNOWN_CELL,
            RequestErrorCode.INVENTORY_CLOSED,
            RequestErrorCode.INVENTORY_FULL,
        ),
        repeatable=True,
    ),
    Endpoint(
        method="POST",
        path=_PATH + "/{inventory}/closing",
        name="closeInventory",
        tag="shelf",
        summary="Close an inventory",
        description=(
            "Nothing moves by it: each difference is followed up by a step of its own. The answer "
            "has the first page of lines."
        ),
        handler=close_inventory,
        protected_by=ProtectedBy.POINT,
        scope=KeyScope.PARCELS_WRITE,
        roles=AT_DESK,
        body=InventoryStepBody,
        body_example={},
        response=InventoryReportView,
        problems=(*_OF_ONE, RequestErrorCode.INVENTORY_BUSY),
        repeatable=True,
    ),
    Endpoint(
        method="POST",
        path=_PATH + "/{inventory}/moves",
        name="acceptCountedCells",
        tag="shelf",
        summary="Have parcels lie where they were counted",
        description="Each order on its own; a parcel that has moved since is left as it is.",
        handler=accept_cells,
        protected_by=ProtectedBy.POINT,
        scope=KeyScope.PARCELS_WRITE,
        roles=AT_DESK,
        body=FollowUpBody,
        body_example={},
        response=FollowUpView,
        problems=(*_OF_ONE, RequestErrorCode.INVENTORY_OPEN),
        repeatable=True,
    ),
    Endpoint(
        method="POST",
        path=_PATH + "/{inventory}/searches",
        name="searchMissing",
        tag="shelf",
        summary="Search for what is missing",
        handler=search_missing,
        protected_by=ProtectedBy.POINT,
        scope=KeyScope.PARCELS_WRITE,
        roles=AT_DESK,
        body=FollowUpBody,
        body_example={},
        response=FollowUpView,
        problems=(*_OF_ONE, RequestErrorCode.INVENTORY_OPEN),
        repeatable=True,
    ),
)

"""Searches of a point: begun, listed with the time left, given up; and write-offs."""

from datetime import datetime
from http import HTTPStatus
from typing import Final
from uuid import UUID

import msgspec
from starlette.responses import Response

from gotovo.access.programs.scopes import KeyScope
from gotovo.access.staff.fresh_proof import DangerousStep
from gotovo.api.dispatch.dependencies import ApiDependencies
from gotovo.api.dispatch.endpoint import Endpoint, ProtectedBy
from gotovo.api.dispatch.errors import ApiError
from gotovo.api.dispatch.idempotency import request_command_id, run_once
from gotovo.api.dispatch.json_body import decode_body
from gotovo.api.dispatch.pagination import cursor_of, read_cursor
from gotovo.api.dispatch.request import ApiRequest, query_of
from gotovo.api.dispatch.responses import json_response, refusal_response
from gotovo.api.dispatch.submission import UNAVAILABLE, outcome_response, unavailable
from gotovo.api.resources.desk.point_access import AT_DESK, refused_point
from gotovo.api.resources.desk.visits import submit_for
from gotovo.api.resources.steps import ORDINARY, PARTICULAR
from gotovo.api.schemas.desk.shelf_view import (
    LossBody,
    SearchBody,
    SearchesPage,
    SearchesQuery,
    SearchView,
    WriteOffBody,
    search_view,
)
from gotovo.api.schemas.order_view import OrderVersion, OrderView
from gotovo.desk.acceptance.scan_decision import barcode_of, read_parcel_code
from gotovo.desk.handover.visiting import Clerk
from gotovo.desk.searches.searching import SearchRequest
from gotovo.desk.shelf.write_offs import write_off
from gotovo.order.refusals import Code, Refusal
from gotovo.store.tables.shelf.searches import FIRST_DUE, NEWEST_SEARCH, ParcelSearch
from gotovo.words.request_errors import RequestErrorCode


async def start_search(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Begin a search; the one that is open for the parcel is returned as it is."""
    refused = refused_point(dependencies, request)
    if refused is not None:
        return refused
    body = decode_body(request.content, _search_decoder)

    async def work(request_id: UUID) -> Response:
        wanted = SearchRequest(
            id=request_id,
            actor=request.actor,
            point=request.path_params["code"],
            parcel=body.parcel,
        )
        started = await dependencies.desk.shelves.searches.start(wanted)
        if isinstance(started, Refusal):
            return refusal_response(request, started)
        status = HTTPStatus.CREATED if started.is_new else HTTPStatus.OK
        return await _shown(dependencies, request, started.search, status)

    return await run_once(dependencies, request, work)


async def list_searches(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Return a page of searches."""
    refused = refused_point(dependencies, request)
    if refused is not None:
        return refused
    query = query_of(request, SearchesQuery)
    store, point = dependencies.desk.shelves.searches.store, request.path_params["code"]
    is_open = query.filter == "open"
    read = store.open_at if is_open else store.page
    found = await read(point, _cursor(query), query.limit + 1)
    shown = found[: query.limit]
    last = shown[-1] if len(found) > query.limit else None
    next_cursor = None
    if last is not None:
        next_cursor = cursor_of(last.due_at if is_open else last.started_at, last.id.hex)
    numbers = sorted({each.number for each in shown})
    await dependencies.access_log.record(request.actor, "list", numbers)
    now = dependencies.clock()
    return json_response(SearchesPage([search_view(each, now) for each in shown], next_cursor))


async def read_search(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Return a search, and while it is open where to look."""
    refused = refused_point(dependencies, request)
    if refused is not None:
        return refused
    search = await _search_of_path(dependencies, request)
    return await _shown(dependencies, request, search, HTTPStatus.OK)


async def give_up(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Close a search as lost."""
    refused = refused_point(dependencies, request)
    if refused is not None:
        return refused
    decode_body(request.content, _loss_decoder)
    search = await _search_of_path(dependencies, request)

    async def work(_request_id: UUID) -> Response:
        now = dependencies.clock()
        if search.is_lost:
            return json_response(search_view(search, now))
        if not search.is_open:
            raise ApiError(RequestErrorCode.SEARCH_CLOSED, "id", str(search.id))
        if now < search.due_at:
            until = search.due_at.isoformat().replace("+00:00", "Z")
            raise ApiError(RequestErrorCode.SEARCH_RUNNING, "id", str(search.id), until)
        try:
            lost = await dependencies.desk.shelves.searches.give_up(search, request.actor)
        except UNAVAILABLE as error:
            raise unavailable(dependencies, error) from error
        if isinstance(lost, Refusal):
            return refusal_response(request, lost)
        return json_response(search_view(lost, now))

    return await run_once(dependencies, request, work)


async def take_write_off(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Write off a parcel that was given up, and return its order."""
    body = decode_body(request.content, _write_off_decoder)
    request_id = request_command_id(request)
    refused = refused_point(dependencies, request)
    if refused is not None:
        return refused
    point = request.path_params["code"]
    search = await _given_up(dependencies, point, body.parcel)
    clerk = Clerk(request.actor, point, request_id)
    submit = submit_for(dependencies, request, clerk, body)
    second_person = dependencies.desk.visiting.second_person
    result = await write_off(second_person, search, body.note, body.approval, clerk, submit)
    if isinstance(result, Refusal):
        return refusal_response(request, result)
    return await outcome_response(dependencies, result, request)


async def _given_up(dependencies: ApiDependencies, point: str, text: str) -> ParcelSearch:
    """Return the search that gave a parcel up; raise where there is none at the point."""
    code = read_parcel_code(text)
    read = None if code is None else await dependencies.reads.order(code.number)
    barcode = "" if code is None or read is None else barcode_of(code, read.order)
    search = await dependencies.desk.shelves.searches.store.of_parcel(barcode) if barcode else None
    if search is None or search.point != point or not search.is_lost:
        raise ApiError(RequestErrorCode.PARCEL_NOT_LOST, "parcel", text)
    return search


async def _shown(
    dependencies: ApiDependencies, request: ApiRequest, search: ParcelSearch, status: HTTPStatus
) -> Response:
    """Return a search with its hints; whose orders they show is logged."""
    hints = tuple(await dependencies.desk.shelves.searches.hints(search))
    others = {each.order or each.parcel[:12] for each in hints}
    numbers = sorted((others | {search.number}) - {""})
    await dependencies.access_log.record(request.actor, "list", numbers)
    return json_response(search_view(search, dependencies.clock(), hints), status)


async def _search_of_path(dependencies: ApiDependencies, request: ApiRequest) -> ParcelSearch:
    text = request.path_params["search"]
    try:
        found = await dependencies.desk.shelves.searches.store.find(UUID(text))
    except ValueError:
        found = None
    if found is None or found.point != request.path_params["code"]:
        raise ApiError(RequestErrorCode.UNKNOWN_SEARCH, "search", text)
    return found


def _cursor(query: SearchesQuery) -> tuple[datetime, UUID]:
    """Return the instant and the id in a cursor, those before all others without one."""
    if not query.after:
        return FIRST_DUE if query.filter == "open" else NEWEST_SEARCH
    at, name = read_cursor(query.after)
    try:
        return at, UUID(name)
    except ValueError:
        code = RequestErrorCode.INVALID_QUERY
        raise ApiError(code, "after", query.after, "a cursor") from None


_search_decoder = msgspec.json.Decoder(SearchBody)
_loss_decoder = msgspec.json.Decoder(LossBody)
_write_off_decoder = msgspec.json.Decoder(WriteOffBody)

_OF_POINT: Final = (Code.UNKNOWN_POINT, Code.WRONG_POINT)
_PATH: Final = "/api/v1/points/{code}/searches"

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="POST",
        path=_PATH,
        name="startSearch",
        tag="shelf",
        summary="Search for a parcel that is not on its shelf",
        description=(
            "A parcel has one open search: who asks again gets the same, with 200. `hints` say "
            "where to look, most likely first. Any scan of the parcel ends the search. When its "
            "time runs out, the order gets the flag `lost` and its buyer is told."
        ),
        handler=start_search,
        protected_by=ProtectedBy.POINT,
        scope=KeyScope.PARCELS_WRITE,
        roles=AT_DESK,
        body=SearchBody,
        body_example={"parcel": "12345678901201"},
        response=SearchView,
        response_status=HTTPStatus.CREATED,
        further_statuses=(HTTPStatus.OK,),
        problems=(*_OF_POINT, Code.UNKNOWN_ORDER, Code.UNKNOWN_PARCEL, Code.STAGE_FORBIDS),
        repeatable=True,
    ),
    Endpoint(
        method="GET",
        path=_PATH,
        name="listSearches",
        tag="shelf",
        summary="List the searches of a point",
        description="Open ones, what is due first before the others, or all, the latest first.",
        handler=list_searches,
        protected_by=ProtectedBy.POINT,
        scope=KeyScope.ORDERS_READ,
        roles=AT_DESK,
        query=SearchesQuery,
        response=SearchesPage,
        problems=_OF_POINT,
    ),
    Endpoint(
        method="GET",
        path=_PATH + "/{search}",
        name="readSearch",
        tag="shelf",
        summary="Read a search, and where to look",
        handler=read_search,
        protected_by=ProtectedBy.POINT,
        scope=KeyScope.ORDERS_READ,
        roles=AT_DESK,
        response=SearchView,
        problems=(*_OF_POINT, RequestErrorCode.UNKNOWN_SEARCH),
    ),
    Endpoint(
        method="POST",
        path=_PATH + "/{search}/loss",
        name="giveUpSearch",
        tag="shelf",
        summary="Give a parcel up as lost",
        description=(
            "Once the time is over. The order keeps its flag `lost`, which is a case of the "
            "office; nothing is paid back so far. Given up again, it is the same."
        ),
        handler=give_up,
        protected_by=ProtectedBy.POINT,
        scope=KeyScope.PARCELS_WRITE,
        roles=AT_DESK,
        body=LossBody,
        body_example={},
        response=SearchView,
        problems=(
            *_OF_POINT,
            *ORDINARY,
            RequestErrorCode.UNKNOWN_SEARCH,
            RequestErrorCode.SEARCH_RUNNING,
            RequestErrorCode.SEARCH_CLOSED,
        ),
        repeatable=True,
    ),
    Endpoint(
        method="POST",
        path="/api/v1/points/{code}/write-offs",
        name="writeOffParcel",
        tag="shelf",
        summary="Write off a parcel that was given up",
        description=(
            "Closes its order as lost, and pays it back; other parcels of the order go back. "
            "Above what the point's setting lets one person write off it needs what a second "
            "person granted (`approval`, of the kind `write_off` about the order), and of a "
            "person always a fresh proof."
        ),
        handler=take_write_off,
        protected_by=ProtectedBy.POINT,
        scope=KeyScope.PARCELS_WRITE,
        roles=AT_DESK,
        body=WriteOffBody,
        body_example={"parcel": "12345678901201", "note": "Not found by anybody"},
        response=OrderView,
        minimal_response=OrderVersion,
        problems=(
            *ORDINARY,
            *PARTICULAR["cancellation"],
            *_OF_POINT,
            Code.APPROVAL_REQUIRED,
            RequestErrorCode.PARCEL_NOT_LOST,
        ),
        repeatable=True,
        shortens=True,
        danger=DangerousStep.WRITE_OFF,
    ),
)

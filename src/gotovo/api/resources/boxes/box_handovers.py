"""Hand-overs of sealed return boxes to drivers, with their acts."""

from datetime import datetime
from http import HTTPStatus
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
from gotovo.api.dispatch.responses import json_response
from gotovo.api.dispatch.submission import UNAVAILABLE, unavailable
from gotovo.api.resources.boxes.box_bodies import ActQuery, BoxHandoverBody, HandoversQuery
from gotovo.api.resources.boxes.box_errors import box_error
from gotovo.api.resources.boxes.box_views import (
    ActView,
    BoxHandoversPage,
    act_csv,
    act_view,
    handover_view,
)
from gotovo.api.resources.desk.point_access import AT_DESK, refused_point
from gotovo.desk.boxes.boxes import BoxRefused
from gotovo.desk.boxes.handovers import Act, HandoverRequest
from gotovo.manifests.manifest import box_code
from gotovo.order.refusals import Code
from gotovo.store.tables.boxes.return_boxes import NEWEST_HANDOVER
from gotovo.words.request_errors import RequestErrorCode


async def list_handovers(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Return a page of a point's acts, the newest first."""
    refused = refused_point(dependencies, request)
    if refused is not None:
        return refused
    query = query_of(request, HandoversQuery)
    after = _cursor(query.after)
    store = dependencies.boxes.store
    found = await store.handovers(request.path_params["code"], after, query.limit + 1)
    shown = found[: query.limit]
    more = len(found) > query.limit
    next_cursor = cursor_of(shown[-1].at, shown[-1].id.hex) if more else None
    return json_response(BoxHandoversPage([handover_view(each) for each in shown], next_cursor))


async def hand_over(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Hand sealed boxes over to a driver, all or none."""
    refused = refused_point(dependencies, request)
    if refused is not None:
        return refused
    body = decode_body(request.content, _decoder)
    codes = _codes(body)

    async def work(request_id: UUID) -> Response:
        point = request.path_params["code"]
        found = await dependencies.boxes.store.found(codes)
        missing = next((x for x in codes if x not in found or found[x].point != point), None)
        if missing is not None:
            raise ApiError(RequestErrorCode.UNKNOWN_BOX, "boxes", missing)
        wanted = HandoverRequest(
            id=request_id,
            actor=request.actor,
            point=point,
            boxes=codes,
            driver=body.driver.strip(),
            at=body.at,
        )
        try:
            act = await dependencies.box_handovers.hand_over(wanted)
        except UNAVAILABLE as error:
            raise unavailable(dependencies, error) from error
        if isinstance(act, BoxRefused):
            raise box_error(act)
        await _log_act(dependencies, request, act)
        return json_response(act_view(act, dependencies.clock()), HTTPStatus.CREATED)

    return await run_once(dependencies, request, work)


async def read_act(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Return an act."""
    refused = refused_point(dependencies, request)
    if refused is not None:
        return refused
    query = query_of(request, ActQuery)
    text = request.path_params["id"]
    try:
        found = await dependencies.boxes.store.handover(UUID(text))
    except ValueError:
        found = None
    if found is None or found.point != request.path_params["code"]:
        raise ApiError(RequestErrorCode.UNKNOWN_ACT, "id", text)
    act = await dependencies.box_handovers.act(found)
    await _log_act(dependencies, request, act)
    if query.format == "csv":
        return act_csv(act)
    return json_response(act_view(act, dependencies.clock()))


async def _log_act(dependencies: ApiDependencies, request: ApiRequest, act: Act) -> None:
    """Log whose orders the act shows (rule 4.16)."""
    numbers = sorted({each.number for each in act.items})
    await dependencies.access_log.record(request.actor, "list", numbers)


def _codes(body: BoxHandoverBody) -> tuple[str, ...]:
    """Return the boxes that were scanned; one that was scanned twice is one box."""
    codes: dict[str, None] = {}
    for index, text in enumerate(body.boxes):
        code = box_code(text)
        if code is None:
            raise ApiError(RequestErrorCode.INVALID_BODY, f"boxes[{index}]", text, "like BOX-104")
        codes[code] = None
    return tuple(codes)


def _cursor(text: str) -> tuple[datetime, UUID]:
    """Return the instant and the id in a cursor, those before all others without one."""
    if not text:
        return NEWEST_HANDOVER
    at, name = read_cursor(text)
    try:
        return at, UUID(name)
    except ValueError:
        raise ApiError(RequestErrorCode.INVALID_QUERY, "after", text, "a cursor") from None


_decoder = msgspec.json.Decoder(BoxHandoverBody)

_OF_POINT = (Code.UNKNOWN_POINT, Code.WRONG_POINT)
_PATH = "/api/v1/points/{code}/box-handovers"

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path=_PATH,
        name="listBoxHandovers",
        tag="boxes",
        summary="List what drivers took from a point",
        handler=list_handovers,
        protected_by=ProtectedBy.POINT,
        scope=KeyScope.ORDERS_READ,
        roles=AT_DESK,
        query=HandoversQuery,
        response=BoxHandoversPage,
        problems=_OF_POINT,
    ),
    Endpoint(
        method="POST",
        path=_PATH,
        name="handOverBoxes",
        tag="boxes",
        summary="Hand sealed boxes over to a driver",
        description=(
            "All of those that were scanned, or none. Their parcels are on the way back; the act "
            "lists each of them, and says which order did not leave, if any."
        ),
        handler=hand_over,
        protected_by=ProtectedBy.POINT,
        scope=KeyScope.PARCELS_WRITE,
        roles=AT_DESK,
        body=BoxHandoverBody,
        body_example={"boxes": ["BOX-104"], "driver": "J. Smith, A123BC"},
        response=ActView,
        response_status=HTTPStatus.CREATED,
        problems=(
            *_OF_POINT,
            RequestErrorCode.UNKNOWN_BOX,
            RequestErrorCode.BOX_NOT_SEALED,
        ),
        repeatable=True,
    ),
    Endpoint(
        method="GET",
        path=_PATH + "/{id}",
        name="readBoxHandover",
        tag="boxes",
        summary="Read the act of a hand-over to a driver",
        handler=read_act,
        protected_by=ProtectedBy.POINT,
        scope=KeyScope.ORDERS_READ,
        roles=AT_DESK,
        query=ActQuery,
        response=ActView,
        tabular=True,
        problems=(*_OF_POINT, RequestErrorCode.UNKNOWN_ACT),
    ),
)

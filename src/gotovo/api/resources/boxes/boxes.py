"""Return boxes of a point: opened, filled and emptied by scan, sealed."""

from datetime import UTC, datetime
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
from gotovo.api.dispatch.pagination import read_text_cursor, text_cursor
from gotovo.api.dispatch.request import ApiRequest, query_of
from gotovo.api.dispatch.responses import json_response, refusal_response
from gotovo.api.dispatch.submission import UNAVAILABLE, unavailable
from gotovo.api.resources.boxes.box_bodies import (
    BoxesQuery,
    BoxItemBody,
    BoxRemovalBody,
    OpenBoxBody,
    SealingBody,
)
from gotovo.api.resources.boxes.box_errors import box_error
from gotovo.api.resources.boxes.box_views import (
    BoxContentsView,
    BoxesPage,
    BoxScanView,
    BoxView,
    box_view,
    item_view,
    put_view,
)
from gotovo.api.resources.desk.point_access import AT_DESK, refused_point
from gotovo.desk.boxes.boxes import BoxRefused, PutRequest
from gotovo.manifests.boxes import BoxState, ReturnBox
from gotovo.manifests.manifest import box_code
from gotovo.order.refusals import Code, Refusal
from gotovo.store.tables.boxes.return_boxes import NEWEST_BOX
from gotovo.words.request_errors import RequestErrorCode


async def list_boxes(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Return a page of a point's boxes, the newest first."""
    refused = refused_point(dependencies, request)
    if refused is not None:
        return refused
    query = query_of(request, BoxesQuery)
    after = _cursor(query.after)
    state = None if query.state == "any" else BoxState(query.state)
    store = dependencies.boxes.store
    found = await store.page(request.path_params["code"], after, query.limit + 1, state)
    shown = found[: query.limit]
    more = len(found) > query.limit
    next_cursor = text_cursor(shown[-1].opened_at.isoformat(), shown[-1].code) if more else None
    now = dependencies.clock()
    return json_response(BoxesPage([box_view(each, now) for each in shown], next_cursor))


async def open_box(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Open a box; one that is open here under this code already is returned as it is."""
    refused = refused_point(dependencies, request)
    if refused is not None:
        return refused
    body = decode_body(request.content, _open_decoder)
    code = box_code(body.box) if body.box else ""
    if code is None:
        raise ApiError(RequestErrorCode.INVALID_BODY, "box", body.box, "like BOX-104")
    point = request.path_params["code"]

    async def work(request_id: UUID) -> Response:
        by = f"{request.actor.role}:{request.actor.id}"
        box = await dependencies.return_boxes.open(request_id, point, body.kind, code, by)
        is_same = box.point == point and box.kind is body.kind
        if not is_same or box.state is not BoxState.OPEN:
            raise ApiError(RequestErrorCode.BOX_TAKEN, "box", box.code)
        return json_response(box_view(box, dependencies.clock()), HTTPStatus.CREATED)

    return await run_once(dependencies, request, work)


async def read_box(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Return a box with what is in it."""
    refused = refused_point(dependencies, request)
    if refused is not None:
        return refused
    box = await box_of_path(dependencies, request)
    items = await dependencies.boxes.store.items([box.code])
    await dependencies.access_log.record(
        request.actor, "list", sorted({each.number for each in items})
    )
    view = BoxContentsView(box_view(box, dependencies.clock()), [item_view(x) for x in items])
    return json_response(view)


async def put(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Put a parcel into a box."""
    refused = refused_point(dependencies, request)
    if refused is not None:
        return refused
    body = decode_body(request.content, _item_decoder)

    async def work(request_id: UUID) -> Response:
        wanted = PutRequest(
            id=request_id,
            actor=request.actor,
            box=await box_of_path(dependencies, request),
            parcel=body.parcel,
            size=body.size,
            at=body.at,
        )
        try:
            done = await dependencies.return_boxes.put(wanted)
        except UNAVAILABLE as error:
            raise unavailable(dependencies, error) from error
        if isinstance(done, Refusal):
            return refusal_response(request, done)
        if isinstance(done, BoxRefused):
            raise box_error(done)
        await dependencies.access_log.record(request.actor, "order", (done.number,))
        return json_response(put_view(done, dependencies.clock()))

    return await run_once(dependencies, request, work)


async def remove(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Take a parcel out of an open box."""
    refused = refused_point(dependencies, request)
    if refused is not None:
        return refused
    body = decode_body(request.content, _removal_decoder)

    async def work(_request_id: UUID) -> Response:
        box = await box_of_path(dependencies, request)
        by = f"{request.actor.role}:{request.actor.id}"
        done = await dependencies.return_boxes.take_out(box, body.parcel, by)
        if isinstance(done, BoxRefused):
            raise box_error(done)
        await dependencies.access_log.record(request.actor, "order", (done.number,))
        return json_response(put_view(done, dependencies.clock()))

    return await run_once(dependencies, request, work)


async def seal(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Seal a box by a scan of its sticker; sealed again, it stays as it is."""
    refused = refused_point(dependencies, request)
    if refused is not None:
        return refused
    body = decode_body(request.content, _sealing_decoder)
    scanned = box_code(body.box)

    async def work(_request_id: UUID) -> Response:
        box = await box_of_path(dependencies, request)
        if scanned != box.code:
            raise ApiError(RequestErrorCode.OTHER_BOX, "box", body.box, box.code)
        by = f"{request.actor.role}:{request.actor.id}"
        sealed = await dependencies.return_boxes.seal(box, by)
        if isinstance(sealed, BoxRefused):
            raise box_error(sealed)
        return json_response(box_view(sealed, dependencies.clock()))

    return await run_once(dependencies, request, work)


async def box_of_path(dependencies: ApiDependencies, request: ApiRequest) -> ReturnBox:
    """Return the box of the path; raise where the point has none like it."""
    text = request.path_params["box"]
    code = box_code(text)
    found = None if code is None else await dependencies.boxes.store.find(code)
    if found is None or found.point != request.path_params["code"]:
        raise ApiError(RequestErrorCode.UNKNOWN_BOX, "box", text)
    return found


def _cursor(text: str) -> tuple[datetime, str]:
    """Return the instant and the code in a cursor, those before all others without one."""
    if not text:
        return NEWEST_BOX
    at, code = read_text_cursor(text, 2)
    try:
        return datetime.fromisoformat(at).astimezone(UTC), code
    except (ValueError, OverflowError):
        raise ApiError(RequestErrorCode.INVALID_QUERY, "after", text, "a cursor") from None


_open_decoder = msgspec.json.Decoder(OpenBoxBody)
_item_decoder = msgspec.json.Decoder(BoxItemBody)
_removal_decoder = msgspec.json.Decoder(BoxRemovalBody)
_sealing_decoder = msgspec.json.Decoder(SealingBody)

_OF_POINT = (Code.UNKNOWN_POINT, Code.WRONG_POINT)
_PATH = "/api/v1/points/{code}/boxes"
_BOX = _PATH + "/{box}"

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path=_PATH,
        name="listReturnBoxes",
        tag="boxes",
        summary="List the return boxes of a point",
        handler=list_boxes,
        protected_by=ProtectedBy.POINT,
        scope=KeyScope.ORDERS_READ,
        roles=AT_DESK,
        query=BoxesQuery,
        response=BoxesPage,
        problems=_OF_POINT,
    ),
    Endpoint(
        method="POST",
        path=_PATH,
        name="openReturnBox",
        tag="boxes",
        summary="Open a return box",
        description=(
            "Under the code of a printed sticker, or under a new one. It takes at most 60 parcels, "
            "for at most 48 hours."
        ),
        handler=open_box,
        protected_by=ProtectedBy.POINT,
        scope=KeyScope.PARCELS_WRITE,
        roles=AT_DESK,
        body=OpenBoxBody,
        body_example={"kind": "ordinary", "box": "BOX-104"},
        response=BoxView,
        response_status=HTTPStatus.CREATED,
        problems=(*_OF_POINT, RequestErrorCode.BOX_TAKEN),
        repeatable=True,
    ),
    Endpoint(
        method="GET",
        path=_BOX,
        name="readReturnBox",
        tag="boxes",
        summary="Read a return box, and what is in it",
        handler=read_box,
        protected_by=ProtectedBy.POINT,
        scope=KeyScope.ORDERS_READ,
        roles=AT_DESK,
        response=BoxContentsView,
        problems=(*_OF_POINT, RequestErrorCode.UNKNOWN_BOX),
    ),
    Endpoint(
        method="POST",
        path=_BOX + "/items",
        name="putIntoReturnBox",
        tag="boxes",
        summary="Put a parcel into a return box",
        description=(
            "What lies on a shelf is withdrawn. A parcel in another open box moves, twice at most; "
            "a large one is a box of its own. Goods that are known to be defective go into no "
            "ordinary box."
        ),
        handler=put,
        protected_by=ProtectedBy.POINT,
        scope=KeyScope.PARCELS_WRITE,
        roles=AT_DESK,
        body=BoxItemBody,
        body_example={"parcel": "12345678901201"},
        response=BoxScanView,
        problems=(
            *_OF_POINT,
            Code.UNKNOWN_PARCEL,
            Code.STAGE_FORBIDS,
            Code.NOT_IN_CUSTODY,
            Code.IN_THE_FUTURE,
            Code.TOO_LONG_AGO,
            Code.WRONG_TIME,
            RequestErrorCode.UNKNOWN_BOX,
            RequestErrorCode.BOX_CLOSED,
            RequestErrorCode.BOX_OPEN_TOO_LONG,
            RequestErrorCode.BOX_FULL,
            RequestErrorCode.BOX_LARGE_ALONE,
            RequestErrorCode.BOX_WRONG_KIND,
            RequestErrorCode.BOX_MOVED_TOO_OFTEN,
            RequestErrorCode.PARCEL_IN_CLOSED_BOX,
        ),
        repeatable=True,
    ),
    Endpoint(
        method="POST",
        path=_BOX + "/removals",
        name="takeOutOfReturnBox",
        tag="boxes",
        summary="Take a parcel out of an open return box",
        description="It is on the list of what must leave again.",
        handler=remove,
        protected_by=ProtectedBy.POINT,
        scope=KeyScope.PARCELS_WRITE,
        roles=AT_DESK,
        body=BoxRemovalBody,
        body_example={"parcel": "12345678901201"},
        response=BoxScanView,
        problems=(
            *_OF_POINT,
            RequestErrorCode.UNKNOWN_BOX,
            RequestErrorCode.BOX_CLOSED,
            RequestErrorCode.PARCEL_NOT_IN_BOX,
        ),
        repeatable=True,
    ),
    Endpoint(
        method="POST",
        path=_BOX + "/sealing",
        name="sealReturnBox",
        tag="boxes",
        summary="Seal a return box",
        description="By a scan of its sticker. No step leads back: it is not opened again.",
        handler=seal,
        protected_by=ProtectedBy.POINT,
        scope=KeyScope.PARCELS_WRITE,
        roles=AT_DESK,
        body=SealingBody,
        body_example={"box": "BOX-104"},
        response=BoxView,
        problems=(
            *_OF_POINT,
            RequestErrorCode.UNKNOWN_BOX,
            RequestErrorCode.OTHER_BOX,
            RequestErrorCode.BOX_EMPTY,
        ),
        repeatable=True,
    ),
)

"""Closures of a point as a resource: previewed, entered with a second person, taken back."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

import msgspec
from starlette.responses import Response

from gotovo.access.programs.scopes import KeyScope
from gotovo.access.staff.fresh_proof import DangerousStep
from gotovo.api.dispatch.dependencies import ApiDependencies
from gotovo.api.dispatch.endpoint import Endpoint, ProtectedBy
from gotovo.api.dispatch.errors import ApiError
from gotovo.api.dispatch.idempotency import run_once
from gotovo.api.dispatch.json_body import decode_body
from gotovo.api.dispatch.pagination import cursor_of
from gotovo.api.dispatch.problems import FieldError
from gotovo.api.dispatch.request import ApiRequest, query_of
from gotovo.api.dispatch.responses import json_response, refusal_response
from gotovo.api.resources.shifts.point_access import AT_POINT, path_id, read_id_cursor, refusal_at
from gotovo.api.schemas.desk.closure_bodies import (
    ClosureBody,
    ClosureDaysQuery,
    ClosurePreviewView,
    ClosuresPage,
    ClosuresQuery,
    ClosureView,
    ReopeningBody,
    closure_view,
    preview_view,
    sentence_for_buyers,
)
from gotovo.api.staff_requests import is_manager
from gotovo.desk.today.closing import InCharge, closure_of, not_in_charge
from gotovo.order.refusals import Code, Refusal
from gotovo.points.closures.closure import Closure
from gotovo.points.closures.entry import LiftRefusal, approval_subject, with_closure
from gotovo.points.point import Point
from gotovo.points.validation import InvalidSetting
from gotovo.store.tables.network.closures import LATEST, StoredClosure
from gotovo.words.request_errors import RequestErrorCode

_POINT: Final = (Code.WRONG_POINT, Code.UNKNOWN_POINT)
_PREVIEWED: Final = UUID(int=0)
_decoder: Final = msgspec.json.Decoder(ClosureBody)
_reopening_decoder: Final = msgspec.json.Decoder(ReopeningBody)


async def list_closures(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Return a page of the closures of a point."""
    refusal = refusal_at(dependencies, request)
    if refusal is not None:
        return refusal_response(request, refusal)
    query = query_of(request, ClosuresQuery)
    after = read_id_cursor(query.after) if query.after else LATEST
    point = _point(dependencies, request)
    found = await dependencies.desk.closures.store.of_point(point.code, after, query.limit + 1)
    shown = [_view(dependencies, each) for each in found[: query.limit]]
    last = shown[-1] if len(found) > query.limit else None
    return json_response(
        ClosuresPage(shown, cursor_of(last.entered_at, last.id.hex) if last else None)
    )


async def preview(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Return what a closure would do; nothing is stored and nobody is told."""
    refusal = refusal_at(dependencies, request) or not_in_charge(_in_charge(request))
    if refusal is not None:
        return refusal_response(request, refusal)
    query, point = query_of(request, ClosureDaysQuery), _point(dependencies, request)
    closure = Closure(
        id=_PREVIEWED,
        starts_on=query.starts_on,
        starts_at=query.starts_at,
        ends_on=query.ends_on,
        kind=query.kind,
    )
    closures = dependencies.desk.closures
    found = await closures.preview(point, closure)
    if isinstance(found, tuple):
        raise _invalid(found)
    now = dependencies.clock()
    timetable = with_closure(point.timetable, closure, now)
    told = sentence_for_buyers(closure, timetable, request.language, now)
    return json_response(
        preview_view(
            found,
            buyers_read=told,
            needs_approval=closures.needs_approval(point, _in_charge(request)),
            about=approval_subject(point.code, closure),
        )
    )


async def close(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Enter a closure: the timetable, and with it deadlines, promises and messages."""
    refusal = refusal_at(dependencies, request)
    if refusal is not None:
        return refusal_response(request, refusal)
    body, point = decode_body(request.content, _decoder), _point(dependencies, request)

    async def work(request_id: UUID) -> Response:
        closure = Closure(
            id=request_id,
            starts_on=body.starts_on,
            starts_at=body.starts_at,
            ends_on=body.ends_on,
            kind=body.kind,
        )
        entered = await dependencies.desk.closures.close(
            point, closure, body.reason, _in_charge(request), body.approval
        )
        if isinstance(entered, Refusal):
            return refusal_response(request, entered)
        if isinstance(entered, tuple):
            raise _invalid(entered)
        return json_response(_view(dependencies, entered), HTTPStatus.CREATED)

    return await run_once(dependencies, request, work)


async def preview_reopening(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Return what taking a closure back would do."""
    refusal = refusal_at(dependencies, request) or not_in_charge(_in_charge(request))
    if refusal is not None:
        return refusal_response(request, refusal)
    point, closure = _point(dependencies, request), await _of_path(dependencies, request)
    found = await dependencies.desk.closures.preview_of_reopening(point, closure.id)
    if isinstance(found, LiftRefusal):
        raise _over(closure)
    now = dependencies.clock()
    told = sentence_for_buyers(None, point.timetable, request.language, now)
    about = approval_subject(point.code, closure_of(closure))
    return json_response(preview_view(found, buyers_read=told, needs_approval=False, about=about))


async def reopen(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Take a closure back; one that was taken back stays as it is."""
    refusal = refusal_at(dependencies, request) or not_in_charge(_in_charge(request))
    if refusal is not None:
        return refusal_response(request, refusal)
    decode_body(request.content, _reopening_decoder)
    closure = await _of_path(dependencies, request)

    async def work(_request_id: UUID) -> Response:
        lifted = await dependencies.desk.closures.reopen(closure, _in_charge(request))
        if isinstance(lifted, Refusal):
            return refusal_response(request, lifted)
        if isinstance(lifted, LiftRefusal):
            raise _over(closure)
        return json_response(_view(dependencies, lifted))

    return await run_once(dependencies, request, work)


def _in_charge(request: ApiRequest) -> InCharge:
    return InCharge(request.actor, request.author, is_manager(request.holder))


def _point(dependencies: ApiDependencies, request: ApiRequest) -> Point:
    return dependencies.directory()[0][request.path_params["code"]]


async def _of_path(dependencies: ApiDependencies, request: ApiRequest) -> StoredClosure:
    """Return the closure in the path; raise the error of one of another point, or of none."""
    closure_id = path_id(request, "closure", RequestErrorCode.UNKNOWN_CLOSURE)
    found = await dependencies.desk.closures.store.find(closure_id)
    if found is None or found.point != request.path_params["code"]:
        raise ApiError(RequestErrorCode.UNKNOWN_CLOSURE, "closure", str(closure_id))
    return found


def _invalid(errors: Sequence[InvalidSetting]) -> ApiError:
    """Return the error that lists what is wrong with a closure."""
    listed = tuple(FieldError(each.field, each.value, each.expected) for each in errors)
    first = errors[0]
    code = RequestErrorCode.INVALID_SETTINGS
    return ApiError(code, first.field, first.value, first.expected, errors=listed)


def _over(closure: StoredClosure) -> ApiError:
    return ApiError(RequestErrorCode.CLOSURE_OVER, "closure", str(closure.id), str(closure.ends_on))


def _view(dependencies: ApiDependencies, stored: StoredClosure) -> ClosureView:
    zone = dependencies.directory()[0][stored.point].timetable.time_zone
    return closure_view(stored, zone, dependencies.clock())


_EXAMPLE: Final[dict[str, Any]] = {
    "starts_on": "2026-12-01",
    "starts_at": "16:00:00",
    "ends_on": "2026-12-03",
    "reason": "A pipe has burst; the plumber comes on Thursday.",
    "approval": "c2a9e5b4-51a3-4f6e-b1a7-6f0d2e8c9b34",
}

ENDPOINTS: Final[tuple[Endpoint, ...]] = (
    Endpoint(
        method="GET",
        path="/api/v1/points/{code}/closures",
        name="listClosures",
        tag="points",
        summary="List the closures of a point",
        handler=list_closures,
        protected_by=ProtectedBy.POINT,
        scope=KeyScope.PLACES_READ,
        roles=AT_POINT,
        query=ClosuresQuery,
        response=ClosuresPage,
        problems=(*_POINT, RequestErrorCode.INVALID_QUERY),
    ),
    Endpoint(
        method="GET",
        path="/api/v1/points/{code}/closure-preview",
        name="previewClosure",
        tag="points",
        summary="See what a closure of a point would do",
        description=(
            "How many orders wait and are on their way, which deadlines and promises move from "
            "which day to which, how many buyers are told and what. Nothing is stored."
        ),
        handler=preview,
        protected_by=ProtectedBy.POINT,
        scope=KeyScope.ORDERS_READ,
        roles=AT_POINT,
        query=ClosureDaysQuery,
        response=ClosurePreviewView,
        problems=(*_POINT, RequestErrorCode.INVALID_QUERY, RequestErrorCode.INVALID_SETTINGS),
    ),
    Endpoint(
        method="POST",
        path="/api/v1/points/{code}/closures",
        name="closePoint",
        tag="points",
        summary="Close a point, or enter an outage",
        description=(
            "By the manager of the point or the office, with a reason and a fresh proof. Whoever "
            "is below the rank that the point's setting `second_person.point_closure` names needs "
            "an `approval`, which is for exactly these days. The timetable changes at once; "
            "deadlines and promises of running orders follow within seconds, and each buyer "
            "concerned is told once. No deadline gets shorter, whatever is taken back later."
        ),
        handler=close,
        protected_by=ProtectedBy.POINT,
        scope=KeyScope.HANDOVERS_WRITE,
        roles=AT_POINT,
        body=ClosureBody,
        body_example=_EXAMPLE,
        response=ClosureView,
        response_status=HTTPStatus.CREATED,
        problems=(*_POINT, Code.APPROVAL_REQUIRED, RequestErrorCode.INVALID_SETTINGS),
        repeatable=True,
        danger=DangerousStep.POINT_CLOSURE,
    ),
    Endpoint(
        method="GET",
        path="/api/v1/points/{code}/closures/{closure}/preview",
        name="previewReopening",
        tag="points",
        summary="See what taking a closure back would do",
        handler=preview_reopening,
        protected_by=ProtectedBy.POINT,
        scope=KeyScope.ORDERS_READ,
        roles=AT_POINT,
        response=ClosurePreviewView,
        problems=(*_POINT, RequestErrorCode.UNKNOWN_CLOSURE, RequestErrorCode.CLOSURE_OVER),
    ),
    Endpoint(
        method="POST",
        path="/api/v1/points/{code}/closures/{closure}/reopening",
        name="reopenPoint",
        tag="points",
        summary="Take a closure back",
        description=(
            "The point opens again as its timetable says. Of a closure that goes on, the days "
            "before today keep counting for deadlines. What was told holds: no deadline and no "
            "promise moves to an earlier day."
        ),
        handler=reopen,
        protected_by=ProtectedBy.POINT,
        scope=KeyScope.HANDOVERS_WRITE,
        roles=AT_POINT,
        body=ReopeningBody,
        body_example={},
        response=ClosureView,
        problems=(*_POINT, RequestErrorCode.UNKNOWN_CLOSURE, RequestErrorCode.CLOSURE_OVER),
        repeatable=True,
        danger=DangerousStep.POINT_CLOSURE,
    ),
)

"""Visits as a resource: buyers at a desk, from the proof to the end of the hand-over."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID, uuid5

import msgspec
from msgspec import Struct, structs
from starlette.responses import Response

from gotovo.access.programs.scopes import KeyScope
from gotovo.api.dispatch.dependencies import ApiDependencies
from gotovo.api.dispatch.endpoint import Endpoint, ProtectedBy
from gotovo.api.dispatch.errors import ApiError, api_error
from gotovo.api.dispatch.idempotency import fingerprint_of, request_command_id, run_once
from gotovo.api.dispatch.json_body import decode_body
from gotovo.api.dispatch.request import ApiRequest
from gotovo.api.dispatch.responses import json_response, refusal_response
from gotovo.api.dispatch.submission import submitted
from gotovo.api.resources.attachments.bound_photos import bound_units
from gotovo.api.resources.desk.point_access import AT_DESK, no_desk_of
from gotovo.api.resources.shelf.seen import note_seen
from gotovo.api.schemas.desk.visit_bodies import (
    CompletionBody,
    StopBody,
    VisitBody,
    ends_of,
    identification_of,
    told_time,
)
from gotovo.api.schemas.desk.visit_view import (
    EndedVisit,
    VisitsView,
    VisitView,
    VisitWords,
    ended_view,
    visit_view,
)
from gotovo.api.schemas.examples import COMPLETION_EXAMPLE, VISIT_EXAMPLE
from gotovo.desk.handover.completion import OrderEnd, complete, stop
from gotovo.desk.handover.visiting import Clerk, Submit, Wait, Write
from gotovo.engine.submission import Submission, SubmissionResult
from gotovo.http.errors import TooManyRequests
from gotovo.order.checks.handover.refusable import not_refusable_classes
from gotovo.order.refusals import Code, Refusal
from gotovo.order.values.handover.refused_units import GoodsRefusal
from gotovo.order.values.number import parse
from gotovo.store.tables.shelf.searches import SeenBy
from gotovo.words.request_errors import RequestErrorCode

_POINT: Final = (Code.WRONG_POINT, Code.UNKNOWN_POINT)
_SHOWN: Final = (
    Code.UNKNOWN_ORDER,
    Code.OWN_ORDER,
    Code.ALREADY_ISSUED,
    Code.CANCELLED,
    Code.EXPIRED,
    Code.UNPAID,
    Code.NOT_READY,
    Code.BLOCKED,
    Code.TOO_MANY_ATTEMPTS,
    Code.WRONG_CODE,
    Code.CODE_REVOKED,
    Code.APPROVAL_REQUIRED,
)


async def open_visit(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Identify a buyer, and open all of the orders that can be handed over now."""
    body = decode_body(request.content, _visit_decoder)
    shown, clerk = identification_of(body), _clerk(dependencies, request)
    if isinstance(clerk, Refusal):
        return refusal_response(request, clerk)
    opened = await dependencies.desk.visiting.open(
        shown, clerk, submit_for(dependencies, request, clerk, body)
    )
    if isinstance(opened, Refusal):
        return refusal_response(request, opened)
    if isinstance(opened, Wait):
        raise api_error(TooManyRequests(opened.wait))
    words = _words(dependencies, request, clerk.point)
    return json_response(visit_view(opened, words), HTTPStatus.CREATED)


async def list_visits(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Return the visits that are open at the desk."""
    clerk = _clerk(dependencies, request, is_write=False)
    if isinstance(clerk, Refusal):
        return refusal_response(request, clerk)
    words = _words(dependencies, request, clerk.point)
    found = await dependencies.desk.visiting.visits(clerk)
    return json_response(VisitsView([visit_view(each, words) for each in found]))


async def read_visit(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Return one open visit, with the buyer's orders that are not here yet."""
    clerk = _clerk(dependencies, request, is_write=False)
    if isinstance(clerk, Refusal):
        return refusal_response(request, clerk)
    found = await dependencies.desk.visiting.visit(_visit_id(request), clerk)
    if found is None:
        raise _unknown_visit(request)
    return json_response(visit_view(found, _words(dependencies, request, clerk.point)))


async def complete_visit(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """End the hand-over of every order of a visit."""
    body = decode_body(request.content, _completion_decoder)
    clerk, visit = _clerk(dependencies, request), _visit_id(request)
    if isinstance(clerk, Refusal):
        return refusal_response(request, clerk)
    told = ends_of(body, clerk.point)
    submit = submit_for(dependencies, request, clerk, body)

    async def work(_request_id: UUID) -> Response:
        ends = [await _bound(dependencies, i, each) for i, each in enumerate(told)]
        results = await complete(dependencies.desk.visiting, visit, ends, clerk, submit)
        if results is None:
            raise _unknown_visit(request)
        if isinstance(results, Refusal):
            return refusal_response(request, results)
        await _see_ticked_off(dependencies, request, ends)
        return json_response(ended_view(results, _words(dependencies, request, clerk.point)))

    return await run_once(dependencies, request, work)


async def _see_ticked_off(
    dependencies: ApiDependencies, request: ApiRequest, ends: Sequence[OrderEnd]
) -> None:
    """End the searches for what lay on the desk, whatever became of its order."""
    barcodes = [code for each in ends for code in each.scanned]
    await note_seen(dependencies, request, barcodes, SeenBy.HANDOVER)


async def stop_visit(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Put every order of a visit back on its shelf."""
    body = decode_body(request.content, _stop_decoder)
    clerk, visit = _clerk(dependencies, request), _visit_id(request)
    if isinstance(clerk, Refusal):
        return refusal_response(request, clerk)
    submit = submit_for(dependencies, request, clerk, body)

    async def work(_request_id: UUID) -> Response:
        results = await stop(dependencies.desk.visiting, visit, clerk, submit)
        if results is None:
            raise _unknown_visit(request)
        return json_response(ended_view(results, _words(dependencies, request, clerk.point)))

    return await run_once(dependencies, request, work)


def submit_for(
    dependencies: ApiDependencies, request: ApiRequest, clerk: Clerk, body: Any
) -> Submit:
    """Return how the commands of one request are handed in: their ids follow from its own."""
    at, own = told_time(body), fingerprint_of(request)

    async def submit(write: Write) -> SubmissionResult:
        submission = Submission(
            command_id=uuid5(clerk.request_id, write.key),
            number=write.number,
            command=write.command,
            actor=clerk.actor,
            fingerprint=own,
            at=at,
        )
        return await submitted(dependencies, request, submission)

    return submit


def _clerk(
    dependencies: ApiDependencies, request: ApiRequest, *, is_write: bool = True
) -> Clerk | Refusal:
    """Return who asks at which desk, or why there is none for them."""
    point = request.path_params["code"]
    request_id = request_command_id(request) if is_write else UUID(int=0)
    refusal = no_desk_of(dependencies, request, point)
    return refusal or Clerk(request.actor, point, request_id)


def _words(dependencies: ApiDependencies, request: ApiRequest, point: str) -> VisitWords:
    points, _ = dependencies.directory()
    classes = not_refusable_classes(points[point], dependencies.terms.not_refusable)
    return VisitWords(request.path, request.language, classes)


async def _bound(dependencies: ApiDependencies, index: int, end: OrderEnd) -> OrderEnd:
    """Return an end with the digests of its photos, each of which is of that order."""
    number, field = parse(end.number) or "", f"orders[{index}].refused"
    refused = await bound_units(dependencies.attachments, number, end.refused, field)
    return structs.replace(end, refused=refused)


def _visit_id(request: ApiRequest) -> UUID:
    try:
        return UUID(request.path_params["visit"])
    except ValueError as error:
        raise _unknown_visit(request) from error


def _unknown_visit(request: ApiRequest) -> ApiError:
    return ApiError(RequestErrorCode.UNKNOWN_VISIT, "visit", request.path_params["visit"])


def _body(kind: type[Struct]) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(kind)


_visit_decoder = _body(VisitBody)
_completion_decoder = _body(CompletionBody)
_stop_decoder = _body(StopBody)

_REASONS = ", ".join(f"`{reason}`" for reason in GoodsRefusal)

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="POST",
        path="/api/v1/points/{code}/visits",
        name="openVisit",
        tag="desk",
        summary="Identify a buyer and open all of their orders here",
        description=(
            "By the QR, by a number and a code, by the last four digits of the phone and a code, "
            "by the number where the point asks for no more, or without a code, with the reason "
            "and, above the point's limit, what a second person granted. Never by a code alone. "
            "The buyer is told at once. Once the buyer's own code was right, their other orders "
            "here are opened as well; a trusted person's code opens its own order alone. Wrong "
            "tries count against the order, the person at the desk, the point and the digits; "
            "whether anybody has a phone with these digits is not told."
        ),
        handler=open_visit,
        protected_by=ProtectedBy.DESK,
        scope=KeyScope.HANDOVERS_WRITE,
        roles=AT_DESK,
        body=VisitBody,
        body_example=VISIT_EXAMPLE,
        response=VisitView,
        response_status=HTTPStatus.CREATED,
        problems=(*_POINT, *_SHOWN),
        repeatable=True,
    ),
    Endpoint(
        method="GET",
        path="/api/v1/points/{code}/visits",
        name="listVisits",
        tag="desk",
        summary="List the visits that are open at a desk",
        description="The same on every device. A visit is over once none of its orders is open.",
        handler=list_visits,
        protected_by=ProtectedBy.DESK,
        scope=KeyScope.ORDERS_READ,
        roles=AT_DESK,
        response=VisitsView,
        problems=_POINT,
    ),
    Endpoint(
        method="GET",
        path="/api/v1/points/{code}/visits/{visit}",
        name="readVisit",
        tag="desk",
        summary="Read an open visit",
        handler=read_visit,
        protected_by=ProtectedBy.DESK,
        scope=KeyScope.ORDERS_READ,
        roles=AT_DESK,
        response=VisitView,
        problems=(*_POINT, RequestErrorCode.UNKNOWN_VISIT),
    ),
    Endpoint(
        method="POST",
        path="/api/v1/points/{code}/visits/{visit}/completion",
        name="completeVisit",
        tag="desk",
        summary="End the hand-over of every order of a visit",
        description=(
            "Names every order that is still open, to be issued or to be left on its shelf "
            "(`leaves`). Of an order of several parcels every one is ticked off, save those whose "
            "goods are all refused. Units are refused with a reason: "
            f"{_REASONS}; goods of a class that can't be refused stay behind only with a defect. "
            "`payment` confirms what the point's terminal or till took. Each order has its own "
            "outcome: one that was cancelled, stopped or issued meanwhile stops no other."
        ),
        handler=complete_visit,
        protected_by=ProtectedBy.DESK,
        scope=KeyScope.HANDOVERS_WRITE,
        roles=AT_DESK,
        body=CompletionBody,
        body_example=COMPLETION_EXAMPLE,
        response=EndedVisit,
        problems=(
            *_POINT,
            Code.PARCEL_MISSING,
            RequestErrorCode.UNKNOWN_VISIT,
            RequestErrorCode.UNKNOWN_ATTACHMENT,
        ),
        repeatable=True,
    ),
    Endpoint(
        method="POST",
        path="/api/v1/points/{code}/visits/{visit}/stop",
        name="stopVisit",
        tag="desk",
        summary="Put every order of a visit back on its shelf",
        handler=stop_visit,
        protected_by=ProtectedBy.DESK,
        scope=KeyScope.HANDOVERS_WRITE,
        roles=AT_DESK,
        body=StopBody,
        body_example={},
        response=EndedVisit,
        problems=(*_POINT, RequestErrorCode.UNKNOWN_VISIT),
        repeatable=True,
    ),
)

"""Acceptances of a point: opened, scanned item by item, closed with a report."""

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
from gotovo.api.dispatch.responses import json_response, refusal_response
from gotovo.api.dispatch.submission import UNAVAILABLE, unavailable
from gotovo.api.resources.desk.acceptance_bodies import (
    AcceptanceBody,
    AcceptancesQuery,
    ClosingBody,
    ReportQuery,
    ScanBody,
    check_scan,
)
from gotovo.api.resources.desk.acceptance_views import (
    AcceptanceReportView,
    AcceptancesPage,
    AcceptanceView,
    ScanAnswerView,
    acceptance_view,
    report_csv,
    report_view,
    scan_view,
)
from gotovo.api.resources.desk.point_access import refused_point
from gotovo.api.resources.shelf.seen import note_seen
from gotovo.desk.acceptance.closing import close_acceptance, preview
from gotovo.desk.acceptance.scan_request import (
    ScanRequest,
)
from gotovo.manifests.differences import TAKEN_IN
from gotovo.manifests.lifecycle import UNACCEPTED
from gotovo.manifests.manifest import Manifest, box_code, manifest_code
from gotovo.order.refusals import Code, Refusal
from gotovo.order.values.actor import Role
from gotovo.store.tables.manifests.acceptances import NEWEST_ACCEPTANCE, Acceptance
from gotovo.store.tables.shelf.searches import SeenBy
from gotovo.words.request_errors import RequestErrorCode

AT_DESK = frozenset({Role.POINT, Role.ADMIN})
"""Who accepts: people and programs of the point, and those who run the network."""


async def list_acceptances(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Return a page of a point's acceptances, the newest first."""
    refused = refused_point(dependencies, request)
    if refused is not None:
        return refused
    query = query_of(request, AcceptancesQuery)
    after = _cursor(query.after)
    found = await dependencies.desk.acceptance.store.page(
        request.path_params["code"], after, query.limit + 1, open_only=query.filter == "open"
    )
    shown = found[: query.limit]
    more = len(found) > query.limit
    next_cursor = cursor_of(shown[-1].opened_at, shown[-1].id.hex) if more else None
    return json_response(AcceptancesPage([acceptance_view(each) for each in shown], next_cursor))


async def open_acceptance(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Open an acceptance; the one that a manifest has already is returned as it is."""
    refused = refused_point(dependencies, request)
    if refused is not None:
        return refused
    body = decode_body(request.content, _open_decoder)
    point = request.path_params["code"]
    manifest = None
    if body.manifest is not None:
        manifest = await manifest_of(dependencies, body.manifest)
        if manifest.point != point:
            refusal = Refusal(Code.WRONG_POINT, "manifest", point, manifest.point)
            return refusal_response(request, refusal)

    async def work(request_id: UUID) -> Response:
        known = None
        if manifest is not None and manifest.state not in UNACCEPTED:
            known = await dependencies.desk.acceptance.store.of_manifest(manifest.code)
            if known is None or known.closed_at is not None:
                raise manifest_state(manifest, UNACCEPTED)
        opened = known or await dependencies.desk.acceptances.open(
            request_id, point, manifest, _by(request)
        )
        status = HTTPStatus.CREATED if opened.id == request_id else HTTPStatus.OK
        return json_response(acceptance_view(opened), status)

    return await run_once(dependencies, request, work)


async def scan(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Answer a scan."""
    refused = refused_point(dependencies, request)
    if refused is not None:
        return refused
    body = decode_body(request.content, _scan_decoder)
    check_scan(body)
    acceptance = await acceptance_of_path(dependencies, request)

    async def work(request_id: UUID) -> Response:
        return await _scanned(dependencies, request, acceptance, body, request_id)

    return await run_once(dependencies, request, work)


async def close(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Close an acceptance and return its report; closed again, it is the same one."""
    refused = refused_point(dependencies, request)
    if refused is not None:
        return refused
    decode_body(request.content, _closing_decoder)
    acceptance = await acceptance_of_path(dependencies, request)

    async def work(_request_id: UUID) -> Response:
        closed = await close_acceptance(dependencies.desk.acceptance, acceptance, _by(request))
        await _log_report(dependencies, request, closed)
        return json_response(report_view(closed))

    return await run_once(dependencies, request, work)


async def read_report(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Return what came so far, or the report of a closed acceptance."""
    refused = refused_point(dependencies, request)
    if refused is not None:
        return refused
    acceptance = await acceptance_of_path(dependencies, request)
    return await report_response(dependencies, request, acceptance)


async def report_response(
    dependencies: ApiDependencies, request: ApiRequest, acceptance: Acceptance
) -> Response:
    """Return a report in the form that the query asks for."""
    query = query_of(request, ReportQuery)
    found = await preview(dependencies.desk.acceptance, acceptance)
    await _log_report(dependencies, request, found)
    view = report_view(found)
    return report_csv(view) if query.format == "csv" else json_response(view)


async def manifest_of(dependencies: ApiDependencies, code: str) -> Manifest:
    """Return a manifest by what was typed or scanned; raise where there is none."""
    name = manifest_code(code)
    found = None if name is None else await dependencies.desk.acceptance.manifests.find(name)
    if found is None:
        raise ApiError(RequestErrorCode.UNKNOWN_MANIFEST, "manifest", code)
    return found


def manifest_state(manifest: Manifest, possible: frozenset[str]) -> ApiError:
    """Return the error of a step that can't be taken with a manifest any more."""
    expected = ", ".join(sorted(possible))
    return ApiError(RequestErrorCode.MANIFEST_STATE, "state", manifest.state, expected)


async def acceptance_of_path(dependencies: ApiDependencies, request: ApiRequest) -> Acceptance:
    """Return the acceptance of the path; raise where the point has none like it."""
    text = request.path_params["id"]
    try:
        found = await dependencies.desk.acceptance.store.find(UUID(text))
    except ValueError:
        found = None
    if found is None or found.point != request.path_params["code"]:
        raise ApiError(RequestErrorCode.UNKNOWN_ACCEPTANCE, "id", text)
    return found


async def _scanned(
    dependencies: ApiDependencies,
    request: ApiRequest,
    acceptance: Acceptance,
    body: ScanBody,
    request_id: UUID,
) -> Response:
    tools = dependencies.desk.acceptance
    if acceptance.closed_at is not None and await tools.store.scan(request_id) is None:
        raise ApiError(RequestErrorCode.ACCEPTANCE_CLOSED, "id", str(acceptance.id))
    missing = await tools.attachments.missing(body.attachments)
    if missing is not None:
        raise ApiError(RequestErrorCode.UNKNOWN_ATTACHMENT, "attachments", str(missing))
    wanted = ScanRequest(
        id=request_id,
        actor=request.actor,
        code=body.code,
        condition=body.condition,
        size=body.size,
        reason=body.reason,
        box=(box_code(body.box) or body.box) if body.box else "",
        product=body.product,
        attachments=body.attachments,
        at=body.at,
    )
    try:
        found = await dependencies.desk.acceptances.scan(acceptance, wanted)
    except UNAVAILABLE as error:
        raise unavailable(dependencies, error) from error
    if isinstance(found, Refusal):
        return refusal_response(request, found)
    if found.barcode and not found.told_by_box:
        await note_seen(dependencies, request, (found.barcode,), SeenBy.ACCEPTANCE)
    if found.number and found.answer not in TAKEN_IN:
        await dependencies.access_log.record(request.actor, "order", (found.number,))
    return json_response(scan_view(found, request.language))


async def _log_report(
    dependencies: ApiDependencies, request: ApiRequest, acceptance: Acceptance
) -> None:
    """Log whose orders the report shows (rule 4.16)."""
    assert acceptance.report is not None, acceptance.id
    numbers = sorted({each.number for each in acceptance.report.items if each.number})
    await dependencies.access_log.record(request.actor, "list", numbers)


def _by(request: ApiRequest) -> str:
    """Return who asks, as in `event.actor`."""
    return f"{request.actor.role}:{request.actor.id}"


def _cursor(text: str) -> tuple[datetime, UUID]:
    """Return the instant and the id in a cursor, those before all others without one."""
    if not text:
        return NEWEST_ACCEPTANCE
    at, name = read_cursor(text)
    try:
        return at, UUID(name)
    except ValueError:
        raise ApiError(RequestErrorCode.INVALID_QUERY, "after", text, "a cursor") from None


_open_decoder = msgspec.json.Decoder(AcceptanceBody)
_scan_decoder = msgspec.json.Decoder(ScanBody)
_closing_decoder = msgspec.json.Decoder(ClosingBody)

_OF_POINT = (Code.UNKNOWN_POINT, Code.WRONG_POINT)
_PATH = "/api/v1/points/{code}/acceptances"

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path=_PATH,
        name="listAcceptances",
        tag="acceptances",
        summary="List the acceptances of a point",
        handler=list_acceptances,
        protected_by=ProtectedBy.POINT,
        scope=KeyScope.ORDERS_READ,
        roles=AT_DESK,
        query=AcceptancesQuery,
        response=AcceptancesPage,
        problems=_OF_POINT,
    ),
    Endpoint(
        method="POST",
        path=_PATH,
        name="openAcceptance",
        tag="acceptances",
        summary="Open an acceptance",
        description=(
            "Of what a manifest lists, or loose. Several can be open at once. A manifest has one: "
            "who opens it again gets the same, with 200, so that several people accept one van."
        ),
        handler=open_acceptance,
        protected_by=ProtectedBy.POINT,
        scope=KeyScope.PARCELS_WRITE,
        roles=AT_DESK,
        body=AcceptanceBody,
        body_example={},
        response=AcceptanceView,
        response_status=HTTPStatus.CREATED,
        further_statuses=(HTTPStatus.OK,),
        problems=(
            *_OF_POINT,
            RequestErrorCode.UNKNOWN_MANIFEST,
            RequestErrorCode.MANIFEST_STATE,
        ),
        repeatable=True,
    ),
    Endpoint(
        method="POST",
        path=_PATH + "/{id}/scans",
        name="scanItem",
        tag="acceptances",
        summary="Scan an item that came",
        description=(
            "One scan is one command. What is ours is accepted, and a cell is proposed for it; "
            "only shelving makes an order ready."
        ),
        handler=scan,
        protected_by=ProtectedBy.POINT,
        scope=KeyScope.PARCELS_WRITE,
        roles=AT_DESK,
        body=ScanBody,
        body_example={"code": "12345678901201", "size": "S"},
        response=ScanAnswerView,
        problems=(
            *_OF_POINT,
            RequestErrorCode.UNKNOWN_ACCEPTANCE,
            RequestErrorCode.ACCEPTANCE_CLOSED,
            RequestErrorCode.UNKNOWN_ATTACHMENT,
            Code.STAGE_FORBIDS,
            Code.NOT_IN_CUSTODY,
            Code.IN_THE_FUTURE,
            Code.TOO_LONG_AGO,
            Code.WRONG_TIME,
        ),
        repeatable=True,
    ),
    Endpoint(
        method="POST",
        path=_PATH + "/{id}/closing",
        name="closeAcceptance",
        tag="acceptances",
        summary="Close an acceptance",
        description=(
            "The report goes to the sender with its manifest; each shortage, surplus and item put "
            "aside is a case. Closed again, the report is the same."
        ),
        handler=close,
        protected_by=ProtectedBy.POINT,
        scope=KeyScope.PARCELS_WRITE,
        roles=AT_DESK,
        body=ClosingBody,
        body_example={},
        response=AcceptanceReportView,
        problems=(*_OF_POINT, RequestErrorCode.UNKNOWN_ACCEPTANCE),
        repeatable=True,
    ),
    Endpoint(
        method="GET",
        path=_PATH + "/{id}/report",
        name="readAcceptanceReport",
        tag="acceptances",
        summary="Read what came of what was expected",
        handler=read_report,
        protected_by=ProtectedBy.POINT,
        scope=KeyScope.ORDERS_READ,
        roles=AT_DESK,
        query=ReportQuery,
        response=AcceptanceReportView,
        tabular=True,
        problems=(*_OF_POINT, RequestErrorCode.UNKNOWN_ACCEPTANCE),
    ),
)

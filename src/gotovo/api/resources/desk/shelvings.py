"""Shelving by scan: a parcel and a cell."""

from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta
from starlette.responses import Response

from gotovo.access.programs.scopes import KeyScope
from gotovo.api.dispatch.dependencies import ApiDependencies
from gotovo.api.dispatch.endpoint import Endpoint, ProtectedBy
from gotovo.api.dispatch.idempotency import fingerprint_of, run_once
from gotovo.api.dispatch.json_body import decode_body
from gotovo.api.dispatch.request import ApiRequest
from gotovo.api.dispatch.responses import json_response, refusal_response
from gotovo.api.dispatch.submission import UNAVAILABLE, unavailable
from gotovo.api.resources.desk.acceptance_views import ShelvingView, shelving_view
from gotovo.api.resources.desk.acceptances import AT_DESK
from gotovo.api.resources.desk.point_access import refused_point
from gotovo.api.resources.shelf.seen import note_seen
from gotovo.api.resources.steps import ORDINARY
from gotovo.api.schemas.step_bodies import Instant
from gotovo.desk.acceptance.shelvings import (
    ShelvingAnswer,
    ShelvingRequest,
    shelve_by_scan,
)
from gotovo.order.refusals import Code, Refusal
from gotovo.store.tables.shelf.searches import SeenBy
from gotovo.value import Value

ScannedText = Annotated[str, Meta(min_length=1, max_length=200)]


class ShelvingBody(Value, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A parcel's barcode and a cell, each as it was scanned or typed.

    Another cell than the proposed one is fine; a parcel that lies elsewhere moves.
    """

    parcel: ScannedText
    cell: ScannedText
    at: Instant | None = None


async def shelve(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Put a parcel into a cell."""
    refused = refused_point(dependencies, request)
    if refused is not None:
        return refused
    body = decode_body(request.content, _decoder)

    async def work(request_id: UUID) -> Response:
        wanted = ShelvingRequest(
            id=request_id,
            actor=request.actor,
            point=request.path_params["code"],
            parcel=body.parcel,
            cell=body.cell,
            fingerprint=fingerprint_of(request),
            at=body.at,
        )
        try:
            found = await shelve_by_scan(dependencies.engine, dependencies.reads, wanted)
        except UNAVAILABLE as error:
            raise unavailable(dependencies, error) from error
        if isinstance(found, Refusal):
            return refusal_response(request, found)
        barcodes = (found.barcode,)
        await note_seen(dependencies, request, barcodes, SeenBy.SHELVING, found.cell)
        if found.answer is ShelvingAnswer.ALREADY_THERE:
            await dependencies.access_log.record(request.actor, "order", (found.order.number,))
        return json_response(shelving_view(found, request.language))

    return await run_once(dependencies, request, work)


_decoder = msgspec.json.Decoder(ShelvingBody)

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="POST",
        path="/api/v1/points/{code}/shelvings",
        name="shelveByScan",
        tag="acceptances",
        summary="Put a parcel into a cell",
        description="With the last parcel of an order on its shelf the order is ready.",
        handler=shelve,
        protected_by=ProtectedBy.POINT,
        scope=KeyScope.PARCELS_WRITE,
        roles=AT_DESK,
        body=ShelvingBody,
        body_example={"parcel": "12345678901201", "cell": "54-35"},
        response=ShelvingView,
        problems=(
            *ORDINARY,
            Code.UNKNOWN_POINT,
            Code.UNKNOWN_PARCEL,
            Code.UNKNOWN_CELL,
            Code.WRONG_METHOD,
        ),
        repeatable=True,
    ),
)

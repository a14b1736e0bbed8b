"""A scan as a resource: what a code is at a point, and what to do with it."""

from typing import Annotated

from msgspec import Meta
from starlette.responses import Response

from gotovo.access.programs.scopes import KeyScope
from gotovo.api.dispatch.dependencies import ApiDependencies
from gotovo.api.dispatch.endpoint import Endpoint, ProtectedBy
from gotovo.api.dispatch.request import ApiRequest, query_of
from gotovo.api.dispatch.responses import json_response, refusal_response
from gotovo.api.resources.desk.point_access import AT_DESK, no_desk_of
from gotovo.api.resources.shelf.seen import note_seen
from gotovo.api.schemas.desk.scan_view import ScanView, scan_view
from gotovo.desk.scan.code_forms import CODE_LENGTH_MAX, CodeKind, recognise
from gotovo.desk.scan.scanning import Scanning
from gotovo.order.refusals import Code
from gotovo.store.tables.shelf.searches import SeenBy
from gotovo.value import Value
from gotovo.words.request_errors import RequestErrorCode


class ScanQuery(Value, frozen=True, forbid_unknown_fields=True):
    """The code as the scanner sent it. `typed`: somebody typed it, and has nothing in hand."""

    code: Annotated[str, Meta(min_length=1, max_length=CODE_LENGTH_MAX)]
    typed: bool = False


async def read_scan(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Return what a code is and what follows; whatever was scanned, there is an answer."""
    point = request.path_params["code"]
    refusal = no_desk_of(dependencies, request, point)
    if refusal is not None:
        return refusal_response(request, refusal)
    query = query_of(request, ScanQuery, as_sent=("code",))
    result = await _scanning(dependencies).scan(recognise(query.code), point, request.actor)
    if result.code.kind is CodeKind.PARCEL and result.read is not None and not query.typed:
        await note_seen(dependencies, request, (result.code.value,), SeenBy.SCAN)
    seen = result.meaning.order
    if seen is not None:
        await dependencies.access_log.record(request.actor, "order", (seen.number,))
    elif result.parcels:
        numbers = {each.order.number for each in result.parcels}
        await dependencies.access_log.record(request.actor, "list", sorted(numbers))
    return json_response(scan_view(result, point))


def _scanning(dependencies: ApiDependencies) -> Scanning:
    return Scanning(
        dependencies.reads, dependencies.desk_reads, dependencies.terms, dependencies.clock
    )


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path="/api/v1/points/{code}/scan",
        name="readScan",
        tag="desk",
        summary="Read what a code is here, and what to do next",
        description=(
            "Any code of the desk, as the scanner sent it: an order's number, a parcel, a buyer's "
            "QR, a cell, a box, a manifest, a product. What it is follows from its form, whatever "
            "prefix, suffix, separators and keyboard layout came with it. There is an answer to "
            "everything that can be scanned; `next` says what follows. A buyer's QR is not checked "
            "here, but when the order is handed over. Each look at an order is logged."
        ),
        handler=read_scan,
        protected_by=ProtectedBy.DESK,
        scope=KeyScope.ORDERS_READ,
        roles=AT_DESK,
        query=ScanQuery,
        response=ScanView,
        problems=(Code.WRONG_POINT, Code.UNKNOWN_POINT, RequestErrorCode.INVALID_QUERY),
    ),
)

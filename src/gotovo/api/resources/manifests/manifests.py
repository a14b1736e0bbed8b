"""Manifests as a resource: created with what they list, read, and read with what came of it."""

import base64
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import msgspec
from starlette.responses import Response

from gotovo.access.permissions import limits_of
from gotovo.access.programs.scopes import KeyScope
from gotovo.api.dispatch.dependencies import ApiDependencies
from gotovo.api.dispatch.endpoint import Endpoint, ProtectedBy
from gotovo.api.dispatch.errors import ApiError
from gotovo.api.dispatch.idempotency import run_once
from gotovo.api.dispatch.json_body import decode_body
from gotovo.api.dispatch.pagination import read_text_cursor, text_cursor
from gotovo.api.dispatch.request import ApiRequest, query_of
from gotovo.api.dispatch.responses import json_response, refusal_response
from gotovo.api.resources.desk.acceptance_bodies import ReportQuery
from gotovo.api.resources.desk.acceptance_views import AcceptanceReportView
from gotovo.api.resources.desk.acceptances import manifest_state, report_response
from gotovo.api.resources.manifests.manifest_bodies import (
    ContentsBody,
    ManifestBody,
    ManifestsQuery,
    checked_contents,
)
from gotovo.api.resources.manifests.manifest_view import (
    ManifestContentsView,
    ManifestsPage,
    contents_view,
    counts_of,
    manifest_of_path,
    manifest_view,
)
from gotovo.manifests.lifecycle import ManifestState
from gotovo.manifests.manifest import (
    MANIFEST_PREFIX,
    Manifest,
    manifest_code,
)
from gotovo.order.refusals import Code, Refusal
from gotovo.order.values.actor import Role
from gotovo.store.tables.manifests.manifests import (
    NEWEST_MANIFEST,
    ListedParcel,
    ManifestCounts,
)
from gotovo.words.request_errors import RequestErrorCode

SENDERS = frozenset({Role.WAREHOUSE, Role.ADMIN})
"""Who sends vans off."""

READERS = SENDERS | {Role.POINT}
"""Who reads manifests: both ends of the way."""

MANIFEST_BYTES_MAX = 512 * 1024
"""Two thousand parcels with their boxes are 130 KB."""

_CODE_BYTES: Final = 6


async def list_manifests(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Return a page of the key's manifests, the newest first."""
    query = query_of(request, ManifestsQuery)
    limits = limits_of(request.actor)
    if limits.point is not None and query.point not in {None, limits.point}:
        return json_response(ManifestsPage([], None))
    store = dependencies.acceptance.manifests
    found = await store.page(
        _cursor(query.after),
        query.limit + 1,
        warehouse=limits.warehouse,
        point=limits.point or query.point,
        state=query.state,
    )
    shown = found[: query.limit]
    counts = await store.counts([each.code for each in shown])
    views = [manifest_view(each, counts.get(each.code, ManifestCounts())) for each in shown]
    more = len(found) > query.limit
    last = shown[-1] if more else None
    next_cursor = text_cursor(last.created_at.isoformat(), last.code) if last else None
    return json_response(ManifestsPage(views, next_cursor))


async def create(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Create a manifest with what it lists."""
    body = decode_body(request.content, _decoder)
    refusal = _refused_places(dependencies, request, body)
    if refusal is not None:
        return refusal_response(request, refusal)
    given = manifest_code(body.code) if body.code else None
    if body.code and given is None:
        raise ApiError(RequestErrorCode.INVALID_BODY, "code", body.code, "like MAN-KZN-104")
    listed = await checked_contents(
        dependencies, request, body.warehouse, body.point, body.contents
    )

    async def work(request_id: UUID) -> Response:
        now = dependencies.clock()
        manifest = Manifest(
            code=given or _drawn(request_id),
            warehouse=body.warehouse,
            point=body.point,
            state=ManifestState.OPEN,
            created_at=now,
            created_by=f"{request.actor.role}:{request.actor.id}",
        )
        store = dependencies.acceptance.manifests
        if not await store.create(manifest):
            manifest = await _known(dependencies, manifest)
        return await _listed(dependencies, manifest, listed, 201)

    return await run_once(dependencies, request, work)


async def add(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Add parcels to an open manifest; one that it lists already stays."""
    body = decode_body(request.content, _contents_decoder)
    manifest = await manifest_of_path(dependencies, request)
    listed = await checked_contents(
        dependencies, request, manifest.warehouse, manifest.point, body.contents
    )

    async def work(_request_id: UUID) -> Response:
        return await _listed(dependencies, manifest, listed, 200)

    return await run_once(dependencies, request, work)


async def read(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Return a manifest with what it lists."""
    manifest = await manifest_of_path(dependencies, request)
    return await _contents(dependencies, request, manifest)


async def read_report(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Return what came of what the manifest lists, as far as its point has told."""
    manifest = await manifest_of_path(dependencies, request)
    acceptance = await dependencies.acceptance.store.of_manifest(manifest.code)
    if acceptance is None:
        raise ApiError(RequestErrorCode.UNKNOWN_ACCEPTANCE, "code", manifest.code)
    return await report_response(dependencies, request, acceptance)


async def _contents(
    dependencies: ApiDependencies, request: ApiRequest, manifest: Manifest
) -> Response:
    listed = await dependencies.acceptance.manifests.parcels(manifest.code)
    counts = await counts_of(dependencies, manifest)
    numbers = sorted({each.number for each in listed})
    await dependencies.access_log.record(request.actor, "list", numbers)
    return json_response(contents_view(manifest, counts, list(listed)))


async def _listed(
    dependencies: ApiDependencies,
    manifest: Manifest,
    listed: Sequence[ListedParcel],
    status: int,
) -> Response:
    """List parcels; raise where another manifest has one of them, or this one is sealed."""
    store = dependencies.acceptance.manifests
    if manifest.state is not ManifestState.OPEN:
        raise manifest_state(manifest, frozenset({ManifestState.OPEN}))
    await _require_free(dependencies, manifest.code, listed)
    await store.list_parcels(manifest.code, listed, dependencies.clock())
    await _require_free(dependencies, manifest.code, listed)  # Somebody may have been quicker.
    now = await store.parcels(manifest.code)
    return json_response(
        contents_view(manifest, await counts_of(dependencies, manifest), list(now)), status
    )


async def _require_free(
    dependencies: ApiDependencies, code: str, listed: Sequence[ListedParcel]
) -> None:
    holders = await dependencies.acceptance.manifests.holders([x.barcode for x in listed])
    for index, each in enumerate(listed):
        holder = holders.get(each.barcode, code)
        if holder != code:
            field = f"contents[{index}].parcel"
            raise ApiError(RequestErrorCode.PARCEL_ON_MANIFEST, field, each.barcode, holder)


async def _known(dependencies: ApiDependencies, manifest: Manifest) -> Manifest:
    """Return the manifest that has the code already, if it is this one; raise if it is another."""
    known = await dependencies.acceptance.manifests.find(manifest.code)
    assert known is not None, manifest.code
    same = (known.warehouse, known.point, known.created_by) == (
        manifest.warehouse,
        manifest.point,
        manifest.created_by,
    )
    if not same or known.state is not ManifestState.OPEN:
        raise ApiError(RequestErrorCode.MANIFEST_TAKEN, "code", manifest.code)
    return known


def _refused_places(
    dependencies: ApiDependencies, request: ApiRequest, body: ManifestBody
) -> Refusal | None:
    points, warehouses = dependencies.directory()
    own = request.actor.warehouse
    if own is not None and own != body.warehouse:
        return Refusal(Code.NOT_IN_CUSTODY, "warehouse", body.warehouse, own)
    if body.warehouse not in warehouses:
        return Refusal(Code.UNKNOWN_WAREHOUSE, "warehouse", body.warehouse)
    if body.point not in points:
        return Refusal(Code.UNKNOWN_POINT, "point", body.point)
    return None


def _drawn(request_id: UUID) -> str:
    """Return the code of a manifest that was given none: ten letters and digits of the request."""
    return MANIFEST_PREFIX + base64.b32encode(request_id.bytes[:_CODE_BYTES]).decode().rstrip("=")


def _cursor(text: str) -> tuple[datetime, str]:
    """Return the time and the code in a cursor, those before all others without one."""
    if not text:
        return NEWEST_MANIFEST
    at, code = read_text_cursor(text, 2)
    try:
        return datetime.fromisoformat(at).astimezone(UTC), code
    except (ValueError, OverflowError):
        raise ApiError(RequestErrorCode.INVALID_QUERY, "after", text, "a cursor") from None


_decoder = msgspec.json.Decoder(ManifestBody)
_contents_decoder = msgspec.json.Decoder(ContentsBody)

_LISTING = (
    RequestErrorCode.INVALID_SETTINGS,
    RequestErrorCode.PARCEL_ON_MANIFEST,
    RequestErrorCode.MANIFEST_STATE,
)

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path="/api/v1/manifests",
        name="listManifests",
        tag="manifests",
        summary="List manifests",
        description="Those of the key's warehouse or point; a key of neither sees all of them.",
        handler=list_manifests,
        protected_by=ProtectedBy.MANIFEST,
        scope=KeyScope.ORDERS_READ,
        roles=READERS,
        query=ManifestsQuery,
        response=ManifestsPage,
    ),
    Endpoint(
        method="POST",
        path="/api/v1/manifests",
        name="createManifest",
        tag="manifests",
        summary="Create a manifest",
        description=(
            "What one van brings from a warehouse to a point: parcels of any shop, and the boxes "
            "that they travel in. A parcel is on one manifest at a time."
        ),
        handler=create,
        protected_by=ProtectedBy.MANIFEST,
        scope=KeyScope.PARCELS_WRITE,
        roles=SENDERS,
        body=ManifestBody,
        body_example={"warehouse": "KZN", "point": "KZN-1"},
        body_bytes_max=MANIFEST_BYTES_MAX,
        response=ManifestContentsView,
        response_status=201,
        problems=(
            *_LISTING,
            RequestErrorCode.MANIFEST_TAKEN,
            Code.NOT_IN_CUSTODY,
            Code.UNKNOWN_WAREHOUSE,
            Code.UNKNOWN_POINT,
        ),
        repeatable=True,
    ),
    Endpoint(
        method="GET",
        path="/api/v1/manifests/{code}",
        name="readManifest",
        tag="manifests",
        summary="Read a manifest with what it lists",
        handler=read,
        protected_by=ProtectedBy.MANIFEST,
        scope=KeyScope.ORDERS_READ,
        roles=READERS,
        response=ManifestContentsView,
        problems=(RequestErrorCode.UNKNOWN_MANIFEST,),
    ),
    Endpoint(
        method="POST",
        path="/api/v1/manifests/{code}/contents",
        name="addToManifest",
        tag="manifests",
        summary="Add parcels to an open manifest",
        handler=add,
        protected_by=ProtectedBy.MANIFEST,
        scope=KeyScope.PARCELS_WRITE,
        roles=SENDERS,
        body=ContentsBody,
        body_example={"contents": []},
        body_bytes_max=MANIFEST_BYTES_MAX,
        response=ManifestContentsView,
        problems=(RequestErrorCode.UNKNOWN_MANIFEST, *_LISTING),
        repeatable=True,
    ),
    Endpoint(
        method="GET",
        path="/api/v1/manifests/{code}/report",
        name="readManifestReport",
        tag="manifests",
        summary="Read what came of a manifest",
        description="Every difference with who, when and the scan that proves it.",
        handler=read_report,
        protected_by=ProtectedBy.MANIFEST,
        scope=KeyScope.ORDERS_READ,
        roles=READERS,
        query=ReportQuery,
        response=AcceptanceReportView,
        tabular=True,
        problems=(RequestErrorCode.UNKNOWN_MANIFEST, RequestErrorCode.UNKNOWN_ACCEPTANCE),
    ),
)

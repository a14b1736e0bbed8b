"""A manifest as JSON, and the manifest of a path."""

from datetime import datetime
from typing import Any
from uuid import UUID

from gotovo.access.permissions import limits_of
from gotovo.api.dispatch.dependencies import ApiDependencies
from gotovo.api.dispatch.errors import ApiError
from gotovo.api.dispatch.request import ApiRequest
from gotovo.desk.manifest_steps import OrderOutcome
from gotovo.engine.submission import ResultKind
from gotovo.manifests.lifecycle import ManifestState
from gotovo.manifests.manifest import Manifest, manifest_code
from gotovo.order.refusals import Code
from gotovo.order.values.actor import Actor
from gotovo.store.tables.manifests.manifests import ListedParcel, ManifestCounts
from gotovo.value import Value
from gotovo.words.language import Language
from gotovo.words.refusals import refusal_detail
from gotovo.words.request_errors import RequestErrorCode


class ManifestView(Value, frozen=True):
    """A manifest and how much it lists. `missing` have not turned up so far."""

    code: str
    warehouse: str
    point: str
    state: ManifestState
    created_at: datetime
    created_by: str
    sealed_at: datetime | None
    dispatched_at: datetime | None
    arrived_at: datetime | None
    accepted_at: datetime | None
    closed_at: datetime | None
    parcels: int
    boxes: int
    accepted: int
    missing: int


class ManifestsPage(Value, frozen=True):
    """A page, the newest first; `next` is null on the last one."""

    items: list[ManifestView]
    next: str | None


class ManifestParcelView(Value, frozen=True):
    """A parcel that should come. `left_out`: why it did not leave with the van."""

    parcel: str
    order: str
    box: str | None
    left_out: str | None
    accepted_at: datetime | None
    acceptance: UUID | None
    missing_since: datetime | None
    found_at: datetime | None


class ManifestContentsView(ManifestView, frozen=True):
    """A manifest with what it lists."""

    contents: list[ManifestParcelView]


class OrderOutcomeView(Value, frozen=True):
    """What became of the parcels of one order; `code` and `detail` say why they were refused."""

    order: str
    parcels: tuple[str, ...]
    outcome: ResultKind
    code: Code | None
    detail: str | None


class ManifestStepView(ManifestView, frozen=True):
    """A manifest after a step; without outcomes the step had been taken before."""

    outcomes: list[OrderOutcomeView]


def may_see_manifest(manifest: Manifest, actor: Actor) -> bool:
    """Tell whether a manifest exists for who asks: its warehouse, its point, and the network."""
    limits = limits_of(actor)
    return limits.warehouse in {None, manifest.warehouse} and limits.point in {None, manifest.point}


async def manifest_of_path(dependencies: ApiDependencies, request: ApiRequest) -> Manifest:
    """Return the manifest of the path; raise where none exists for the key."""
    text = request.path_params["code"]
    name = manifest_code(text)
    found = None if name is None else await dependencies.desk.acceptance.manifests.find(name)
    if found is None or not may_see_manifest(found, request.actor):
        raise ApiError(RequestErrorCode.UNKNOWN_MANIFEST, "code", text)
    return found


async def counts_of(dependencies: ApiDependencies, manifest: Manifest) -> ManifestCounts:
    """Return how much a manifest lists."""
    counts = await dependencies.desk.acceptance.manifests.counts([manifest.code])
    return counts.get(manifest.code, ManifestCounts())


def manifest_view(manifest: Manifest, counts: ManifestCounts) -> ManifestView:
    """Return a manifest without what it lists."""
    return ManifestView(**_fields(manifest, counts))


def contents_view(
    manifest: Manifest, counts: ManifestCounts, listed: list[ListedParcel]
) -> ManifestContentsView:
    """Return a manifest with what it lists."""
    return ManifestContentsView(
        **_fields(manifest, counts), contents=[_parcel(each) for each in listed]
    )


def step_view(
    manifest: Manifest,
    counts: ManifestCounts,
    outcomes: tuple[OrderOutcome, ...],
    language: Language,
) -> ManifestStepView:
    """Return a manifest after a step, with what became of its orders."""
    return ManifestStepView(
        **_fields(manifest, counts), outcomes=[outcome_view(each, language) for each in outcomes]
    )


def _fields(manifest: Manifest, counts: ManifestCounts) -> dict[str, Any]:
    own = {name: getattr(manifest, name) for name in Manifest.__struct_fields__}
    return own | {name: getattr(counts, name) for name in ManifestCounts.__struct_fields__}


def _parcel(each: ListedParcel) -> ManifestParcelView:
    return ManifestParcelView(
        parcel=each.barcode,
        order=each.number,
        box=each.box or None,
        left_out=each.left_out or None,
        accepted_at=each.accepted_at,
        acceptance=each.acceptance,
        missing_since=each.missing_since,
        found_at=each.found_at,
    )


def outcome_view(each: OrderOutcome, language: Language) -> OrderOutcomeView:
    refusal = each.refusal
    return OrderOutcomeView(
        order=each.number,
        parcels=each.parcels,
        outcome=each.kind,
        code=None if refusal is None else refusal.code,
        detail=None if refusal is None else refusal_detail(refusal, language),
    )

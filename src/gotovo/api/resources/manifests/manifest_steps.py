"""The steps of a manifest: each is a batch of steps of the orders whose parcels it lists."""

from functools import partial
from typing import Annotated, Final
from uuid import UUID

import msgspec
from msgspec import Meta
from starlette.responses import Response

from gotovo.access.programs.scopes import KeyScope
from gotovo.api.dispatch.dependencies import ApiDependencies
from gotovo.api.dispatch.endpoint import Endpoint, ProtectedBy
from gotovo.api.dispatch.idempotency import run_once
from gotovo.api.dispatch.json_body import decode_body
from gotovo.api.dispatch.request import ApiRequest
from gotovo.api.dispatch.responses import json_response
from gotovo.api.dispatch.submission import UNAVAILABLE, unavailable
from gotovo.api.resources.desk.acceptances import manifest_state
from gotovo.api.resources.manifests.manifest_view import (
    ManifestStepView,
    counts_of,
    manifest_of_path,
    step_view,
)
from gotovo.api.resources.manifests.manifests import SENDERS
from gotovo.api.resources.steps import require_courier
from gotovo.api.schemas.step_bodies import Instant
from gotovo.desk.manifest_steps import RunRequest
from gotovo.manifests.lifecycle import MANIFEST_ROWS, ManifestState, ManifestStep
from gotovo.order.values.actor import Role
from gotovo.value import Value
from gotovo.words.request_errors import RequestErrorCode

TAKES: Final = {
    ManifestStep.SEALING: SENDERS,
    ManifestStep.DISPATCH: SENDERS,
    ManifestStep.ARRIVAL: frozenset({Role.POINT, Role.ADMIN}),
    ManifestStep.CLOSURE: SENDERS,
}
"""Who takes a step; the acceptance is closed by its point, with its report."""

_SUMMARIES: Final = {
    ManifestStep.SEALING: ("Seal a manifest", "What is listed is what travels."),
    ManifestStep.DISPATCH: (
        "Send a manifest off",
        (
            "Dispatches every parcel, in batches. A parcel that can't leave, as of an order that "
            "was cancelled, is left out, and the outcome says why."
        ),
    ),
    ManifestStep.ARRIVAL: (
        "Record that the van has arrived",
        "Arrived is not accepted: each parcel still has to be scanned.",
    ),
    ManifestStep.CLOSURE: (
        "Close a manifest",
        "Its sender has looked into the differences.",
    ),
}


class ManifestStepBody(Value, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A step of a manifest; `at` is when it happened."""

    at: Instant | None = None


class ManifestDispatchBody(Value, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Sends a manifest off; `courier` is the id of the key of who drives."""

    at: Instant | None = None
    courier: Annotated[str, Meta(max_length=64)] = ""


async def take(
    step: ManifestStep,
    decoder: "msgspec.json.Decoder[ManifestStepBody | ManifestDispatchBody]",
    dependencies: ApiDependencies,
    request: ApiRequest,
) -> Response:
    """Take a step of a manifest."""
    body = decode_body(request.content, decoder)
    manifest = await manifest_of_path(dependencies, request)
    courier = body.courier if isinstance(body, ManifestDispatchBody) else ""
    if courier:
        await require_courier(dependencies, body)  # pyright: ignore[reportArgumentType]

    async def work(request_id: UUID) -> Response:
        wanted = RunRequest(
            id=request_id, actor=request.actor, step=step, courier=courier, at=body.at
        )
        try:
            done = await dependencies.manifest_steps.take(manifest, wanted)
        except UNAVAILABLE as error:
            raise unavailable(dependencies, error) from error
        if isinstance(done, ManifestState):
            raise manifest_state(manifest, frozenset(MANIFEST_ROWS[step].taken_from))
        counts = await counts_of(dependencies, done.manifest)
        return json_response(step_view(done.manifest, counts, done.outcomes, request.language))

    return await run_once(dependencies, request, work)


def _endpoint(step: ManifestStep) -> Endpoint:
    body = ManifestDispatchBody if step is ManifestStep.DISPATCH else ManifestStepBody
    summary, description = _SUMMARIES[step]
    return Endpoint(
        method="POST",
        path=f"/api/v1/manifests/{{code}}/{step.value}",
        name=f"takeManifest{step.value.capitalize()}",
        tag="manifests",
        summary=summary,
        description=description,
        handler=partial(take, step, msgspec.json.Decoder(body)),
        protected_by=ProtectedBy.MANIFEST,
        scope=KeyScope.PARCELS_WRITE,
        roles=TAKES[step],
        body=body,
        body_example={},
        response=ManifestStepView,
        problems=(RequestErrorCode.UNKNOWN_MANIFEST, RequestErrorCode.MANIFEST_STATE),
        repeatable=True,
    )


ENDPOINTS: tuple[Endpoint, ...] = tuple(_endpoint(step) for step in TAKES)

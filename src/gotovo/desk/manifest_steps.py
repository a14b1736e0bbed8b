"""The steps of manifests: what each does to the orders of its parcels, in batches of the engine.

A step that was stopped in between is taken again under the same id: the orders repeat their
outcomes, and the manifest moves on after the last of them.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final, Protocol
from uuid import UUID

from msgspec import Struct

from gotovo.engine.fingerprints import fingerprint
from gotovo.engine.submission import ResultKind, Submission, SubmissionResult
from gotovo.manifests.lifecycle import ManifestState, ManifestStep, after_step
from gotovo.manifests.manifest import Manifest
from gotovo.order.refusals import Refusal
from gotovo.order.steps.arrival import Arrive
from gotovo.order.steps.dispatch import Dispatch
from gotovo.order.values.actor import Actor
from gotovo.store.tables.manifests.manifests import ListedParcel, ManifestStore
from gotovo.value import Value

_COMMAND_DOMAIN: Final = b"gotovo manifest\0"


class ListSubmitter(Protocol):
    """Takes many commands at once: the engine."""

    async def submit_in_turns(
        self, submissions: Sequence[Submission], share: str
    ) -> list[SubmissionResult | BaseException]:
        """Return the results in order, with the error of one in place of its result."""
        ...


class RunRequest(Value, frozen=True, kw_only=True):
    """A step of a manifest: its id, who takes it, and when they say that it happened."""

    id: UUID
    actor: Actor
    step: ManifestStep
    courier: str = ""
    at: datetime | None = None


class OrderOutcome(Value, frozen=True):
    """What became of the parcels of one order."""

    number: str
    parcels: tuple[str, ...]
    kind: ResultKind
    refusal: Refusal | None = None


class StepDone(Value, frozen=True):
    """A manifest after its step; without outcomes it had been taken before."""

    manifest: Manifest
    outcomes: tuple[OrderOutcome, ...] = ()


class ManifestSteps:
    """Takes the steps of manifests."""

    def __init__(
        self, engine: ListSubmitter, store: ManifestStore, clock: Callable[[], datetime]
    ) -> None:
        """Use an engine and a store."""
        self._engine = engine
        self._store = store
        self._clock = clock

    async def take(self, manifest: Manifest, request: RunRequest) -> StepDone | ManifestState:
        """Take a step; return the state that forbids it, if it does.

        What the engine can't do now is raised: the step is taken again with the same id.
        """
        state = after_step(manifest.state, request.step)
        if state is None:
            return manifest.state
        if state is manifest.state:
            return StepDone(manifest)
        listed = [each for each in await self._store.parcels(manifest.code) if each.is_expected]
        outcomes = await self._outcomes(manifest, request, listed)
        now = self._clock()
        if request.step is ManifestStep.DISPATCH:
            refused = {
                barcode: each.refusal.code.value
                for each in outcomes
                if each.refusal is not None
                for barcode in each.parcels
            }
            await self._store.leave_out(manifest.code, refused, now)
        await self._store.move(manifest, state, now)
        moved = await self._store.find(manifest.code)
        assert moved is not None, manifest.code
        return StepDone(moved, tuple(outcomes))

    async def _outcomes(
        self, manifest: Manifest, request: RunRequest, listed: Sequence[ListedParcel]
    ) -> list[OrderOutcome]:
        """Take the step of each order for its parcels; sealing and closing move no parcel."""
        by_order = _by_order(listed)
        command = _COMMANDS.get(request.step)
        if command is None:
            return []
        submissions = [
            _submission(request, number, command(manifest, request, barcodes))
            for number, barcodes in by_order.items()
        ]
        results = await self._engine.submit_in_turns(submissions, request.actor.id)
        outcomes: list[OrderOutcome] = []
        for (number, barcodes), result in zip(by_order.items(), results, strict=True):
            if isinstance(result, BaseException):
                raise result
            refusal = result.refusal if result.kind is ResultKind.REFUSED else None
            outcomes.append(OrderOutcome(number, barcodes, result.kind, refusal))
        return outcomes


def _dispatch(manifest: Manifest, request: RunRequest, barcodes: tuple[str, ...]) -> Struct:
    return Dispatch(parcels=barcodes, manifest=manifest.code, courier=request.courier)


def _arrive(manifest: Manifest, _request: RunRequest, barcodes: tuple[str, ...]) -> Struct:
    return Arrive(parcels=barcodes, point=manifest.point)


_COMMANDS: Final[
    Mapping[ManifestStep, Callable[[Manifest, RunRequest, tuple[str, ...]], Struct]]
] = {ManifestStep.DISPATCH: _dispatch, ManifestStep.ARRIVAL: _arrive}
"""The step of each order that a manifest's step is made of."""


def _by_order(listed: Sequence[ListedParcel]) -> dict[str, tuple[str, ...]]:
    by_order: dict[str, tuple[str, ...]] = {}
    for each in listed:
        by_order[each.number] = (*by_order.get(each.number, ()), each.barcode)
    return by_order


def _submission(request: RunRequest, number: str, command: Struct) -> Submission:
    name = f"{request.id}\0{number}".encode()
    id_ = UUID(bytes=hashlib.sha256(_COMMAND_DOMAIN + name).digest()[:16])
    return Submission(id_, number, command, request.actor, fingerprint(name), request.at)

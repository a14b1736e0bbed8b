"""Hand-over to a driver: sealed boxes leave a point, and an act says which.

The orders travel first, each under an id made from the command's; the act is stored after the last
of them. A repetition does what was left undone, and returns the same act.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from gotovo.desk.boxes.boxes import BoxRefused, ReturnBoxTools
from gotovo.engine.fingerprints import fingerprint
from gotovo.engine.submission import ResultKind, Submission
from gotovo.manifests.boxes import BoxHandover, BoxItem, BoxRefusal, BoxState, ReturnBox
from gotovo.order.steps.dispatch import Dispatch
from gotovo.order.values.actor import Actor
from gotovo.value import Value

_COMMAND_DOMAIN: Final = b"gotovo box handover\0"


class HandoverRequest(Value, frozen=True, kw_only=True):
    """Boxes that a driver takes; `boxes` are codes of boxes of the point, each once."""

    id: UUID
    actor: Actor
    point: str
    boxes: tuple[str, ...]
    driver: str = ""
    at: datetime | None = None


class Act(Value, frozen=True, kw_only=True):
    """What a driver took, box by box."""

    handover: BoxHandover
    boxes: tuple[ReturnBox, ...]
    items: tuple[BoxItem, ...]


class BoxHandovers:
    """Hands sealed boxes over to drivers."""

    def __init__(self, tools: ReturnBoxTools) -> None:
        """Use these."""
        self._engine = tools.engine
        self._store = tools.store
        self._clock = tools.clock

    async def hand_over(self, request: HandoverRequest) -> Act | BoxRefused:
        """Hand boxes over, all or none; what the engine can't do now is raised."""
        known = await self._store.handover(request.id)
        if known is not None:
            return await self.act(known)
        refused = _unsealed(await self._store.found(request.boxes), request.boxes)
        if refused is not None:
            return refused
        items = await self._store.items(request.boxes)
        await self._store.leave_out(await self._dispatched(request, items))
        handover = BoxHandover(
            id=request.id,
            point=request.point,
            driver=request.driver,
            boxes=len(request.boxes),
            parcels=len(items),
            at=self._clock(),
            by=f"{request.actor.role}:{request.actor.id}",
        )
        if await self._store.hand_over(handover, request.boxes):
            return await self.act(handover)
        gone = _unsealed(await self._store.found(request.boxes), request.boxes)
        return gone or BoxRefused(BoxRefusal.NOT_SEALED, ", ".join(request.boxes))

    async def act(self, handover: BoxHandover) -> Act:
        """Return an act with its boxes and what is in them."""
        boxes = await self._store.boxes_of(handover.id)
        items = await self._store.items([each.code for each in boxes])
        return Act(handover=handover, boxes=tuple(boxes), items=tuple(items))

    async def _dispatched(
        self, request: HandoverRequest, items: Sequence[BoxItem]
    ) -> Mapping[str, str]:
        """Send each order's parcels on their way; return by barcode what was refused."""
        groups = _by_box_and_order(items)
        submissions = [
            _submission(request, box, number, barcodes)
            for (box, number), barcodes in groups.items()
        ]
        results = await self._engine.submit_in_turns(submissions, request.actor.id)
        refused: dict[str, str] = {}
        for barcodes, result in zip(groups.values(), results, strict=True):
            if isinstance(result, BaseException):
                raise result
            if result.kind is ResultKind.REFUSED and result.refusal is not None:
                refused |= dict.fromkeys(barcodes, result.refusal.code.value)
        return refused


def _unsealed(boxes: Mapping[str, ReturnBox], codes: Iterable[str]) -> BoxRefused | None:
    """Return the first box that can't leave, None where all of them can."""
    for code in codes:
        if boxes[code].state is not BoxState.SEALED:
            return BoxRefused(BoxRefusal.NOT_SEALED, code, boxes[code].state)
    return None


def _by_box_and_order(items: Iterable[BoxItem]) -> dict[tuple[str, str], tuple[str, ...]]:
    groups: dict[tuple[str, str], tuple[str, ...]] = {}
    for each in items:
        key = (each.box, each.number)
        groups[key] = (*groups.get(key, ()), each.barcode)
    return groups


def _submission(
    request: HandoverRequest, box: str, number: str, barcodes: tuple[str, ...]
) -> Submission:
    name = f"{request.id}\0{box}\0{number}".encode()
    id_ = UUID(bytes=hashlib.sha256(_COMMAND_DOMAIN + name).digest()[:16])
    command = Dispatch(parcels=barcodes, manifest=box)
    return Submission(id_, number, command, request.actor, fingerprint(name), request.at)

"""The story of an order: at most four lines, one a status, with the stages folded inside."""

from datetime import datetime
from typing import Final

from msgspec import Struct, structs

from gotovo.order.lifecycle import status_of
from gotovo.order.order import Order, Outcome, Pickup, Reason, Stage
from gotovo.order.timeline import StageSpan, StatusSpan, Timeline

NEXT_STAGE: Final = {
    Stage.PAID: Stage.PICKING,
    Stage.PICKING: Stage.PACKED,
    Stage.DISPATCHED: Stage.ARRIVED_AT_POINT,
    Stage.ARRIVED_AT_POINT: Stage.SHELVED,
    Stage.WITH_COURIER: Stage.SLOT_AGREED,
    Stage.SLOT_AGREED: Stage.OUT_FOR_DELIVERY,
    Stage.OUT_FOR_DELIVERY: Stage.ISSUED,
    Stage.ATTEMPT_FAILED: Stage.SLOT_AGREED,
}
"""What comes after a stage of processing when all goes well; packing leads on two ways."""

_WAY = ("awaiting_payment", "processing", "ready_for_pickup", "closed")


class StoryLine(Struct, frozen=True):
    """One status; `began_at` is None for one that is still ahead.

    `visits` counts how often it was entered: a reinstated order enters one twice.
    """

    status: str
    outcome: Outcome | None = None
    reason: Reason | None = None
    began_at: datetime | None = None
    ended_at: datetime | None = None
    is_current: bool = False
    stages: tuple[StageSpan, ...] = ()
    visits: int = 1


def story(order: Order, timeline: Timeline) -> tuple[StoryLine, ...]:
    """Return what was, what is, and for an open order what is still ahead."""
    lines: dict[str, StoryLine] = {}
    for span in timeline.statuses:
        before = lines.pop(span.status, None)
        lines[span.status] = _line(span, before)
    current = status_of(order)
    lines[current] = structs.replace(lines[current], is_current=True)
    if order.outcome is None:
        lines.pop("closed", None)
        lines.update(_ahead(order, current))
    return tuple(lines.values())


def next_stage(order: Order) -> Stage | None:
    """Return the stage that comes next, None where nothing further is carried out by others."""
    if order.stage is Stage.PACKED:
        pickup = isinstance(order.delivery, Pickup)
        return Stage.DISPATCHED if pickup else Stage.WITH_COURIER
    return NEXT_STAGE.get(order.stage)


def _line(span: StatusSpan, before: StoryLine | None) -> StoryLine:
    return StoryLine(
        status=span.status,
        outcome=span.outcome,
        reason=span.reason,
        began_at=span.began_at,
        ended_at=span.ended_at,
        stages=(*(before.stages if before else ()), *span.stages),
        visits=before.visits + 1 if before else 1,
    )


def _ahead(order: Order, current: str) -> dict[str, StoryLine]:
    pickup = isinstance(order.delivery, Pickup)
    ahead = _WAY[_WAY.index(current) + 1 :]
    return {
        status: StoryLine(status, Outcome.ISSUED if status == "closed" else None)
        for status in ahead
        if pickup or status != "ready_for_pickup"
    }

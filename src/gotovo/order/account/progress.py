"""Order progress: at most four lines, one per status, with the stages folded inside."""

from datetime import datetime

from msgspec import structs

from gotovo.order.story import StageSpan, StatusSpan, Story
from gotovo.order.values.order import Order, Outcome, Pickup, Reason, Stage
from gotovo.order.values.status import STATUSES, status_of
from gotovo.value import Value

NEXT_STEP = {
    Stage.PAID: "picking",
    Stage.PICKING: "packing",
    Stage.PACKED: "dispatch",
    Stage.DISPATCHED: "arrival",
    Stage.ARRIVED_AT_POINT: "shelving",
    Stage.WITH_COURIER: "slot",
    Stage.SLOT_AGREED: "departure",
    Stage.OUT_FOR_DELIVERY: "handover",
    Stage.ATTEMPT_FAILED: "slot",
}
"""The step that follows a stage of processing when all goes well."""


class ProgressLine(Value, frozen=True):
    """One status; `began_at` is None for one that is still ahead.

    `earlier` are the times it was entered before: a reinstated order enters a status twice, and
    one that is brought back was issued first.
    """

    status: str
    outcome: Outcome | None = None
    reason: Reason | None = None
    began_at: datetime | None = None
    ended_at: datetime | None = None
    is_current: bool = False
    stages: tuple[StageSpan, ...] = ()
    earlier: tuple[StatusSpan, ...] = ()


def progress(story: Story) -> tuple[ProgressLine, ...]:
    """Return what was, what is, and for an open order what is still ahead.

    What is paid at its point never waited for its payment.
    """
    order = story.order
    lines: dict[str, ProgressLine] = {}
    for index, span in enumerate(story.statuses):
        earlier = tuple(x for x in story.statuses[:index] if x.status == span.status)
        lines.pop(span.status, None)
        lines[span.status] = _line(span, earlier)
    current = status_of(order)
    if order.pays_at_point:
        lines.pop("awaiting_payment", None)
    lines[current] = structs.replace(lines[current], is_current=True)
    if order.outcome is None:
        lines.pop("closed", None)
        lines.update(_ahead(order, current))
    return tuple(lines.values())


def _line(span: StatusSpan, earlier: tuple[StatusSpan, ...]) -> ProgressLine:
    return ProgressLine(
        status=span.status,
        outcome=span.outcome,
        reason=span.reason,
        began_at=span.began_at,
        ended_at=span.ended_at,
        stages=(*(stage for before in earlier for stage in before.stages), *span.stages),
        earlier=earlier,
    )


def _ahead(order: Order, current: str) -> dict[str, ProgressLine]:
    pickup = isinstance(order.delivery, Pickup)
    ahead = STATUSES[STATUSES.index(current) + 1 :]
    return {
        status: ProgressLine(status, Outcome.ISSUED if status == "closed" else None)
        for status in ahead
        if pickup or status != "ready_for_pickup"
    }

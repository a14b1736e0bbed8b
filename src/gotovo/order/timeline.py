"""The timeline of an order: when each status and each stage began and ended.

It is computed from the history and stored nowhere, so it can't disagree with it. Times are those
told: where they contradict each other a span may end before it began, and a note says why.
"""

from collections.abc import Iterable
from datetime import datetime

from msgspec import structs

from gotovo.order.replay import Recorded, apply, decode
from gotovo.order.steps.attention import AttentionRaised
from gotovo.order.values.order import Attention, Order, Outcome, Reason, Stage
from gotovo.order.values.status import status_of
from gotovo.value import Value


class StageSpan(Value, frozen=True):
    """One stage: the event that began it, and when the next one began (None: it lasts)."""

    stage: Stage
    began_at: datetime
    ended_at: datetime | None
    recorded_at: datetime
    actor: str
    version: int
    hash: bytes


class StatusSpan(Value, frozen=True):
    """One of the four statuses, with the stages it went through."""

    status: str
    outcome: Outcome | None
    reason: Reason | None
    began_at: datetime
    ended_at: datetime | None
    stages: tuple[StageSpan, ...]


class Note(Value, frozen=True):
    """A flag that went up: for a contradiction, which step is said to precede which."""

    flag: Attention
    at: datetime
    note: str
    step: str
    earlier_step: str
    earlier_at: datetime | None


class Timeline(Value, frozen=True):
    """Statuses in the order they were entered; a reinstated order enters one twice.

    `order` is the state that the whole history leads to, None for a history of nothing.
    """

    statuses: tuple[StatusSpan, ...]
    notes: tuple[Note, ...]
    order: Order | None = None


def timeline(history: Iterable[Recorded]) -> Timeline:
    """Return the timeline of a whole history, oldest event first."""
    order: Order | None = None
    statuses: list[StatusSpan] = []
    notes: list[Note] = []
    for recorded in history:
        event = decode(recorded.type, recorded.body)
        after = apply(order, event, recorded.at, recorded.version, recorded.hash)
        if order is None or after.stage is not order.stage:
            _enter(statuses, after, recorded)
        elif after.outcome is not order.outcome:
            statuses[-1] = _named(statuses[-1], after)
        if isinstance(event, AttentionRaised):
            notes.append(_note(event, recorded.at))
        order = after
    return Timeline(tuple(statuses), tuple(notes), order)


def _enter(statuses: list[StatusSpan], order: Order, recorded: Recorded) -> None:
    """End the last stage where this one begins, and the last status if it is another one."""
    began_at = recorded.at
    span = StageSpan(
        order.stage,
        began_at,
        None,
        recorded.recorded_at,
        recorded.actor,
        recorded.version,
        recorded.hash,
    )
    status = status_of(order)
    last = statuses[-1] if statuses else None
    if last and last.status == status and last.outcome is order.outcome:
        statuses[-1] = structs.replace(last, stages=(*_ended(last.stages, began_at), span))
        return
    if last:
        stages = _ended(last.stages, began_at)
        statuses[-1] = structs.replace(last, stages=stages, ended_at=began_at)
    statuses.append(StatusSpan(status, order.outcome, order.reason, began_at, None, (span,)))


def _ended(stages: tuple[StageSpan, ...], at: datetime) -> tuple[StageSpan, ...]:
    return (*stages[:-1], structs.replace(stages[-1], ended_at=at))


def _named(span: StatusSpan, order: Order) -> StatusSpan:
    """Return the span with the outcome that came without a change of stage."""
    return structs.replace(span, outcome=order.outcome, reason=order.reason)


def _note(event: AttentionRaised, at: datetime) -> Note:
    return Note(event.flag, at, event.note, event.step, event.earlier_step, event.earlier_at)

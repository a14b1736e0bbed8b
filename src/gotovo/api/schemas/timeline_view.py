"""The JSON of an order's timeline."""

from datetime import datetime

from gotovo.order.story import AttentionNote, StageSpan, StatusSpan, Story
from gotovo.order.values.order import Order
from gotovo.value import Value
from gotovo.words.erased_text import erased_text
from gotovo.words.language import Language
from gotovo.words.statuses import stage_label, status_label


class StageView(Value, frozen=True):
    """One stage; `hash` and `actor` (as `role:id`) are those of the event that began it.

    `inferred`: the scan was missed, and a later one shows that it happened.
    """

    stage: str
    stage_label: str
    began_at: datetime
    ended_at: datetime | None
    recorded_at: datetime
    actor: str
    version: int
    hash: str
    inferred: bool


class StatusView(Value, frozen=True):
    """One of the four statuses, with the stages it went through."""

    status: str
    status_label: str
    outcome: str | None
    reason: str | None
    began_at: datetime
    ended_at: datetime | None
    stages: list[StageView]


class NoteView(Value, frozen=True):
    """A flag raised beside the status, and when.

    Where the words were erased `note_erased` is true, and `note` says so in the asker's language.
    """

    flag: str
    at: datetime
    note: str
    note_erased: bool
    step: str | None
    earlier_step: str | None
    earlier_at: datetime | None


class TimelineView(Value, frozen=True):
    """Statuses in the order they were entered."""

    number: str
    statuses: list[StatusView]
    notes: list[NoteView]


def timeline_view(story: Story, language: Language) -> TimelineView:
    """Return the timeline of an order's story."""
    return TimelineView(
        number=story.order.number,
        statuses=[_status(span, story.order, language) for span in story.statuses],
        notes=[_note(note, language) for note in story.notes],
    )


def _status(span: StatusSpan, order: Order, language: Language) -> StatusView:
    return StatusView(
        status=span.status,
        status_label=status_label(span.status, span.outcome, language),
        outcome=span.outcome,
        reason=span.reason,
        began_at=span.began_at,
        ended_at=span.ended_at,
        stages=[_stage(stage, order, language) for stage in span.stages],
    )


def _stage(span: StageSpan, order: Order, language: Language) -> StageView:
    return StageView(
        stage=span.stage,
        stage_label=stage_label(span.stage, language, pays_at_point=order.pays_at_point),
        began_at=span.began_at,
        ended_at=span.ended_at,
        recorded_at=span.recorded_at,
        actor=span.actor,
        version=span.version,
        hash=span.hash.hex(),
        inferred=span.inferred,
    )


def _note(note: AttentionNote, language: Language) -> NoteView:
    return NoteView(
        flag=note.flag,
        at=note.at,
        note=erased_text(language) if note.note is None else note.note,
        note_erased=note.note is None,
        step=note.step or None,
        earlier_step=note.earlier_step or None,
        earlier_at=note.earlier_at,
    )

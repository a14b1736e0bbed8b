"""The story of an order: one fold over its events that finds everything a page shows.

It is computed from the history and stored nowhere, so it cannot disagree with it. Times are the
times given: where they contradict each other a span may end before it began, and a note says why.
"""

from collections.abc import Iterable
from datetime import date, datetime

from msgspec import Struct, structs

from gotovo.order.parcel_movements import is_inferred
from gotovo.order.replay import Recorded, apply, decode
from gotovo.order.steps.attempt import AttemptFailed, AttemptReason, NotAttempted
from gotovo.order.steps.attention import AttentionRaised
from gotovo.order.steps.contact_erasure import ContactErased
from gotovo.order.steps.departure import Departed
from gotovo.order.steps.help_answer import HelpAnswered
from gotovo.order.steps.payment import OrderRevived
from gotovo.order.steps.placement import OrderAccepted
from gotovo.order.steps.promise import PromiseChanged
from gotovo.order.steps.reception import ParcelReceivedBack
from gotovo.order.steps.return_acceptance import OrderReturned
from gotovo.order.steps.return_claim import ReturnClaimed
from gotovo.order.steps.slot import SlotAgreed
from gotovo.order.steps.storage_recalculation import RecalculationReason, StorageRecalculated
from gotovo.order.values.actor import Role
from gotovo.order.values.handover.refused_units import plain
from gotovo.order.values.order import (
    Attention,
    Condition,
    Order,
    Outcome,
    Reason,
    ReceivedUnits,
    Stage,
    Units,
)
from gotovo.order.values.payments.payment_events import OrderPaid
from gotovo.order.values.promise import PromiseRule
from gotovo.order.values.status import status_of
from gotovo.order.values.texts.order_text import TextDigest, Words
from gotovo.value import Value

_AFTER_ATTEMPT = frozenset({Stage.ATTEMPT_FAILED, Stage.WITH_COURIER})
_NO_WORDS: Words = {}


class StageSpan(Value, frozen=True):
    """One stage: the event that began it, and when the next one began (None: it lasts).

    `inferred`: nobody recorded the event when it happened; a later step shows it (rule 4.13).
    """

    stage: Stage
    began_at: datetime
    ended_at: datetime | None
    recorded_at: datetime
    actor: str
    version: int
    hash: bytes
    inferred: bool = False


class StatusSpan(Value, frozen=True):
    """One of the four statuses, with the stages it went through."""

    status: str
    outcome: Outcome | None
    reason: Reason | None
    began_at: datetime
    ended_at: datetime | None
    stages: tuple[StageSpan, ...]


class AttentionNote(Value, frozen=True):
    """A flag that went up; for a contradiction, which step is said to precede which.

    `note` is None where its words were erased.
    """

    flag: Attention
    at: datetime
    note: str | None
    step: str
    earlier_step: str
    earlier_at: datetime | None


class PromiseChange(Value, frozen=True):
    """A promised day that was replaced by another, and why: None where the words were erased."""

    at: datetime
    was_for: date
    reason: str | None


class PromiseHistory(Value, frozen=True):
    """The rule of the promise that holds, where it is known, and the promises it replaced."""

    rule: PromiseRule | None = None
    changes: tuple[PromiseChange, ...] = ()


class StorageChange(Value, frozen=True):
    """A deadline that was replaced by a later one because its inputs changed, and why."""

    at: datetime
    was_until: datetime
    reason: RecalculationReason


class ReturnShipment(Value, frozen=True):
    """Goods that the buyer brings back; an instant is None while it is still ahead.

    Goods can be brought without a claim, so `claimed_at` may stay None. `received` is what has come
    back to the warehouse; `inspected_at` is when the last of it had.
    """

    units: tuple[Units, ...]
    claimed_at: datetime | None = None
    brought_at: datetime | None = None
    inspected_at: datetime | None = None
    point: str = ""
    received: tuple[ReceivedUnits, ...] = ()

    @property
    def received_counts(self) -> dict[Condition, int]:
        """Return how many units came back in each condition."""
        counts: dict[Condition, int] = {}
        for units in self.received:
            counts[units.condition] = counts.get(units.condition, 0) + units.quantity
        return counts

    @property
    def still_expected(self) -> int:
        """Return how many units have not been received back."""
        return sum(u.quantity for u in self.units) - sum(u.quantity for u in self.received)

    @property
    def is_in_parts(self) -> bool:
        """Return whether something came, but not all of it or not all of it whole."""
        whole = self.received_counts.keys() == {Condition.RESTOCKED}
        return bool(self.received) and bool(self.still_expected or not whole)


class Story(Value, frozen=True):
    """Everything that the history tells; `order` is the state that it leads to.

    `statuses` are in the order they were entered: a reinstated order enters one twice.
    `is_slot_confirmed`: the buyer agreed to the present slot here, not only on the phone.
    `failed_attempt` is why nothing was handed over, until the next slot or departure.
    `revived_at` is when an order that had expired unpaid was taken up again, None if it never was.
    `return_shipments` are oldest first; the claim that waits to be brought comes last.
    """

    order: Order
    statuses: tuple[StatusSpan, ...]
    notes: tuple[AttentionNote, ...]
    promises: PromiseHistory
    is_slot_confirmed: bool
    failed_attempt: AttemptReason | None
    return_shipments: tuple[ReturnShipment, ...]
    is_help_answered: bool
    revived_at: datetime | None = None
    storage_changes: tuple[StorageChange, ...] = ()

    @property
    def is_being_inspected(self) -> bool:
        """Return whether returned goods await their inspection, and with it their refund."""
        return any(shipment.inspected_at is None for shipment in self.return_shipments)


def story_of(history: Iterable[Recorded], words: Words = _NO_WORDS) -> Story | None:
    """Return the story of a whole history, oldest event first; None for an empty one.

    `words` are those of the texts that the history has digests of.
    """
    fold = _Fold(words)
    order: Order | None = None
    for recorded in history:
        event = decode(recorded.type, recorded.body)
        after = apply(order, event, recorded.at, recorded.version, recorded.hash)
        fold.enter(order, after, recorded, inferred=is_inferred(event))
        fold.note(event, recorded, order)
        order = after
    return None if order is None else fold.story(order)


def without_words(story: Story) -> Story:
    """Return a story as if the words of its notes were erased, for who sees no buyer (any more)."""
    notes = (structs.replace(each, note=None) if each.note else each for each in story.notes)
    return structs.replace(story, notes=tuple(notes))


class _Fold:
    """What is known of a history up to one of its events."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._statuses: list[StatusSpan] = []
        self._notes: list[AttentionNote] = []
        self._rule: PromiseRule | None = None
        self._promised_for: date | None = None
        self._changes: list[PromiseChange] = []
        self._slot_by = ""
        self._attempt: AttemptReason | None = None
        self._claimed_at: datetime | None = None
        self._shipments: dict[str, ReturnShipment] = {}
        self._is_help_answered = False
        self._revived_at: datetime | None = None
        self._storage_changes: list[StorageChange] = []

    def enter(
        self, before: Order | None, after: Order, recorded: Recorded, *, inferred: bool
    ) -> None:
        """Begin a span where the event changed the stage, or rename it with the outcome."""
        if before is None or after.stage is not before.stage:
            _enter(self._statuses, after, recorded, inferred=inferred)
        elif after.outcome is not before.outcome:
            self._statuses[-1] = _with_outcome(self._statuses[-1], after)

    def note(self, event: Struct, recorded: Recorded, before: Order | None) -> None:
        """Note what the event itself tells."""
        at = recorded.at
        match event:
            case OrderAccepted() | OrderPaid() | PromiseChanged():
                self._note_promise(event, at)
            case SlotAgreed():
                self._slot_by, self._attempt = recorded.actor, None
            case Departed():
                self._attempt = None
            case AttemptFailed() | NotAttempted():
                failed = isinstance(event, AttemptFailed)
                self._attempt = event.reason if failed else AttemptReason.NO_ATTEMPT
            case AttentionRaised() | ContactErased():
                self._note_attention(event, at)
            case StorageRecalculated():
                self._note_storage(event, at, before)
            case OrderRevived():
                self._revived_at = at
            case HelpAnswered():
                self._is_help_answered = True
            case ReturnClaimed() | OrderReturned() | ParcelReceivedBack():
                self._note_return(event, at)
            case _:
                pass

    def _note_storage(self, event: StorageRecalculated, at: datetime, before: Order | None) -> None:
        """Note that a deadline moved; a closure that leaves it where it was is told otherwise."""
        storage = before.storage if before else None
        if storage is not None and storage.deadline_at != event.storage_deadline_at:
            change = StorageChange(at, storage.deadline_at, event.reason)
            self._storage_changes.append(change)

    def _note_promise(
        self, event: OrderAccepted | OrderPaid | PromiseChanged, at: datetime
    ) -> None:
        if isinstance(event, PromiseChanged) and self._promised_for is not None:
            reason = self._text(event.reason, event.text_digest)
            self._changes.append(PromiseChange(at, self._promised_for, reason))
        self._rule, self._promised_for = event.promise_rule, event.promised_for

    def _note_attention(self, event: AttentionRaised | ContactErased, at: datetime) -> None:
        """Note a flag, or forget its words: the first versions had them in their events."""
        if isinstance(event, ContactErased):
            self._notes = [structs.replace(x, note=None) if x.note else x for x in self._notes]
            return
        told_at = "" if event.told_at is None else event.told_at.isoformat()
        note = self._text(event.note or told_at, event.text_digest)
        earlier = (event.earlier_step, event.earlier_at)
        self._notes.append(AttentionNote(event.flag, at, note, event.step, *earlier))

    def _text(self, told: str, digest: TextDigest) -> str | None:
        """Return the words under a digest, None where they were erased; without one `told`."""
        return self._words.get(digest) if digest else told

    def _note_return(
        self, event: ReturnClaimed | OrderReturned | ParcelReceivedBack, at: datetime
    ) -> None:
        match event:
            case ReturnClaimed():
                self._claimed_at = at
            case OrderReturned():
                self._shipments[event.parcel] = ReturnShipment(
                    plain(event.units), self._claimed_at, at, point=event.point
                )
                self._claimed_at = None
            case ParcelReceivedBack():
                for parcel in event.parcels:
                    if parcel in self._shipments:
                        self._shipments[parcel] = _arrived(self._shipments[parcel], event, at)

    def story(self, order: Order) -> Story:
        """Return the story, now that the state it leads to is known."""
        claim = order.claim
        claimed = (ReturnShipment(claim.units, claim.claimed_at),) if claim else ()
        by_buyer = self._slot_by.startswith(f"{Role.BUYER}:")
        return Story(
            order=order,
            statuses=tuple(self._statuses),
            notes=tuple(self._notes),
            promises=PromiseHistory(self._rule, tuple(self._changes)),
            is_slot_confirmed=order.slot is not None and by_buyer,
            failed_attempt=self._attempt if order.stage in _AFTER_ATTEMPT else None,
            return_shipments=(*self._shipments.values(), *claimed),
            is_help_answered=self._is_help_answered,
            revived_at=self._revived_at,
            storage_changes=tuple(self._storage_changes),
        )


def _enter(statuses: list[StatusSpan], order: Order, recorded: Recorded, *, inferred: bool) -> None:
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
        inferred,
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


def _arrived(shipment: ReturnShipment, event: ParcelReceivedBack, at: datetime) -> ReturnShipment:
    """Add what came: the units that the event lists, or all of them in one condition."""
    units = event.units
    if event.condition is not None:
        condition = event.condition
        units = tuple(ReceivedUnits(u.line, u.quantity, condition) for u in shipment.units)
    shipment = structs.replace(shipment, received=(*shipment.received, *units))
    return shipment if shipment.still_expected else structs.replace(shipment, inspected_at=at)


def _with_outcome(span: StatusSpan, order: Order) -> StatusSpan:
    """Add an outcome that came without a change of stage."""
    return structs.replace(span, outcome=order.outcome, reason=order.reason)

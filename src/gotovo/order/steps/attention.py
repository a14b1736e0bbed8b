"""Attention: a flag beside the status, the correction of a mistake, and the buyer's erasure."""

from datetime import datetime

from msgspec import Struct, structs

from gotovo.order.facts import ALREADY_DONE, Decision, Facts, accept, refuse
from gotovo.order.order import Attention, Order, Outcome, Stage
from gotovo.order.refusals import Code


class RaiseAttention(Struct, frozen=True, tag="attention", tag_field="step", omit_defaults=True):
    """Put a flag beside the status; `dispute` also blocks the hand-over."""

    flag: Attention
    note: str = ""


class ClearAttention(
    Struct, frozen=True, tag="attention-clearance", tag_field="step", omit_defaults=True
):
    """Take a flag away."""

    flag: Attention
    note: str = ""


class MarkLate(Struct, frozen=True, tag="lateness", tag_field="step"):
    """Say that the promise is missed before the buyer has to ask."""


class Correct(Struct, frozen=True, tag="correction", tag_field="step"):
    """Undo a hand-over recorded by mistake; `version` names the event that is wrong."""

    version: int
    note: str


class EraseContact(Struct, frozen=True, tag="contact-erasure", tag_field="step"):
    """Forget who the buyer was; the order, its money and its disputes stay."""


class AttentionRaised(
    Struct, frozen=True, tag="order.attention_raised", tag_field="type", omit_defaults=True
):
    """A flag went up. For a contradiction: the step, its time, and what it contradicts."""

    flag: Attention
    note: str = ""
    step: str = ""
    earlier_step: str = ""
    earlier_at: datetime | None = None


class AttentionCleared(
    Struct, frozen=True, tag="order.attention_cleared", tag_field="type", omit_defaults=True
):
    """A flag went down."""

    flag: Attention
    note: str = ""


class Corrected(Struct, frozen=True, tag="order.corrected", tag_field="type"):
    """The event of this version was a mistake; the order is on its shelf again."""

    version: int
    note: str


class ContactErased(Struct, frozen=True, tag="order.contact_erased", tag_field="type"):
    """Nobody can be told from this order any more."""


def raise_attention(order: Order, command: RaiseAttention, _facts: Facts) -> Decision:
    """Raise the flag; a further note on a raised flag is kept too."""
    if command.flag in order.attention and not command.note:
        return ALREADY_DONE
    return accept(AttentionRaised(command.flag, command.note))


def clear_attention(order: Order, command: ClearAttention, _facts: Facts) -> Decision:
    """Lower the flag if it is up."""
    if command.flag not in order.attention:
        return ALREADY_DONE
    return accept(AttentionCleared(command.flag, command.note))


def mark_late(order: Order, _command: MarkLate, facts: Facts) -> Decision:
    """Flag an order whose promise has really passed."""
    promise = order.promise
    if promise is None or promise.promised_until is None:
        return ALREADY_DONE
    if facts.at < promise.promised_until or Attention.LATE in order.attention:
        return ALREADY_DONE
    return accept(AttentionRaised(Attention.LATE))


def correct(order: Order, command: Correct, _facts: Facts) -> Decision:
    """Undo the hand-over while nothing was refused, returned or refunded on top of it."""
    if order.issued_version == 0 or command.version != order.issued_version:
        return refuse(Code.STAGE_FORBIDS, "version", command.version, order.issued_version or "")
    if order.outcome is not Outcome.ISSUED or any(p.back for p in order.parcels):
        return refuse(Code.STAGE_FORBIDS, "stage", order.stage, Stage.ISSUED)
    if order.storage is None:
        return refuse(Code.WRONG_METHOD, "delivery.method", "courier", "pickup")
    return accept(Corrected(command.version, command.note))


def erase_contact(order: Order, _command: EraseContact, _facts: Facts) -> Decision:
    """Forget the buyer of a closed order."""
    return ALREADY_DONE if order.erased else accept(ContactErased())


def keep_contact(order: Order, _command: EraseContact, _facts: Facts) -> Decision:
    """Refuse while somebody may still have to be told."""
    return refuse(Code.STAGE_FORBIDS, "status", order.stage, "closed")


def attention_raised(order: Order, event: AttentionRaised, _at: datetime) -> Order:
    """Show the flag."""
    return structs.replace(order, attention=tuple(sorted({*order.attention, event.flag})))


def attention_cleared(order: Order, event: AttentionCleared, _at: datetime) -> Order:
    """Hide the flag."""
    return structs.replace(order, attention=tuple(a for a in order.attention if a != event.flag))


def corrected(order: Order, _event: Corrected, _at: datetime) -> Order:
    """Put everything back on the shelf as if it had never left."""
    return structs.replace(
        order,
        outcome=None,
        closed_at=None,
        stage=Stage.SHELVED,
        issued_version=0,
        lines=tuple(structs.replace(x, issued=0) for x in order.lines),
        parcels=tuple(structs.replace(p, stage=Stage.SHELVED) for p in order.parcels),
    )


def contact_erased(order: Order, _event: ContactErased, _at: datetime) -> Order:
    """Remember that there is nobody to tell."""
    return structs.replace(order, erased=True)

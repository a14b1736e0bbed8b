"""Courier: calls first and agrees a time, then sets out; a failed attempt has a reason."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, structs

from gotovo.order.facts import Decision, Facts, accept, refuse
from gotovo.order.refusals import Code
from gotovo.order.steps.cancellation import closing
from gotovo.order.values.actor import Role
from gotovo.order.values.order import Order, Reason, Stage
from gotovo.value import Value

SLOT_AHEAD_MAX = timedelta(days=60)
"""A time agreed further ahead than this is a slip of the hand."""


class AttemptReason(StrEnum):
    """Why nothing was handed over; `no_attempt` means the courier never got there."""

    NO_ANSWER = "no_answer"
    ABSENT = "absent"
    POSTPONED = "postponed"
    REFUSED = "refused"
    WRONG_ADDRESS = "wrong_address"
    NO_ATTEMPT = "no_attempt"


class LogCall(Value, frozen=True, tag="call", tag_field="step", omit_defaults=True):
    """Record a call to the buyer."""

    answered: bool
    note: str = ""


class AgreeSlot(Value, frozen=True, tag="slot", tag_field="step"):
    """Agree the time between two instants; the buyer may also choose it without a call."""

    begins_at: Annotated[datetime, Meta(tz=True)]
    ends_at: Annotated[datetime, Meta(tz=True)]


class Depart(Value, frozen=True, tag="departure", tag_field="step"):
    """Set out to the buyer."""


class RecordAttempt(Value, frozen=True, tag="attempt", tag_field="step", omit_defaults=True):
    """Record that nothing was handed over, and why."""

    reason: AttemptReason
    note: str = ""


class CallLogged(
    Value, frozen=True, tag="courier.call_logged", tag_field="type", omit_defaults=True
):
    """The courier called."""

    answered: bool
    note: str = ""


class SlotAgreed(Value, frozen=True, tag="courier.slot_agreed", tag_field="type"):
    """Buyer and courier agreed a time."""

    begins_at: datetime
    ends_at: datetime


class Departed(Value, frozen=True, tag="courier.departed", tag_field="type"):
    """The courier is on the way."""


class AttemptFailed(
    Value, frozen=True, tag="courier.attempt_failed", tag_field="type", omit_defaults=True
):
    """The courier was there and nothing was handed over."""

    reason: AttemptReason
    note: str = ""


class NotAttempted(
    Value, frozen=True, tag="courier.not_attempted", tag_field="type", omit_defaults=True
):
    """The courier did not get there; this is no failed attempt."""

    note: str = ""


def log_call(_order: Order, command: LogCall, _facts: Facts) -> Decision:
    """Write the call down."""
    return accept(CallLogged(command.answered, command.note))


def agree_slot(order: Order, command: AgreeSlot, facts: Facts) -> Decision:
    """Accept a time ahead that was agreed on the phone, or chosen by the buyer."""
    if not order.called and facts.actor.role is not Role.BUYER:
        return refuse(Code.CALL_FIRST, "call", "", "answered")
    if command.ends_at <= command.begins_at:
        return refuse(Code.WRONG_TIME, "ends_at", command.ends_at.isoformat(), "> begins_at")
    if command.ends_at <= facts.at:
        return refuse(Code.WRONG_TIME, "ends_at", command.ends_at.isoformat(), facts.at.isoformat())
    latest = facts.at + SLOT_AHEAD_MAX
    if command.ends_at > latest:
        ends_at = command.ends_at.isoformat()
        return refuse(Code.WRONG_TIME, "ends_at", ends_at, f"<= {latest.isoformat()}")
    return accept(SlotAgreed(command.begins_at, command.ends_at))


def depart(_order: Order, _command: Depart, _facts: Facts) -> Decision:
    """Let the courier go: the table asks for an agreed time."""
    return accept(Departed())


def record_attempt(order: Order, command: RecordAttempt, facts: Facts) -> Decision:
    """Record the failure; a refusal at the door closes the order."""
    if command.reason is AttemptReason.NO_ATTEMPT:
        return accept(NotAttempted(command.note))
    failed = AttemptFailed(command.reason, command.note)
    if command.reason is not AttemptReason.REFUSED:
        return accept(failed)
    return accept(failed, *closing(order, Reason.REFUSED_AT_DESK, command.note, facts))


def call_logged(order: Order, event: CallLogged, _at: datetime) -> Order:
    """Remember that somebody answered."""
    return structs.replace(order, called=order.called or event.answered)


def slot_agreed(order: Order, event: SlotAgreed, _at: datetime) -> Order:
    """Keep the time."""
    return structs.replace(order, stage=Stage.SLOT_AGREED, slot=(event.begins_at, event.ends_at))


def departed(order: Order, _event: Departed, _at: datetime) -> Order:
    """Show the courier on the way."""
    return structs.replace(order, stage=Stage.OUT_FOR_DELIVERY)


def attempt_failed(order: Order, _event: AttemptFailed, _at: datetime) -> Order:
    """Begin again with a call."""
    return structs.replace(
        order, stage=Stage.ATTEMPT_FAILED, called=False, slot=None, attempts=order.attempts + 1
    )


def not_attempted(order: Order, _event: NotAttempted, _at: datetime) -> Order:
    """Begin again with a call, and count nothing."""
    return structs.replace(order, stage=Stage.WITH_COURIER, called=False, slot=None)

"""Failed delivery attempt, with its reason (rule 4.5)."""

from datetime import datetime
from enum import StrEnum

from msgspec import structs

from gotovo.order.checks.custody_check import taken_over
from gotovo.order.facts import Decision, Facts, accept
from gotovo.order.steps.cancellation import closing
from gotovo.order.steps.departure import missed_departure
from gotovo.order.values.order import Order, Reason, Stage
from gotovo.order.values.texts.order_text import NO_TEXT, FreeText, TextDigest
from gotovo.value import Value


class AttemptReason(StrEnum):
    """Why the delivery failed; `no_attempt` is recorded as `NotAttempted`."""

    NO_ANSWER = "no_answer"
    ABSENT = "absent"
    POSTPONED = "postponed"
    REFUSED = "refused"
    WRONG_ADDRESS = "wrong_address"
    NO_ATTEMPT = "no_attempt"


class RecordAttempt(Value, frozen=True, tag="attempt", tag_field="step", omit_defaults=True):
    """Record a failed attempt."""

    reason: AttemptReason
    note: FreeText = ""


class AttemptFailed(
    Value, frozen=True, tag="courier.attempt_failed", tag_field="type", omit_defaults=True
):
    """The courier was there and nothing was handed over; `courier` if that took the order over."""

    reason: AttemptReason
    note: str = ""
    courier: str = ""
    text_digest: TextDigest = NO_TEXT


class NotAttempted(
    Value, frozen=True, tag="courier.not_attempted", tag_field="type", omit_defaults=True
):
    """The courier did not get there; it does not count as a failed attempt.

    `courier` is present where a courier takes the order over by it.
    """

    note: str = ""
    courier: str = ""
    text_digest: TextDigest = NO_TEXT


def record_attempt(order: Order, command: RecordAttempt, facts: Facts) -> Decision:
    """Record the failure; a refusal in person closes the order."""
    if command.reason is AttemptReason.NO_ATTEMPT:
        courier = taken_over(order, facts.actor)
        return accept(NotAttempted(courier=courier, text_digest=facts.text_digest))
    set_out = missed_departure(order, facts.actor)
    courier = "" if set_out else taken_over(order, facts.actor)
    failed = AttemptFailed(command.reason, courier=courier, text_digest=facts.text_digest)
    if command.reason is not AttemptReason.REFUSED:
        return accept(*set_out, failed)
    closed = closing(order, Reason.REFUSED_AT_DESK, facts)
    return accept(*set_out, failed, *closed)


def attempted_before(order: Order, command: RecordAttempt, _facts: Facts) -> bool:
    """Return whether the last attempt ended for this reason and nothing has happened since."""
    if command.reason != order.attempt_reason:
        return False
    refused = command.reason is AttemptReason.REFUSED and order.reason is Reason.REFUSED_AT_DESK
    return refused or order.stage in {Stage.ATTEMPT_FAILED, Stage.WITH_COURIER}


def attempt_failed(order: Order, event: AttemptFailed, _at: datetime) -> Order:
    """Require a new call before the next attempt."""
    return structs.replace(
        order,
        stage=Stage.ATTEMPT_FAILED,
        called=False,
        slot=None,
        attempts=order.attempts + 1,
        attempt_reason=event.reason,
        courier=event.courier or order.courier,
    )


def not_attempted(order: Order, event: NotAttempted, _at: datetime) -> Order:
    """Require a new call; the number of attempts is unchanged."""
    return structs.replace(
        order,
        stage=Stage.WITH_COURIER,
        called=False,
        slot=None,
        attempt_reason=AttemptReason.NO_ATTEMPT,
        courier=event.courier or order.courier,
    )

"""Refund failure: the money did not reach the buyer, and a person has to name another way."""

from gotovo.order.checks.money.refund_check import find_refund
from gotovo.order.facts import ALREADY_DONE, Circumstances, Decision, Facts, accept, refuse
from gotovo.order.refunds import RefundFailed
from gotovo.order.refusals import Code
from gotovo.order.steps.attention import AttentionRaised
from gotovo.order.values.actor import Role
from gotovo.order.values.order import Attention, Order
from gotovo.order.values.payments.refund import Refund, RefundFailureReason, RefundState
from gotovo.value import Value

REFUND_FAILURE = "refund-failure"
"""The step that raises the flag `money` for a refund."""


class FailRefund(Value, frozen=True, tag="refund-failure", tag_field="step", omit_defaults=True):
    """Report that a refund did not reach the buyer, save for `paid_back` of it (minor units).

    Without it, nothing more has reached the buyer than before.
    """

    refund: str
    reason: RefundFailureReason = RefundFailureReason.UNKNOWN
    paid_back: int | None = None


def may_fail_refund(order: Order, circumstances: Circumstances) -> Decision | None:
    """Refuse while the order has no refund that this actor can say this of."""
    states = {refund.state for refund in order.refunds} - {RefundState.CANCELLED}
    if not states:
        return refuse(Code.UNKNOWN_REFUND, "refund")
    if states == {RefundState.FAILED}:
        return ALREADY_DONE
    if circumstances.actor.role is Role.SYSTEM or states - {RefundState.SENT, RefundState.FAILED}:
        return None
    return refuse(Code.NOT_PERMITTED, "role", circumstances.actor.role, Role.SYSTEM)


def fail_refund(order: Order, command: FailRefund, facts: Facts) -> Decision:
    """Record the failure, and ask for a person.

    What Gotovo has asked a provider for, only the provider's answer can end: a person who ended it
    could pay it a second time by another way. What was paid out may come back from the bank.
    """
    refund = find_refund(order, command.refund)
    if isinstance(refund, Decision):
        return refund
    refused = _refused(refund, facts.actor.role)
    if refused:
        return refused
    before = 0 if refund.state is RefundState.COMPLETED else refund.paid_back
    paid_back = refund.paid_back if command.paid_back is None else command.paid_back
    if not before <= paid_back < refund.amount:
        expected = f"{before}..{refund.amount - 1}"
        return refuse(Code.WRONG_AMOUNT, "paid_back", paid_back, expected)
    failed = RefundFailed(command.refund, command.reason, paid_back)
    if Attention.MONEY in order.attention:
        return accept(failed)
    return accept(failed, AttentionRaised(Attention.MONEY, step=REFUND_FAILURE))


def _refused(refund: Refund, role: Role) -> Decision | None:
    """Refuse where the refund has failed already, never was to be paid, or is being paid."""
    match refund.state:
        case RefundState.FAILED:
            return ALREADY_DONE
        case RefundState.CANCELLED:
            return refuse(Code.STAGE_FORBIDS, "refund", refund.state, RefundState.SENT)
        case RefundState.SENT if role is not Role.SYSTEM:
            return refuse(Code.NOT_PERMITTED, "role", role, Role.SYSTEM)
        case _:
            return None

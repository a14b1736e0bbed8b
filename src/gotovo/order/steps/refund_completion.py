"""Refund completion: the provider has paid a refund out."""

from gotovo.order.checks.money.refund_check import find_refund
from gotovo.order.facts import ALREADY_DONE, Circumstances, Decision, Facts, accept, refuse
from gotovo.order.refunds import RefundCompleted
from gotovo.order.refusals import Code
from gotovo.order.steps.attention_clearance import AttentionCleared
from gotovo.order.values.order import Attention, Order
from gotovo.order.values.payments.captured import payments_of
from gotovo.order.values.payments.payment import PaymentUse
from gotovo.order.values.payments.refund import Refund, RefundState
from gotovo.value import Value


class CompleteRefund(
    Value, frozen=True, tag="refund-completion", tag_field="step", omit_defaults=True
):
    """Report that the provider has paid a refund out."""

    refund: str
    provider_id: str = ""


_FOR_A_PERSON = frozenset({PaymentUse.HELD, PaymentUse.CONTESTED})
_WAITING = frozenset({RefundState.STARTED, RefundState.SENT, RefundState.REROUTED})


def may_complete_refund(order: Order, _circumstances: Circumstances) -> Decision | None:
    """Refuse while no refund is waiting to be paid out."""
    if any(r.state in _WAITING for r in order.refunds):
        return None
    if any(r.state is RefundState.COMPLETED for r in order.refunds):
        return ALREADY_DONE
    return refuse(Code.UNKNOWN_REFUND, "refund")


def complete_refund(order: Order, command: CompleteRefund, _facts: Facts) -> Decision:
    """Accept the provider's word once; the flag that its failure raised goes down with it."""
    refund = find_refund(order, command.refund)
    if isinstance(refund, Decision):
        return refund
    if refund.state is RefundState.COMPLETED:
        return ALREADY_DONE
    if refund.state not in _WAITING:
        expected = ", ".join(sorted(_WAITING))
        return refuse(Code.STAGE_FORBIDS, "refund", command.refund, expected)
    completed = RefundCompleted(command.refund, command.provider_id)
    if _leaves_nothing(order, refund):
        return accept(completed, AttentionCleared(Attention.MONEY))
    return accept(completed)


def _leaves_nothing(order: Order, refund: Refund) -> bool:
    """Return whether the flag went up for this refund, and no other money asks for a person."""
    if not refund.raised_flag or Attention.MONEY not in order.attention:
        return False
    others = (r for r in order.refunds if r.id != refund.id)
    if any(r.is_open and r.failure is not None for r in others):
        return False
    return all(p.use not in _FOR_A_PERSON for p in payments_of(order))

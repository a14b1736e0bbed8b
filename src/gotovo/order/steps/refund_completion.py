"""Refund completion: the provider has paid a refund out."""

from gotovo.order.facts import ALREADY_DONE, Circumstances, Decision, Facts, accept, refuse
from gotovo.order.refunds import RefundCompleted
from gotovo.order.refusals import Code
from gotovo.order.values.order import Order, RefundState
from gotovo.value import Value


class CompleteRefund(
    Value, frozen=True, tag="refund-completion", tag_field="step", omit_defaults=True
):
    """Report that the provider has paid a refund out."""

    refund: str
    provider_id: str = ""


def may_complete_refund(order: Order, _circumstances: Circumstances) -> Decision | None:
    """Refuse while no refund is waiting to be paid out."""
    if any(r.state is RefundState.STARTED for r in order.refunds):
        return None
    if any(r.state is RefundState.COMPLETED for r in order.refunds):
        return ALREADY_DONE
    return refuse(Code.UNKNOWN_REFUND, "refund")


def complete_refund(order: Order, command: CompleteRefund, _facts: Facts) -> Decision:
    """Accept the provider's word once."""
    refund = next((r for r in order.refunds if r.id == command.refund), None)
    if refund is None:
        known = ", ".join(r.id for r in order.refunds)
        return refuse(Code.UNKNOWN_REFUND, "refund", command.refund, known)
    if refund.state is RefundState.COMPLETED:
        return ALREADY_DONE
    if refund.state is RefundState.CANCELLED:
        return refuse(Code.STAGE_FORBIDS, "refund", command.refund, RefundState.STARTED)
    return accept(RefundCompleted(command.refund, command.provider_id))

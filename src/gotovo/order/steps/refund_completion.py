"""Refund completion: the provider has paid a refund out, or the point whose money it is."""

from gotovo.order.checks.money.refund_check import find_refund
from gotovo.order.checks.place_check import wrong_place
from gotovo.order.facts import ALREADY_DONE, Circumstances, Decision, Facts, accept, refuse
from gotovo.order.refunds import RefundCompleted
from gotovo.order.refusals import Code
from gotovo.order.steps.attention_clearance import AttentionCleared
from gotovo.order.values.actor import Actor, Role
from gotovo.order.values.order import Attention, Order
from gotovo.order.values.payments.captured import payments_of
from gotovo.order.values.payments.payment import PaymentUse
from gotovo.order.values.payments.refund import Refund, RefundRoute, RefundState
from gotovo.value import Value


class CompleteRefund(
    Value, frozen=True, tag="refund-completion", tag_field="step", omit_defaults=True
):
    """Report that the provider has paid a refund out."""

    refund: str
    provider_id: str = ""


_FOR_A_PERSON = frozenset({PaymentUse.HELD, PaymentUse.CONTESTED})
_BY_POINT = frozenset({RefundRoute.AT_POINT, RefundRoute.CASH_AT_POINT})
_WAITING = frozenset({RefundState.STARTED, RefundState.SENT, RefundState.REROUTED})


def may_complete_refund(order: Order, circumstances: Circumstances) -> Decision | None:
    """Refuse while no refund is waiting to be paid out by the actor."""
    refused = wrong_place(order, circumstances.actor)
    if refused:
        return refused
    waiting = [r for r in order.refunds if r.state in _WAITING]
    if waiting:
        refusals = [_not_by_actor(each, circumstances.actor) for each in waiting]
        return None if None in refusals else refusals[0]
    if any(r.state is RefundState.COMPLETED for r in order.refunds):
        return ALREADY_DONE
    return refuse(Code.UNKNOWN_REFUND, "refund")


def complete_refund(order: Order, command: CompleteRefund, facts: Facts) -> Decision:
    """Accept the provider's word once; the flag that its failure raised goes down with it."""
    refund = wrong_place(order, facts.actor) or find_refund(order, command.refund)
    if isinstance(refund, Decision):
        return refund
    if refund.state is RefundState.COMPLETED:
        return ALREADY_DONE
    if refund.state not in _WAITING:
        expected = ", ".join(sorted(_WAITING))
        return refuse(Code.STAGE_FORBIDS, "refund", command.refund, expected)
    refused = _not_by_actor(refund, facts.actor)
    if refused:
        return refused
    completed = RefundCompleted(command.refund, command.provider_id)
    if _leaves_nothing(order, refund):
        return accept(completed, AttentionCleared(Attention.MONEY))
    return accept(completed)


def _not_by_actor(refund: Refund, actor: Actor) -> Decision | None:
    """Refuse a clerk who can't have paid this out, as it goes another way."""
    if actor.role is not Role.POINT or refund.route in _BY_POINT:
        return None
    return refuse(Code.NOT_PERMITTED, "refund", refund.id, ", ".join(sorted(_BY_POINT)))


def _leaves_nothing(order: Order, refund: Refund) -> bool:
    """Return whether the flag went up for this refund, and no other money asks for a person."""
    if not refund.raised_flag or Attention.MONEY not in order.attention:
        return False
    others = (r for r in order.refunds if r.id != refund.id)
    if any(r.is_open and r.failure is not None for r in others):
        return False
    return all(p.use not in _FOR_A_PERSON for p in payments_of(order))

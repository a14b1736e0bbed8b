"""Without a code: a clerk says why, and above a value a second person agrees (rule 4.3)."""

from gotovo.order.checks.code_check import blocked, policy_of, used_up
from gotovo.order.facts import Decision, Facts, refuse
from gotovo.order.refusals import Code
from gotovo.order.values.handover.proofs import Proof, WithoutCode
from gotovo.order.values.order import Order, Pickup, total


def proved_without_code(order: Order, without_code: WithoutCode, facts: Facts) -> Proof | Decision:
    """Return the proof of an order of which nothing was shown, or the refusal.

    Codes that were used up by wrong tries look like guessing, so there a second person agrees
    whatever the goods cost. No shop and no point can waive that.
    """
    stopped = blocked(order)
    if stopped:
        return stopped
    if not isinstance(order.delivery, Pickup):
        return refuse(Code.WRONG_CODE, "code", "", policy_of(order, facts))
    if _is_approved(without_code, facts):
        return Proof.WITHOUT_CODE
    limit = without_code_max(order, facts)
    if total(order) > limit or used_up(order):
        return refuse(Code.APPROVAL_REQUIRED, "approval", total(order), f"..{limit}")
    return Proof.WITHOUT_CODE


def without_code_max(order: Order, facts: Facts) -> int:
    """Return what an order may cost at most to be issued without a code by one person alone."""
    assert isinstance(order.delivery, Pickup), order.number
    own = facts.world.points[order.delivery.point].without_code_max
    return facts.world.terms.without_code_max if own is None else own


def _is_approved(without_code: WithoutCode, facts: Facts) -> bool:
    return without_code.approved_by not in {"", facts.actor.id}

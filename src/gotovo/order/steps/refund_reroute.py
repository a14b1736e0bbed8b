"""Refund reroute: the office names another way for a failed refund, or tries the same again."""

from gotovo.order.checks.money.refund_check import find_refund
from gotovo.order.facts import ALREADY_DONE, Circumstances, Decision, Facts, accept, refuse
from gotovo.order.refunds import RefundRerouted, refund_day
from gotovo.order.refusals import Code
from gotovo.order.values.order import Order
from gotovo.order.values.payments.refund import RefundRoute, RefundState
from gotovo.value import Value


class RerouteRefund(Value, frozen=True, tag="refund-reroute", tag_field="step", omit_defaults=True):
    """Send a failed refund another way.

    By `original` the provider is asked again for what failed. By the other ways somebody pays it,
    and then reports `refund-completion` with the reference of the payment.
    """

    refund: str
    route: RefundRoute = RefundRoute.ORIGINAL


def may_reroute_refund(order: Order, _circumstances: Circumstances) -> Decision | None:
    """Refuse while no refund has failed."""
    if any(r.state is RefundState.FAILED for r in order.refunds):
        return None
    return refuse(Code.STAGE_FORBIDS, "refund", "", RefundState.FAILED)


def reroute_refund(order: Order, command: RerouteRefund, facts: Facts) -> Decision:
    """Accept it for a failed refund; the buyer is promised a new day.

    The provider is asked for whole payments: it is not asked where somebody may have paid a part.
    """
    refund = find_refund(order, command.refund)
    if isinstance(refund, Decision):
        return refund
    if refund.state is not RefundState.FAILED:
        if refund.reroutes and refund.route == command.route:
            return ALREADY_DONE
        return refuse(Code.STAGE_FORBIDS, "refund", refund.state, RefundState.FAILED)
    if command.route is RefundRoute.ORIGINAL and refund.route != command.route and refund.paid_back:
        return refuse(Code.STAGE_FORBIDS, "route", command.route, refund.route)
    day = refund_day(order, facts)
    return accept(RefundRerouted(command.refund, command.route, day, refund.reroutes + 1))

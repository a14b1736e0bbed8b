"""The rows of the lifecycle table for refunds: taken at every stage, moving nothing."""

from gotovo.order.row import Row
from gotovo.order.steps import refund_completion, refund_failure, refund_reroute, refund_sending
from gotovo.order.values import roles
from gotovo.order.values.actor import OFFICE, Role

REFUND_ROWS: tuple[Row, ...] = (
    Row(
        step="refund-sending",
        command=refund_sending.SendRefund,
        decide=refund_sending.send_refund,
    ),
    Row(
        step="refund-completion",
        command=refund_completion.CompleteRefund,
        decide=refund_completion.complete_refund,
        guard=refund_completion.may_complete_refund,
        who=OFFICE | {Role.STOREFRONT, Role.SYSTEM, Role.POINT},
        custody=frozenset(),
    ),
    Row(
        step="refund-failure",
        command=refund_failure.FailRefund,
        decide=refund_failure.fail_refund,
        guard=refund_failure.may_fail_refund,
        who=OFFICE | roles.TIMERS,
    ),
    Row(
        step="refund-reroute",
        command=refund_reroute.RerouteRefund,
        decide=refund_reroute.reroute_refund,
        guard=refund_reroute.may_reroute_refund,
        who=OFFICE,
    ),
)

"""The rows of the lifecycle table for what a buyer pays, in advance or at the point."""

from gotovo.order.row import Row
from gotovo.order.steps import payment, payment_expiry, point_payment
from gotovo.order.values import roles, stages
from gotovo.order.values.actor import Role
from gotovo.order.values.order import Stage

PAYMENT_ROWS: tuple[Row, ...] = (
    Row(
        step="payment",
        command=payment.Pay,
        decide=payment.pay,
        guard=payment.may_pay,
        leads_to=stages.of(Stage.PAID, Stage.CANCELLED),
        who=roles.BUYERS - {Role.BUYER} | {Role.SYSTEM},
    ),
    Row(
        step="payment-expiry",
        command=payment_expiry.ExpirePayment,
        decide=payment_expiry.expire_payment,
        taken_from=stages.of(Stage.PLACED),
        leads_to=stages.of(Stage.CANCELLED),
        falls_due=True,
    ),
    Row(
        step="point-payment",
        command=point_payment.PayAtPoint,
        decide=point_payment.pay_at_point,
        guard=point_payment.may_pay_at_point,
        who=roles.AT_POINT,
        not_own=True,
    ),
)

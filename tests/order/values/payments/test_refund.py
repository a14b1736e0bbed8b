"""A refund is open until the buyer has the money, or it was called off."""

from gotovo.order.steps.refund_completion import CompleteRefund
from gotovo.order.steps.refund_failure import FailRefund
from gotovo.order.steps.refund_reroute import RerouteRefund
from gotovo.order.steps.refund_sending import SendRefund
from gotovo.order.values.payments.refund import RefundFailureReason, RefundState
from tests.support.order import stories
from tests.support.order.cast import BASKET_COST, TIMER


def test_a_refund_is_open_until_it_is_paid_or_called_off() -> None:
    refund = stories.cancelled().order.refunds[0]
    states = {
        state
        for state in RefundState
        if type(refund)(
            refund.id,
            refund.amount,
            refund.reason,
            refund.started_at,
            refund.promised_for,
            state=state,
        ).is_open
    }
    assert states == set(RefundState) - {RefundState.COMPLETED, RefundState.CANCELLED}


def test_what_is_to_come_is_the_rest_of_it() -> None:
    play = stories.cancelled()
    name = play.order.refunds[0].id
    play.do(SendRefund(name)).do(FailRefund(name, RefundFailureReason.DECLINED, 10), TIMER)
    assert play.order.refunds[0].to_come == BASKET_COST - 10
    play.do(RerouteRefund(name)).do(CompleteRefund(name))
    assert play.order.refunds[0].to_come == BASKET_COST

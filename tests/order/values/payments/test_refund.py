"""A refund is open until the buyer has the money, or it was called off."""

from gotovo.order.values.payments.refund import RefundState
from tests.support.order import stories


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

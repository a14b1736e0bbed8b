"""A refund that did not reach the buyer asks for a person, and its money stays the buyer's."""

import pytest

from gotovo.order.refusals import Code
from gotovo.order.steps.attention import RaiseAttention
from gotovo.order.steps.refund_completion import CompleteRefund
from gotovo.order.steps.refund_failure import FailRefund
from gotovo.order.steps.refund_reroute import RerouteRefund
from gotovo.order.steps.refund_sending import SendRefund
from gotovo.order.steps.reinstatement import Reinstate
from gotovo.order.values.order import Attention
from gotovo.order.values.payments.refund import RefundFailureReason, RefundRoute, RefundState
from gotovo.order.values.settlement.balance import balance
from tests.support.order import stories
from tests.support.order.cast import BASKET_COST, LENA, SHOP, SONYA, TIMER, Play

CLOSED = RefundFailureReason.CARD_CLOSED


def sent() -> tuple[Play, str]:
    play = stories.cancelled()
    name = play.order.refunds[0].id
    return play.do(SendRefund(name)), name


def test_a_failed_refund_has_its_reason_and_asks_for_a_person() -> None:
    play, name = sent()
    play.wait(hours=1).do(FailRefund(name, CLOSED, 10), TIMER)
    refund = play.order.refunds[0]
    assert (refund.state, refund.failure, refund.paid_back) == (RefundState.FAILED, CLOSED, 10)
    assert (refund.failed_at, refund.completed_at) == (play.now, None)
    assert play.order.attention == (Attention.MONEY,)
    assert play.types()[-2:] == ["refund.failed", "order.attention_raised"]
    assert play.is_already_done(FailRefund(name), TIMER)


def test_its_money_is_still_on_the_way_to_the_buyer() -> None:
    play, name = sent()
    before = balance(play.order)
    play.do(FailRefund(name), TIMER)
    assert balance(play.order) == before
    assert before.refunded == BASKET_COST
    assert play.refused(CompleteRefund(name), SHOP) is Code.STAGE_FORBIDS


def test_no_person_ends_what_the_provider_was_asked_for() -> None:
    """Somebody could pay it another way while the provider pays it, too."""
    play, name = sent()
    assert play.refused(FailRefund(name), SONYA) is Code.NOT_PERMITTED
    assert play.refused(FailRefund(name), LENA) is Code.NOT_PERMITTED
    play.do(CompleteRefund(name)).do(FailRefund(name, RefundFailureReason.SENT_BACK), SONYA)
    assert play.order.refunds[0].state is RefundState.FAILED


def test_the_office_gives_up_a_refund_that_nobody_sent() -> None:
    play = stories.cancelled()
    play.do(FailRefund(play.order.refunds[0].id), SONYA)
    assert play.order.refunds[0].failure is RefundFailureReason.UNKNOWN


def test_the_part_that_was_paid_never_becomes_less_nor_all() -> None:
    play, name = sent()
    for paid_back in (-1, BASKET_COST):
        assert play.refused(FailRefund(name, CLOSED, paid_back), TIMER) is Code.WRONG_AMOUNT
    play.do(FailRefund(name, CLOSED, 10), TIMER).do(RerouteRefund(name)).do(SendRefund(name))
    assert play.refused(FailRefund(name, CLOSED, 9), TIMER) is Code.WRONG_AMOUNT
    play.do(FailRefund(name, CLOSED), TIMER)
    assert play.order.refunds[0].paid_back == 10


def test_a_flag_that_was_up_stays_up_after_the_refund() -> None:
    play, name = sent()
    play.do(RaiseAttention(Attention.MONEY), SONYA).do(FailRefund(name), TIMER)
    assert play.types()[-1] == "refund.failed"
    play.do(RerouteRefund(name)).do(CompleteRefund(name))
    assert play.order.attention == (Attention.MONEY,)


def test_the_flag_goes_down_with_the_refund_that_raised_it() -> None:
    play, name = sent()
    play.do(FailRefund(name), TIMER).do(RerouteRefund(name, RefundRoute.BANK_TRANSFER))
    assert play.order.attention == (Attention.MONEY,)
    play.do(CompleteRefund(name, "payment order 17"))
    assert play.order.attention == ()
    assert play.order.refunds[0].provider_id == "payment order 17"


def test_other_money_that_asks_for_a_person_keeps_the_flag_up() -> None:
    play = stories.placed().do(stories.pay(payment_id="held", currency="USD"))
    play.do(stories.pay(BASKET_COST + 1))
    name = play.order.refunds[0].id
    play.do(SendRefund(name)).do(FailRefund(name), TIMER).do(RerouteRefund(name))
    play.do(CompleteRefund(name))
    assert play.order.attention == (Attention.MONEY,)


@pytest.mark.parametrize("name", ["R9", ""])
def test_a_refund_nobody_started_does_not_fail(name: str) -> None:
    assert stories.cancelled().refused(FailRefund(name), TIMER) is Code.UNKNOWN_REFUND
    assert stories.paid().refused(FailRefund(name), TIMER) is Code.UNKNOWN_REFUND


def test_a_refund_called_off_does_not_fail() -> None:
    play = stories.expired().do(Reinstate())
    assert play.refused(FailRefund(play.order.refunds[0].id), TIMER) is Code.STAGE_FORBIDS


def test_the_rest_that_comes_back_leaves_the_part_that_the_provider_paid() -> None:
    """The part would be paid a second time."""
    play, name = sent()
    play.do(FailRefund(name, CLOSED, 10), TIMER)
    play.do(RerouteRefund(name, RefundRoute.BANK_TRANSFER), SONYA)
    play.do(CompleteRefund(name, "order 17"), SONYA)
    play.do(FailRefund(name, RefundFailureReason.SENT_BACK), SONYA)
    assert play.order.refunds[0].paid_back == 10

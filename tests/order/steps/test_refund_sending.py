"""A refund is claimed before its provider is asked: then it can't be called off."""

from gotovo.order.refusals import Code
from gotovo.order.steps.refund_completion import CompleteRefund
from gotovo.order.steps.refund_failure import FailRefund
from gotovo.order.steps.refund_reroute import RerouteRefund
from gotovo.order.steps.refund_sending import SendRefund
from gotovo.order.steps.reinstatement import Reinstate
from gotovo.order.values.payments.refund import RefundRoute, RefundState
from gotovo.order.values.settlement.balance import balance
from tests.support.order import stories
from tests.support.order.cast import BASKET_COST, BORIS, SHOP, SONYA, TIMER


def test_a_started_refund_is_sent_once_at_an_instant() -> None:
    play = stories.cancelled()
    name = play.order.refunds[0].id
    play.wait(hours=1).do(SendRefund(name))
    refund = play.order.refunds[0]
    assert (refund.state, refund.sent_at) == (RefundState.SENT, play.now)
    assert play.types()[-1] == "refund.sent"
    assert play.is_already_done(SendRefund(name))
    play.do(CompleteRefund(name))
    assert play.is_already_done(SendRefund(name))
    assert balance(play.order).refunded == BASKET_COST


def test_a_person_never_claims_a_refund() -> None:
    play = stories.cancelled()
    for who in (SONYA, BORIS, SHOP):
        assert play.refused(SendRefund(play.order.refunds[0].id), who) is Code.NOT_PERMITTED


def test_a_sent_refund_can_not_be_called_off_any_more() -> None:
    play = stories.expired()
    play.do(SendRefund(play.order.refunds[0].id))
    assert play.refused(Reinstate(), SONYA) is Code.REFUND_COMPLETED


def test_a_refund_called_off_is_not_sent() -> None:
    play = stories.expired().do(Reinstate())
    assert play.refused(SendRefund(play.order.refunds[0].id), TIMER) is Code.STAGE_FORBIDS


def test_what_a_person_pays_another_way_is_not_sent() -> None:
    play = stories.cancelled()
    name = play.order.refunds[0].id
    play.do(SendRefund(name)).do(FailRefund(name), TIMER)
    assert play.is_already_done(SendRefund(name))
    play.do(RerouteRefund(name, RefundRoute.ANOTHER_CARD))
    assert play.refused(SendRefund(name), TIMER) is Code.STAGE_FORBIDS


def test_a_refund_nobody_started_is_not_sent() -> None:
    assert stories.cancelled().refused(SendRefund("R9"), TIMER) is Code.UNKNOWN_REFUND

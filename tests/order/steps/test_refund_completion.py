"""A refund is completed once, by the provider's report."""

from datetime import date

from gotovo.order.refusals import Code
from gotovo.order.steps.refund_completion import CompleteRefund
from gotovo.order.steps.reinstatement import Reinstate
from gotovo.order.values.order import Stage
from gotovo.order.values.payments.refund import RefundState
from gotovo.order.values.settlement.balance import balance
from tests.support.order import stories
from tests.support.order.cast import BASKET_COST, NOON


def test_a_refund_has_its_sum_route_day_and_name() -> None:
    play = stories.cancelled()
    refund = play.order.refunds[0]
    assert refund.id == f"{play.number}-R1"
    assert (refund.amount, refund.route, refund.state) == (BASKET_COST, "original", "started")
    assert (refund.started_at, refund.promised_for) == (NOON, date(2026, 12, 3))


def test_the_providers_word_completes_it_once() -> None:
    play = stories.cancelled()
    name = play.order.refunds[0].id
    play.wait(days=1).do(CompleteRefund(name, "re_42"))
    refund = play.order.refunds[0]
    assert (refund.state, refund.completed_at) == (RefundState.COMPLETED, play.now)
    assert refund.provider_id == "re_42"
    assert play.is_already_done(CompleteRefund(name, "re_43"))
    assert balance(play.order).refunded == BASKET_COST


def test_a_refund_nobody_started_is_not_completed() -> None:
    assert stories.cancelled().refused(CompleteRefund("R9")) is Code.UNKNOWN_REFUND
    assert stories.paid().refused(CompleteRefund("R1")) is Code.UNKNOWN_REFUND


def test_a_refund_called_off_is_not_completed() -> None:
    play = stories.expired().do(Reinstate())
    assert play.refused(CompleteRefund(play.order.refunds[0].id)) is Code.STAGE_FORBIDS
    assert play.stage is Stage.SHELVED

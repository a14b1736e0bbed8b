"""A refund is completed once, by the provider's report."""

from datetime import date

from msgspec import structs

from gotovo.order.refusals import Code
from gotovo.order.steps.refund_completion import CompleteRefund
from gotovo.order.steps.reinstatement import Reinstate
from gotovo.order.values.order import Stage
from gotovo.order.values.payments.captured import amount_due
from gotovo.order.values.payments.refund import RefundRoute, RefundState
from gotovo.order.values.settlement.balance import balance
from tests.support.order import stories
from tests.support.order.cast import ANNA, BASKET_COST, NOON


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


def test_a_clerk_reports_what_the_own_point_paid_out_and_nothing_else() -> None:
    play = stories.refused_in_part()
    by_provider = CompleteRefund(play.order.refunds[0].id)
    assert play.refused(by_provider, ANNA) is Code.NOT_PERMITTED
    play = stories.unpaid_and_shelved()
    slip = stories.pay_at_point(amount_due(play.order), "slip 1")
    clerk = play.natural(slip)
    play.do(slip)
    play.try_(stories.pay_at_point(50, "slip 2"))
    (refund,) = play.order.refunds
    assert refund.route == RefundRoute.AT_POINT
    elsewhere = structs.replace(clerk, place="KZN-9")
    assert play.refused(CompleteRefund(refund.id), elsewhere) is Code.WRONG_POINT
    play.do(CompleteRefund(refund.id, "slip 3"), clerk)
    assert play.order.refunds[0].state is RefundState.COMPLETED

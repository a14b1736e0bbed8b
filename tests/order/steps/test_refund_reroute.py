"""A failed refund takes another way, with a day of its own."""

from datetime import timedelta

from gotovo.order.refusals import Code
from gotovo.order.steps.refund_completion import CompleteRefund
from gotovo.order.steps.refund_failure import FailRefund
from gotovo.order.steps.refund_reroute import RerouteRefund
from gotovo.order.steps.refund_sending import SendRefund
from gotovo.order.steps.reinstatement import Reinstate
from gotovo.order.values.payments.refund import RefundRoute, RefundState
from tests.support.order import stories
from tests.support.order.cast import LENA, SHOP, SONYA, TIMER, Play


def failed() -> tuple[Play, str]:
    play = stories.expired()
    name = play.order.refunds[0].id
    return play.do(SendRefund(name)).do(FailRefund(name), TIMER), name


def test_another_way_has_a_new_day_and_ends_with_a_reference() -> None:
    play, name = failed()
    before = play.order.refunds[0].promised_for
    play.wait(days=3).do(RerouteRefund(name, RefundRoute.CASH_AT_POINT), SONYA)
    refund = play.order.refunds[0]
    assert (refund.state, refund.route) == (RefundState.REROUTED, "cash_at_point")
    assert refund.promised_for == before + timedelta(days=3)
    play.do(CompleteRefund(name, "receipt 7"), SONYA)
    assert play.order.refunds[0].state is RefundState.COMPLETED


def test_the_same_way_once_more_is_the_next_round() -> None:
    play, name = failed()
    for round_ in (1, 2):
        play.do(RerouteRefund(name))
        assert play.order.refunds[0].reroutes == round_
        assert play.is_already_done(RerouteRefund(name))
        play.do(SendRefund(name)).do(FailRefund(name), TIMER)


def test_only_a_failed_refund_takes_another_way() -> None:
    play = stories.cancelled()
    name = play.order.refunds[0].id
    assert play.refused(RerouteRefund(name), SONYA) is Code.STAGE_FORBIDS
    play.do(SendRefund(name))
    assert play.refused(RerouteRefund(name), SONYA) is Code.STAGE_FORBIDS
    play.do(CompleteRefund(name))
    assert play.refused(RerouteRefund(name), SONYA) is Code.STAGE_FORBIDS


def test_only_the_office_names_another_way() -> None:
    play, name = failed()
    for who in (LENA, SHOP, TIMER):
        assert play.refused(RerouteRefund(name), who) is Code.NOT_PERMITTED


def test_an_order_whose_refund_failed_is_not_reinstated() -> None:
    """A part of it may have been paid."""
    play, name = failed()
    assert play.refused(Reinstate(), SONYA) is Code.REFUND_COMPLETED
    play.do(RerouteRefund(name))
    assert play.refused(Reinstate(), SONYA) is Code.REFUND_COMPLETED


def test_another_way_is_named_for_a_refund_of_the_order() -> None:
    play, _ = failed()
    assert play.refused(RerouteRefund("R9"), SONYA) is Code.UNKNOWN_REFUND


def test_what_a_person_has_paid_in_part_is_not_asked_of_the_provider_again() -> None:
    play, name = failed()
    play.do(RerouteRefund(name, RefundRoute.CASH_AT_POINT), SONYA)
    play.do(FailRefund(name, paid_back=10), SONYA)
    assert play.refused(RerouteRefund(name), SONYA) is Code.STAGE_FORBIDS
    play.do(RerouteRefund(name, RefundRoute.BANK_TRANSFER), SONYA)

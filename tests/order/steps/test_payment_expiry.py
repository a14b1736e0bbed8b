"""An order that is not paid in time closes."""

from gotovo.order.facts import Decision
from gotovo.order.steps.payment_expiry import ExpirePayment
from gotovo.order.values.order import Outcome, Reason, Stage
from tests.support.order import stories

FULL = stories.pay()


def test_an_unpaid_order_closes_after_its_day_and_owes_nobody_anything() -> None:
    play = stories.placed().wait(hours=24).do(ExpirePayment())
    assert (play.order.outcome, play.order.reason) == (Outcome.CANCELLED, Reason.PAYMENT_EXPIRED)
    assert play.order.refunds == ()


def test_a_timer_that_comes_early_or_late_changes_nothing() -> None:
    play = stories.placed().wait(hours=23, minutes=59)
    assert play.try_(ExpirePayment()) == Decision()
    assert stories.paid().wait(days=2).try_(ExpirePayment()) == Decision()


def test_paying_wins_over_an_expiry_that_has_not_run() -> None:
    play = stories.placed().wait(hours=25).do(FULL)
    assert play.stage is Stage.PAID
    assert play.is_already_done(ExpirePayment())

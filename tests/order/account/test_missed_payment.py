"""An order that closed as unpaid: paid in part, too late, in time but told late, or not at all."""

from datetime import timedelta

import pytest

from gotovo.order.account.missed_payment import MissedPayment, missed_payment
from gotovo.order.refusals import Code
from gotovo.order.steps.payment import Pay
from gotovo.order.steps.payment_expiry import ExpirePayment
from gotovo.order.values.money import Money
from gotovo.order.values.order import Reason, total
from tests.support.order import stories
from tests.support.order.cast import TIMER, Play


def expired(play: Play) -> Play:
    """Let the time to pay pass."""
    return play.wait(hours=25).do(ExpirePayment(), TIMER)


def paying(play: Play, amount: int | None = None) -> Pay:
    order = play.order
    whole = total(order) if amount is None else amount
    return Pay(Money(whole, order.currency), "demo", "late")


def test_an_order_that_nobody_paid_has_no_payment() -> None:
    play = expired(stories.placed())
    assert play.order.reason is Reason.PAYMENT_EXPIRED
    assert missed_payment(play.order) is MissedPayment.NONE


def test_a_part_that_was_paid_in_time_is_a_part() -> None:
    play = stories.placed()
    play = expired(play.do(paying(play, 1_00)))
    assert missed_payment(play.order) is MissedPayment.IN_PART


@pytest.mark.parametrize(
    ("hours_late", "part", "expected"),
    [
        (-2, 0, MissedPayment.REPORTED_LATE),
        (-2, 1, MissedPayment.LATE),
        (1, 0, MissedPayment.LATE),
    ],
)
def test_a_payment_that_arrives_after_the_closing_is_judged_by_when_it_was_made(
    hours_late: int, part: int, expected: MissedPayment
) -> None:
    play = expired(stories.placed())
    due_at = play.order.payment_due_at
    assert due_at is not None
    play.wait(days=2)
    made_at = due_at + timedelta(hours=hours_late)
    late = paying(play, total(play.order) - part)
    assert play.refused(late, told=made_at) is Code.CANCELLED
    assert missed_payment(play.order) is expected

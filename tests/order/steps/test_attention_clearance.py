"""Staff take a flag down."""

from gotovo.order.refusals import Code
from gotovo.order.steps.attention_clearance import ClearAttention
from gotovo.order.values.order import Attention
from gotovo.order.values.payments.captured import held_balances
from tests.support.order import stories


def test_a_flag_that_is_down_cannot_be_taken_down() -> None:
    assert stories.dispatched().is_already_done(ClearAttention(Attention.LOST))


def test_held_money_is_refunded_in_its_own_currency_when_the_office_says_so() -> None:
    """Rule 4.8."""
    play = stories.placed()
    for name, amount, currency in (("a", 5, "USD"), ("b", 6, "USD"), ("c", 7, "OMR")):
        play.do(stories.pay(amount, name, currency))
    play.do(ClearAttention(Attention.MONEY, refund=True))
    assert play.order.attention == ()
    assert [(r.id[-2:], r.amount, r.currency) for r in play.order.refunds] == [
        ("R1", 11, "USD"),
        ("R2", 7, "OMR"),
    ]
    assert [x.owed for x in held_balances(play.order).values()] == [0, 0]
    assert play.is_already_done(ClearAttention(Attention.MONEY, refund=True))


def test_held_money_stays_owed_when_only_the_flag_is_taken_down() -> None:
    play = stories.placed().do(stories.pay(5, "a", "USD")).do(ClearAttention(Attention.MONEY))
    assert (play.order.attention, play.order.refunds) == ((), ())
    assert held_balances(play.order)["USD"].owed == 5


def test_only_held_money_can_be_refunded_with_a_flag() -> None:
    play = stories.paid()
    assert play.refused(ClearAttention(Attention.LATE, refund=True)) is Code.NOT_PERMITTED

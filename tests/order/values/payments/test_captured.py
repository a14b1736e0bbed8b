"""What the payments of an order come to: what is due, and what a person has to decide on."""

from gotovo.order.values.money import Balance
from gotovo.order.values.payments.captured import amount_due, held_balances, payments_of
from tests.support.order import stories
from tests.support.order.cast import BASKET_COST
from tests.support.order.stories import pay


def test_what_is_due_goes_down_with_each_part_and_is_nothing_once_paid_or_closed() -> None:
    play = stories.placed()
    assert amount_due(play.order) == BASKET_COST
    play.do(pay(1000, "part"))
    assert amount_due(play.order) == BASKET_COST - 1000
    play.do(pay(5000, "rest"))
    assert amount_due(play.order) == 0
    assert amount_due(stories.cancelled().order) == 0


def test_money_in_other_currencies_is_held_by_currency() -> None:
    """Rule 4.8: conservation holds in each of them."""
    play = stories.placed()
    for name, amount, currency in (("a", 5, "USD"), ("b", 6, "USD"), ("c", 7, "OMR")):
        play.do(pay(amount, name, currency))
    assert held_balances(play.order) == {
        "USD": Balance(captured=11, issued=0, refunded=0, owed=11),
        "OMR": Balance(captured=7, issued=0, refunded=0, owed=7),
    }
    assert [p.payment_id for p in payments_of(play.order)] == ["a", "b", "c"]

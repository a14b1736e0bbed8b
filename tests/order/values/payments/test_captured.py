"""What the payments of an order come to: what is due, and what a person has to decide on."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from gotovo.order.steps.attention_clearance import ClearAttention
from gotovo.order.steps.cancellation import Cancel
from gotovo.order.steps.payment_expiry import ExpirePayment
from gotovo.order.values.money import Balance
from gotovo.order.values.order import Attention, Order
from gotovo.order.values.payments.captured import (
    amount_due,
    held_balances,
    payments_of,
    refund_sources,
)
from gotovo.order.values.payments.payment import RefundSource
from gotovo.order.values.payments.refund import Refund
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


def sources(order: Order) -> list[list[tuple[str, int]]]:
    """Return the payments of each refund, and their parts of it."""
    return [[(x.payment_id, x.amount) for x in refund.sources] for refund in order.refunds]


def test_a_surplus_goes_back_to_the_payment_that_made_it() -> None:
    """Rule 4.8."""
    play = stories.placed().do(pay(1000, "part")).do(pay(1000, "rest"))
    assert sources(play.order) == [[("rest", 2000 - BASKET_COST)]]


def test_a_payment_that_nothing_was_due_of_is_itself_paid_back() -> None:
    play = stories.paid()
    play.refused(pay(777, "twice"))
    play.do(Cancel())
    assert sources(play.order) == [[("twice", 777)], [("first", BASKET_COST)]]


def test_goods_that_are_gone_are_refunded_with_the_payment_that_came_for_them() -> None:
    play = stories.placed().do(pay(1000, "part"))
    play.stock.reserved = play.stock.on_hand.copy()
    play.do(pay(350, "rest"))
    assert sources(play.order) == [[("rest", 350), ("part", 1000)]]


def test_a_surplus_of_a_revived_order_goes_back_to_its_late_payment() -> None:
    play = stories.placed().do(pay(100, "part")).wait(hours=24).do(ExpirePayment()).wait(hours=1)
    play.do(pay(2000, "late"), told=play.now - timedelta(hours=2))
    assert sources(play.order) == [[("part", 100)], [("late", 2000 - BASKET_COST)]]


def test_held_money_goes_back_to_its_payments() -> None:
    play = stories.placed().do(pay(5, "a", "USD")).do(pay(6, "b", "USD"))
    play.do(ClearAttention(Attention.MONEY, refund=True))
    assert sources(play.order) == [[("b", 6), ("a", 5)]]


def test_a_contested_report_is_no_money_that_could_go_back() -> None:
    play = stories.placed().do(pay(1000, "part")).do(pay(999, "part")).do(Cancel())
    assert sources(play.order) == [[("part", 1000)]]


def test_refunds_of_the_first_versions_count_although_they_name_no_payment() -> None:
    play = stories.placed().do(pay(1000, "part")).do(pay(1000, "rest"))
    (surplus,) = play.order.refunds
    unnamed = replace(play.order, refunds=(replace(surplus, sources=()),))
    rest = 1000 - surplus.amount
    assert refund_sources(unnamed, rest + 1, "RUB") == (
        RefundSource("demo", "rest", rest),
        RefundSource("demo", "part", 1),
    )


@given(
    st.lists(st.integers(1, 900), min_size=1, max_size=5),
    st.lists(st.integers(1, 900), max_size=5),
)
def test_refunds_name_payments_for_all_of_their_sum_and_none_beyond_its_own(
    captured: Sequence[int], wanted: Sequence[int]
) -> None:
    """Rule 4.8."""
    play = stories.placed()
    for index, amount in enumerate(captured):
        play.try_(pay(amount, f"p{index}"))
    order = play.order
    for index, amount in enumerate(wanted):
        left = order.paid - sum(refund.amount for refund in order.refunds)
        part = min(amount, left)
        named = refund_sources(order, part, "RUB")
        assert sum(source.amount for source in named) == part
        refund = Refund(f"R{index}", part, "x", play.now, play.now.date(), sources=named)
        order = replace(order, refunds=(*order.refunds, refund))
    back: Counter[str] = Counter()
    for refund in order.refunds:
        for source in refund.sources:
            back[source.payment_id] += source.amount
    assert all(back[each.payment_id] <= each.amount for each in payments_of(order))

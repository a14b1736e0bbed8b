"""Payment: the goods are reserved at the very moment the money is accepted, or it goes back."""

from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from gotovo.order.refusals import Code
from gotovo.order.steps.cancellation import Cancel
from gotovo.order.steps.payment import Pay
from gotovo.order.values.order import Outcome, Reason, Stage
from gotovo.order.values.settlement.balance import balance
from tests.support.order import stories
from tests.support.order.cast import AT_HOME, BASKET_COST, NOON, TEA, Play, Stock, basket

FULL = Pay(BASKET_COST, "RUB", "first", "demo")


def test_paying_reserves_every_unit_and_begins_processing() -> None:
    """Rule 2.2."""
    play = stories.placed().do(FULL)
    assert play.status == "processing"
    assert play.stock.reserved == {"tea": 3, "cup": 1}
    assert play.order.paid_at == NOON
    assert play.order.payment_due_at is None


def test_paying_before_the_cut_off_promises_the_next_day() -> None:
    promise = stories.placed().do(FULL).order.promise
    assert promise is not None
    assert promise.promised_for == date(2026, 11, 24)
    assert promise.kept is None


def test_the_courier_promises_by_the_warehouse_and_its_cut_off() -> None:
    early = stories.placed(AT_HOME).do(FULL).order.promise
    late = stories.placed(AT_HOME).wait(hours=9).do(FULL).order.promise
    assert early is not None
    assert late is not None
    assert (early.promised_for, late.promised_for) == (date(2026, 11, 24), date(2026, 11, 25))


def test_goods_that_are_gone_close_the_order_and_send_the_money_back_at_once() -> None:
    """Rule 2.2."""
    play = stories.placed(stock=Stock(tea=2, cup=5)).do(FULL)
    assert (play.status, play.order.reason) == ("closed", Reason.OUT_OF_STOCK)
    assert balance(play.order).refunded == BASKET_COST
    assert play.stock.reserved.total() == 0
    assert play.types(1) == ["order.paid", "order.cancelled", "refund.started"]


def test_two_lines_of_one_sku_need_the_sum_of_both() -> None:
    enough = Stock(tea=3, cup=1)
    assert stories.placed(stock=enough).do(FULL).stage is Stage.PAID


def test_the_last_unit_goes_to_the_first_who_pays() -> None:
    stock = Stock(tea=2, cup=0)
    first, second = (Play(stock, number=n).do(basket(lines=(TEA,), number=n)) for n in ("1", "2"))
    first.do(Pay(600))
    second.do(Pay(600))
    assert (first.stage, second.order.reason) == (Stage.PAID, Reason.OUT_OF_STOCK)


def test_goods_that_cost_nothing_are_given_back_without_a_refund_of_nothing() -> None:
    gift = replace(TEA, price=0)
    play = Play(Stock(tea=1)).do(basket(lines=(gift,))).do(Pay(0))
    assert (play.order.reason, play.order.refunds) == (Reason.OUT_OF_STOCK, ())


def test_another_sum_or_currency_is_refused() -> None:
    play = stories.placed()
    assert play.refused(Pay(BASKET_COST - 1)) is Code.WRONG_AMOUNT
    assert play.refused(Pay(BASKET_COST, "USD")) is Code.WRONG_CURRENCY
    assert play.order.paid == 0


def test_the_same_payment_told_again_changes_nothing() -> None:
    play = stories.placed().do(FULL)
    assert play.is_already_done(FULL)
    assert play.is_already_done(Pay(BASKET_COST))


def test_a_second_capture_is_refused_recorded_and_sent_back() -> None:
    play = stories.placed().do(FULL)
    assert play.refused(Pay(BASKET_COST, payment_id="second")) is Code.ALREADY_PAID
    sums = balance(play.order)
    assert (sums.captured, sums.refunded) == (2 * BASKET_COST, BASKET_COST)
    assert play.types(2) == ["order.payment_returned", "refund.started"]
    assert play.is_already_done(Pay(BASKET_COST, payment_id="second"))


@pytest.mark.parametrize("payment_id", ["", "late"])
def test_money_that_comes_after_the_cancellation_is_refused_recorded_and_sent_back(
    payment_id: str,
) -> None:
    play = stories.placed().do(Cancel())
    assert play.refused(Pay(BASKET_COST, payment_id=payment_id)) is Code.CANCELLED
    assert balance(play.order).refunded == BASKET_COST
    assert play.order.outcome is Outcome.CANCELLED
    assert play.is_already_done(Pay(BASKET_COST, payment_id=payment_id))


def test_each_further_capture_of_a_cancelled_order_goes_back_too() -> None:
    play = stories.cancelled()
    assert play.refused(Pay(BASKET_COST, payment_id="late")) is Code.CANCELLED
    assert balance(play.order).refunded == 2 * BASKET_COST


def test_a_late_payment_of_another_sum_is_refused_as_such() -> None:
    play = stories.cancelled()
    assert play.refused(Pay(1, payment_id="late")) is Code.WRONG_AMOUNT
    assert balance(play.order).captured == BASKET_COST


def test_a_refund_is_promised_by_the_calendar_of_the_point() -> None:
    play = stories.placed(stock=Stock(tea=0, cup=0)).wait(hours=13)
    play.do(FULL)
    assert play.now + timedelta(hours=3) == NOON.replace(day=24, hour=1)
    assert play.order.refunds[0].promised_for == date(2026, 12, 4)

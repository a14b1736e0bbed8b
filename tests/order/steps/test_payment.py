"""Payment: the goods are reserved at the very moment the money is accepted, or it goes back."""

from collections import Counter
from datetime import date, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gotovo.order.facts import Facts, OrderTerms
from gotovo.order.refunds import start_refund
from gotovo.order.refusals import Code
from gotovo.order.replay import decode, record
from gotovo.order.steps.cancellation import Cancel, OrderCancelled
from gotovo.order.steps.contact_erasure import EraseContact
from gotovo.order.steps.payment import (
    PAYMENT_MAX,
    SURPLUS,
    OrderPaid,
    OrderRevived,
    Pay,
    PaymentReceived,
    PaymentReturned,
)
from gotovo.order.steps.payment_expiry import ExpirePayment
from gotovo.order.steps.picking import StartPicking
from gotovo.order.values.invariants import broken
from gotovo.order.values.money import Balance, Money
from gotovo.order.values.number import draw
from gotovo.order.values.order import Attention, Order, Outcome, Reason, Stage
from gotovo.order.values.payments.captured import amount_due, held_balances, payments_of
from gotovo.order.values.payments.payment import Payment, PaymentId, PaymentUse
from gotovo.order.values.settlement.balance import balance
from tests.support.order import stories
from tests.support.order.cast import AT_HOME, BASKET_COST, NOON, SHOP, TEA, Play, Stock, basket
from tests.support.order.stories import pay

FULL = pay()


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
    first.do(pay(600, "one"))
    second.do(pay(600, "two"))
    assert (first.stage, second.order.reason) == (Stage.PAID, Reason.OUT_OF_STOCK)


def test_a_payment_of_nothing_is_no_payment() -> None:
    play = stories.placed()
    assert play.refused(pay(0)) is Code.WRONG_AMOUNT
    assert play.refused(pay(PAYMENT_MAX + 1)) is Code.WRONG_AMOUNT
    assert play.types() == ["order.placed"]


def test_a_short_payment_is_recorded_and_the_rest_stays_due() -> None:
    """Rule 4.8."""
    play = stories.placed().do(pay(1000, "part"))
    assert (play.stage, play.order.paid, amount_due(play.order)) == (Stage.PLACED, 1000, 350)
    assert play.stock.reserved.total() == 0
    assert balance(play.order).owed == 1000
    play.wait(hours=1).do(pay(350, "rest"))
    assert (play.stage, play.order.paid, amount_due(play.order)) == (Stage.PAID, BASKET_COST, 0)
    assert play.order.paid_at == play.now
    assert play.types(1) == ["order.payment_received", "order.paid"]


def test_what_is_paid_beyond_the_sum_is_refunded() -> None:
    play = stories.placed().do(pay(1000, "part")).do(pay(500, "rest"))
    sums = balance(play.order)
    assert (sums.captured, sums.refunded, sums.owed) == (1500, 150, BASKET_COST)
    assert [(r.amount, r.reason) for r in play.order.refunds] == [(150, SURPLUS)]
    assert [p.use for p in payments_of(play.order)] == [PaymentUse.APPLIED] * 2


def test_goods_that_are_gone_refund_every_part() -> None:
    play = stories.placed(stock=Stock(tea=0, cup=0)).do(pay(1000, "part")).do(pay(500, "rest"))
    assert play.order.reason is Reason.OUT_OF_STOCK
    assert [r.amount for r in play.order.refunds] == [1500]


def test_another_currency_is_recorded_and_left_to_a_person() -> None:
    play = stories.placed().do(pay(2000, "dollars", "USD"))
    assert (play.stage, play.order.paid) == (Stage.PLACED, 0)
    assert play.order.attention == (Attention.MONEY,)
    assert held_balances(play.order) == {"USD": Balance(2000, 0, 0, 2000)}
    assert play.types(1) == ["order.payment_received", "order.attention_raised"]
    play.do(FULL)
    assert play.stage is Stage.PAID


@pytest.mark.parametrize("stage", Stage)
def test_a_payment_of_any_kind_is_recorded_at_every_stage(stage: Stage) -> None:
    """Rule 4.8: a captured payment is a fact, whatever its sum, currency or moment."""
    for payment in (pay(1, "x"), pay(10**9, "y"), pay(7, "z", "USD")):
        play = stories.AT[stage]()
        before = len(payments_of(play.order))
        play.try_(payment)
        assert [p.money for p in payments_of(play.order)[before:]] == [payment.amount]
        assert play.is_already_done(payment)


@given(
    parts=st.lists(
        st.tuples(
            st.integers(1, 2 * BASKET_COST),
            st.sampled_from(["a", "b", "c", "d"]),
            st.sampled_from(["RUB", "RUB", "RUB", "USD", "OMR"]),
        ),
        max_size=8,
    ),
    closes=st.integers(0, 8),
)
def test_whatever_is_captured_is_kept_owed_or_refunded(
    parts: list[tuple[int, str, str]], closes: int
) -> None:
    """Rule 4.8; `Play` checks the balance of every currency after each command."""
    play = stories.placed()
    first: dict[str, Money] = {}
    for index, (amount, name, currency) in enumerate(parts):
        if index == closes:
            play.try_(Cancel())
        play.try_(pay(amount, name, currency))
        first.setdefault(name, Money(amount, currency))
    captured = Counter[str]()
    for money in first.values():
        captured[money.currency] += money.amount
    assert balance(play.order).captured == captured.pop("RUB", 0)
    assert {c: x.captured for c, x in held_balances(play.order).items()} == captured
    play.try_(Cancel())
    assert balance(play.order).owed == 0


def test_the_same_payment_told_again_changes_nothing() -> None:
    play = stories.placed().do(FULL)
    assert play.is_already_done(FULL)
    part = stories.placed().do(pay(1, "part"))
    assert part.is_already_done(pay(1, "part"))


def test_the_same_id_of_another_provider_is_another_payment() -> None:
    play = stories.placed().do(pay(1000)).do(Pay(Money(350, "RUB"), "other", "first"))
    assert play.stage is Stage.PAID


def test_one_payment_told_with_two_sums_counts_once_and_asks_for_a_person() -> None:
    play = stories.placed().do(pay(1000)).do(pay(1350))
    assert (play.stage, play.order.paid) == (Stage.PLACED, 1000)
    assert play.order.attention == (Attention.MONEY,)
    assert [p.use for p in payments_of(play.order)] == [PaymentUse.APPLIED, PaymentUse.CONTESTED]
    assert play.is_already_done(pay(1350))


def test_one_payment_named_for_two_orders_belongs_to_the_first_alone() -> None:
    payments: dict[PaymentId, str] = {}
    first, second = (
        Play(number=n, payments=payments).do(basket(number=n)) for n in (draw(10, 1), draw(10, 2))
    )
    first.do(FULL)
    second.do(FULL)
    assert (first.stage, second.stage) == (Stage.PAID, Stage.PLACED)
    assert (second.order.paid, second.order.attention) == (0, (Attention.MONEY,))
    event = decode(second.history[1].type, second.history[1].body)
    assert event == PaymentReceived(
        BASKET_COST, "RUB", "demo", "first", PaymentUse.CONTESTED, holder=first.number
    )
    assert second.is_already_done(FULL)
    second.do(pay(payment_id="second"))
    assert second.stage is Stage.PAID


def test_a_second_capture_is_refused_recorded_and_sent_back() -> None:
    play = stories.placed().do(FULL)
    assert play.refused(pay(payment_id="second")) is Code.ALREADY_PAID
    sums = balance(play.order)
    assert (sums.captured, sums.refunded) == (2 * BASKET_COST, BASKET_COST)
    assert play.types(2) == ["order.payment_returned", "refund.started"]
    assert play.is_already_done(pay(payment_id="second"))


def test_money_that_comes_after_the_cancellation_is_refused_recorded_and_sent_back() -> None:
    play = stories.placed().do(Cancel())
    assert play.refused(pay(700, "late")) is Code.CANCELLED
    assert balance(play.order).refunded == 700
    assert play.order.outcome is Outcome.CANCELLED
    assert play.is_already_done(pay(700, "late"))


def test_each_further_capture_of_a_cancelled_order_goes_back_too() -> None:
    play = stories.cancelled()
    assert play.refused(pay(payment_id="late")) is Code.CANCELLED
    assert balance(play.order).refunded == 2 * BASKET_COST


def test_a_payment_captured_before_the_cancellation_and_told_after_it_is_no_contradiction() -> None:
    """Its refund begins when it became known, and it keeps the time of its capture."""
    play = stories.placed().wait(hours=2).do(Cancel()).wait(days=30)
    assert play.try_(FULL, told=NOON + timedelta(hours=1)).refusal is not None
    assert play.order.attention == ()
    assert payments_of(play.order)[0].at == NOON + timedelta(hours=1)
    assert play.history[-1].at == play.order.refunds[0].started_at == play.now
    assert play.order.refunds[0].promised_for > play.now.date()


@pytest.mark.parametrize("hours", [1, 24 * 365 * 80])
def test_a_payment_told_from_the_future_is_recorded_now_and_flagged(hours: int) -> None:
    play = stories.placed()
    play.do(FULL, told=NOON + timedelta(hours=hours))
    assert (play.stage, play.order.paid_at) == (Stage.PAID, NOON)
    assert play.order.attention == (Attention.CONTRADICTION,)


def test_parts_are_refunded_when_the_order_is_cancelled_or_expires() -> None:
    for ending in (Cancel(), ExpirePayment()):
        play = stories.placed().do(pay(1000)).wait(hours=24).do(ending)
        assert [r.amount for r in play.order.refunds] == [1000]
        assert balance(play.order).owed == 0


def test_an_order_of_the_first_versions_is_read_and_goes_on() -> None:
    """Its payments are ids alone, and its events name no currency."""
    placed = stories.placed()
    old = OrderPaid(BASKET_COST, reserved=True, payment_id="first", provider="demo")
    _, order = record(placed.order, old, placed.number, NOON, NOON, "storefront:shop", "c")
    stored = msgspec.json.encode(order)
    assert b'"payments":["first"]' in stored
    assert msgspec.json.decode(stored, type=Order) == order
    assert broken(order) == ()
    assert payments_of(order) == (Payment("", "first", BASKET_COST, "RUB", NOON),)
    placed.state = order
    assert placed.is_already_done(FULL)
    assert placed.refused(pay(1, "second")) is Code.ALREADY_PAID
    read = msgspec.json.decode(msgspec.json.encode(placed.order), type=Order)
    assert read == placed.order
    assert [p.use for p in payments_of(read)] == [PaymentUse.APPLIED, PaymentUse.RETURNED]


def test_an_order_cancelled_by_the_first_versions_has_sent_its_payments_back() -> None:
    play = stories.placed().do(Cancel())
    old = PaymentReturned(BASKET_COST, "late")
    refund = start_refund(play.order, BASKET_COST, "cancelled", _facts(play))[0]
    for event in (old, refund):
        _, play.state = record(play.order, event, play.number, NOON, NOON, "a:b", "c")
    assert broken(play.order) == ()
    assert [p.use for p in payments_of(play.order)] == [PaymentUse.RETURNED]


def _facts(play: Play) -> Facts:
    return Facts(play.world, SHOP, "c", play.now, play.now)


def test_a_refund_is_promised_by_the_calendar_of_the_point() -> None:
    play = stories.placed(stock=Stock(tea=0, cup=0)).wait(hours=13)
    play.do(FULL)
    assert play.now + timedelta(hours=3) == NOON.replace(day=24, hour=1)
    assert play.order.refunds[0].promised_for == date(2026, 12, 4)


def expired(hours: float = 24, stock: Stock | None = None, late_payment_hours: int = 24) -> Play:
    """An order that nobody paid in its day; `hours` later than it was placed."""
    terms = OrderTerms(late_payment_hours=late_payment_hours)
    play = Play(stock, terms=terms).do(basket())
    return play.wait(hours=24).do(ExpirePayment()).wait(hours=hours - 24)


IN_TIME = NOON + timedelta(hours=23)


def test_a_payment_made_in_time_and_reported_late_revives_the_order() -> None:
    """Rule 4.8: history is not edited, and the promise is made as of now."""
    play = expired(hours=30).do(FULL, told=IN_TIME)
    order = play.order
    assert (play.stage, order.outcome, order.reason) == (Stage.PAID, None, None)
    assert play.types(2) == ["order.revived", "order.paid"]
    event = decode(play.history[2].type, play.history[2].body)
    assert event == OrderRevived(NOON + timedelta(hours=24), Reason.PAYMENT_EXPIRED)
    assert (order.paid_at, payments_of(order)[0].at) == (play.now, IN_TIME)
    assert order.promise is not None
    assert order.promise == stories.placed().wait(hours=30).do(FULL).order.promise
    assert play.stock.reserved == {"tea": 3, "cup": 1}
    assert order.attention == ()
    assert balance(order).owed == BASKET_COST
    assert play.do(StartPicking()).stage is Stage.PICKING


@pytest.mark.parametrize(
    ("play", "told"),
    [
        (expired(hours=30), NOON + timedelta(hours=24, seconds=1)),
        (expired(hours=49), IN_TIME),
        (expired(hours=25, late_payment_hours=0), IN_TIME),
        (expired(hours=30, stock=Stock(tea=0, cup=0)), IN_TIME),
        (stories.placed().wait(hours=1).do(Cancel()).wait(hours=1), NOON),
        (expired().do(EraseContact()), IN_TIME),
    ],
    ids=["paid too late", "told too late", "never", "sold out", "cancelled", "erased"],
)
def test_otherwise_a_late_payment_is_refunded(play: Play, told: datetime) -> None:
    decision = play.try_(FULL, told=told)
    assert decision.refusal is not None
    assert decision.refusal.code is Code.CANCELLED
    assert play.types(-2) == ["order.payment_returned", "refund.started"]
    assert balance(play.order).refunded == BASKET_COST


def test_a_short_payment_revives_nothing_and_a_surplus_is_refunded() -> None:
    short = expired(hours=30)
    assert short.try_(pay(BASKET_COST - 1), told=IN_TIME).refusal is not None
    more = expired(hours=30).do(pay(BASKET_COST + 9), told=IN_TIME)
    assert [r.amount for r in more.order.refunds] == [9]


def test_an_order_that_expired_in_the_first_versions_is_not_revived() -> None:
    """Its closing does not say until when it could be paid."""
    play = stories.placed().wait(hours=24)
    for event in (OrderCancelled(Reason.PAYMENT_EXPIRED),):
        _, play.state = record(play.order, event, play.number, play.now, play.now, "a:b", "c")
    assert play.order.payment_due_at is None
    assert play.try_(FULL, told=IN_TIME).refusal is not None

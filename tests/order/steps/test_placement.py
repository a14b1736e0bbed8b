"""Placement: an order is written down, nothing is reserved, and it can be paid for a day."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from gotovo.order.facts import OrderTerms
from gotovo.order.refusals import Code
from gotovo.order.steps.handover import HandOver
from gotovo.order.steps.placement import (
    LINES_MAX,
    PRICE_MAX,
    QUANTITY_MAX,
    TOTAL_MAX,
    UNITS_MAX,
    NewLine,
    Place,
)
from gotovo.order.values.order import Courier, Delivery, Pickup, Reason, Stage, total
from gotovo.order.values.payments.captured import amount_due
from gotovo.order.values.payments.payment import PaymentTerm
from tests.support.order import stories
from tests.support.order.cast import (
    AT_HOME,
    BASKET_COST,
    NOON,
    POINTS,
    SHOP,
    TEA,
    Play,
    Stock,
    basket,
)


def test_a_placed_order_awaits_payment_for_a_day_and_reserves_nothing() -> None:
    """Rule 2.1."""
    play = Play().do(basket())
    assert play.status == "awaiting_payment"
    assert play.order.payment_due_at == NOON + timedelta(hours=24)
    assert total(play.order) == BASKET_COST
    assert play.stock.reserved.total() == 0


def test_two_lines_may_share_a_sku() -> None:
    """Rule 4.9."""
    play = Play().do(basket())
    assert [line.sku for line in play.order.lines] == ["tea", "cup", "tea"]


def test_a_number_is_given_once() -> None:
    play = Play().do(basket())
    assert play.refused(basket()) is Code.NUMBER_TAKEN


def test_an_order_may_be_placed_while_the_goods_are_gone() -> None:
    assert Play(Stock(tea=0, cup=0)).do(basket()).stage is Stage.PLACED


BEYOND_ALL_UNITS = UNITS_MAX // QUANTITY_MAX + 1
BEYOND_TOTAL = replace(TEA, quantity=TOTAL_MAX // PRICE_MAX + 1, price=PRICE_MAX)


@dataclass(frozen=True)
class Unfit:
    """A basket nobody can carry, and the refusal it gets."""

    command: Place
    code: Code


@pytest.mark.parametrize(
    "unfit",
    [
        Unfit(basket(lines=()), Code.WRONG_QUANTITY),
        Unfit(basket(lines=(TEA,) * (LINES_MAX + 1)), Code.WRONG_QUANTITY),
        Unfit(basket(lines=(replace(TEA, quantity=0),)), Code.WRONG_QUANTITY),
        Unfit(basket(lines=(replace(TEA, quantity=QUANTITY_MAX + 1),)), Code.WRONG_QUANTITY),
        Unfit(
            basket(lines=(replace(TEA, quantity=QUANTITY_MAX, price=0),) * BEYOND_ALL_UNITS),
            Code.WRONG_QUANTITY,
        ),
        Unfit(basket(lines=(replace(TEA, price=-1),)), Code.WRONG_AMOUNT),
        Unfit(basket(lines=(replace(TEA, quantity=1, price=PRICE_MAX + 1),)), Code.WRONG_AMOUNT),
        Unfit(basket(lines=(BEYOND_TOTAL,)), Code.WRONG_AMOUNT),
        Unfit(basket(lines=(NewLine("milk", "Молоко", 1, 90),)), Code.UNKNOWN_SKU),
        Unfit(basket(Pickup("KZN-9")), Code.UNKNOWN_POINT),
        Unfit(basket(Pickup("KZN-4")), Code.POINT_CLOSED),
        Unfit(replace(basket(), warehouse="MSK"), Code.UNKNOWN_WAREHOUSE),
    ],
    ids=lambda unfit: unfit.code,
)
def test_what_does_not_fit_is_refused_by_name(unfit: Unfit) -> None:
    assert Play().refused(unfit.command, SHOP) is unfit.code


def test_the_largest_sum_is_still_accepted() -> None:
    line = replace(TEA, quantity=TOTAL_MAX // PRICE_MAX, price=PRICE_MAX)
    assert total(Play().do(basket(lines=(line,))).order) == TOTAL_MAX


def test_a_courier_order_leaves_from_the_first_warehouse() -> None:
    order = Play().do(basket(AT_HOME)).order
    assert (order.delivery, order.warehouse) == (Courier(), "KZN")


def test_a_life_carried_over_waits_for_nothing_and_may_know_other_goods() -> None:
    lines = (NewLine("milk", "Молоко", 1, 90),)
    play = Play().do(basket(Pickup("KZN-4"), lines, imported=True))
    assert play.order.payment_due_at is None


FREE = (replace(TEA, price=0),)


def test_an_order_of_nothing_is_in_processing_at_once() -> None:
    """Rule 4.8."""
    play = Play().do(basket(lines=FREE))
    order = play.order
    assert (play.stage, order.paid_at, order.payment_due_at) == (Stage.PAID, NOON, None)
    assert play.types() == ["order.placed", "order.paid"]
    assert play.stock.reserved == {"tea": 2}
    assert order.promise is not None
    assert order.payments == ()
    assert play.is_already_done(stories.pay(0))


def test_an_order_of_nothing_whose_goods_are_gone_closes_at_once() -> None:
    play = Play(Stock(tea=1)).do(basket(lines=FREE))
    assert (play.order.reason, play.order.refunds) == (Reason.OUT_OF_STOCK, ())
    assert play.stock.reserved.total() == 0


def test_an_imported_order_of_nothing_waits_for_the_steps_of_its_source() -> None:
    play = Play().do(basket(lines=FREE, imported=True))
    assert play.stage is Stage.PLACED
    assert play.do(stories.pay(0)).stage is Stage.PAID


UNPAID = basket(payment=PaymentTerm.AT_POINT)


def test_what_is_paid_at_its_point_is_in_processing_at_once() -> None:
    """Rule 4.8."""
    play = Play(points=stories.WITH_TERMINAL).do(UNPAID)
    order = play.order
    assert (play.stage, play.status) == (Stage.PAID, "processing")
    assert (order.paid_at, order.payment_due_at, order.paid) == (None, None, 0)
    assert amount_due(order) == BASKET_COST
    assert play.types() == ["order.placed", "order.accepted"]
    assert play.stock.reserved == {"tea": 3, "cup": 1}


def test_its_promise_counts_from_the_placement() -> None:
    play = Play(points=stories.WITH_TERMINAL).do(UNPAID).wait(days=9).do(stories.pay())
    promise = play.order.promise
    assert promise is not None
    assert (promise.promised_for, promise.counted_from) == (date(2026, 11, 24), NOON)


def test_when_its_goods_are_gone_it_closes_and_nothing_is_refunded() -> None:
    play = Play(Stock(tea=1, cup=1), points=stories.WITH_TERMINAL).do(UNPAID)
    assert (play.order.reason, play.order.refunds) == (Reason.OUT_OF_STOCK, ())
    assert play.stock.reserved.total() == 0
    assert amount_due(play.order) == 0


@pytest.mark.parametrize("delivery", [Pickup("KZN-2"), AT_HOME], ids=["another point", "courier"])
def test_where_nobody_takes_money_an_order_is_paid_in_advance(delivery: Delivery) -> None:
    play = Play(points=stories.WITH_TERMINAL)
    assert play.refused(replace(UNPAID, delivery=delivery)) is Code.PREPAYMENT_REQUIRED


def test_more_than_the_limit_is_paid_in_advance() -> None:
    dear = Play(points=stories.WITH_TERMINAL, terms=OrderTerms(pay_at_point_max=BASKET_COST - 1))
    assert dear.refused(UNPAID) is Code.PREPAYMENT_REQUIRED
    cheap = Play(points=stories.WITH_TERMINAL, terms=OrderTerms(pay_at_point_max=BASKET_COST))
    assert cheap.do(UNPAID).stage is Stage.PAID


def test_an_order_of_another_system_brings_its_payments_with_it() -> None:
    play = Play(points=stories.WITH_TERMINAL)
    assert play.refused(replace(UNPAID, imported=True)) is Code.WRONG_METHOD


def test_an_order_of_nothing_has_nothing_to_pay_at_its_point() -> None:
    play = Play(points=stories.WITH_TERMINAL).do(replace(UNPAID, lines=FREE))
    assert play.types() == ["order.placed", "order.paid"]
    assert not play.order.pays_at_point


def test_a_point_that_takes_no_money_any_more_keeps_what_was_placed_before() -> None:
    play = stories.unpaid_and_shelved()
    play.world = replace(play.world, points=POINTS)
    play.do(stories.pay_at_point()).do(HandOver(code=play.code()))
    assert play.stage is Stage.ISSUED

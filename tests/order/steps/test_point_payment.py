"""Point payment: the desk says what its terminal took, and goods leave for what was paid alone."""

import pytest
from msgspec import structs

from gotovo.order.allowed import allowed
from gotovo.order.deadlines import next_due
from gotovo.order.facts import Circumstances, OrderTerms
from gotovo.order.refusals import Code
from gotovo.order.replay import replay
from gotovo.order.steps.cancellation import Cancel
from gotovo.order.steps.correction import Correct
from gotovo.order.steps.handover import HandOver
from gotovo.order.steps.handover_opening import OpenHandover
from gotovo.order.steps.storage_expiry import ExpireStorage
from gotovo.order.values.money import Balance, Money
from gotovo.order.values.number import draw
from gotovo.order.values.order import Attention, Outcome, Reason, Stage, Units
from gotovo.order.values.payments.captured import amount_due, payments_of
from gotovo.order.values.payments.payment import Payment, PaymentTerm, Tender
from gotovo.order.values.settlement.balance import balance
from tests.support.order import stories
from tests.support.order.cast import BASKET_COST, LENA, NOON, OLEG, SONYA, Play, basket
from tests.support.order.stories import WITH_TERMINAL, pay, pay_at_point

CUP = (Units(2, 1),)
CUP_COST = 500
SLIP = pay_at_point()


def hand_over(play: Play, refused: tuple[Units, ...] = ()) -> HandOver:
    return HandOver(code=play.code(), refused=refused)


def test_what_the_terminal_took_is_a_captured_payment_of_the_point() -> None:
    play = stories.unpaid_and_shelved().do(structs.replace(SLIP, method=Tender.CASH))
    order = play.order
    assert payments_of(order) == (
        Payment("terminal:KZN-1", "slip 1", BASKET_COST, "RUB", order.paid_at or NOON),
    )
    assert (amount_due(order), play.stage) == (0, Stage.SHELVED)
    assert b'"completes":true,"point":"KZN-1","method":"cash"' in play.history[-1].body
    assert replay(play.history) == order


def test_goods_are_not_handed_over_before_they_are_paid() -> None:
    """Rule 4.4: whoever has the right code hears it too, and before a wrong one is counted."""
    play = stories.unpaid_and_shelved()
    assert play.refused(hand_over(play)) is Code.UNPAID
    assert play.refused(HandOver(code=play.wrong())) is Code.UNPAID
    assert play.order.codes.wrong_tries == 0
    play.do(SLIP).do(hand_over(play))
    assert balance(play.order) == Balance(BASKET_COST, BASKET_COST, 0, 0)


def test_the_desk_serves_the_buyer_before_the_money_is_taken() -> None:
    play = stories.unpaid_and_shelved()
    play.do(OpenHandover(code=play.code())).do(SLIP)
    assert play.stage is Stage.HANDING_OVER
    assert play.do(HandOver()).stage is Stage.ISSUED


def test_the_buyer_pays_only_for_what_they_take() -> None:
    play = stories.unpaid_and_shelved()
    play.do(pay_at_point(BASKET_COST - CUP_COST - 1, "slip 1"))
    assert play.refused(hand_over(play, CUP)) is Code.UNPAID
    play.do(pay_at_point(1, "slip 2")).do(hand_over(play, CUP))
    order = play.order
    assert (order.outcome, order.refunds) == (Outcome.ISSUED, ())
    assert balance(order) == Balance(BASKET_COST - CUP_COST, BASKET_COST - CUP_COST, 0, 0)
    assert order.paid_at == order.closed_at


def test_what_was_paid_for_the_rest_goes_back_through_the_terminal() -> None:
    play = stories.unpaid_and_shelved().do(SLIP)
    play.do(hand_over(play, CUP))
    (refund,) = play.order.refunds
    assert (refund.amount, refund.route) == (CUP_COST, "at_point")
    assert [(x.provider, x.amount) for x in refund.sources] == [("terminal:KZN-1", CUP_COST)]


def test_money_of_both_kinds_goes_back_by_both_ways() -> None:
    play = stories.unpaid_and_shelved().do(pay(BASKET_COST - 100)).do(pay_at_point(100))
    play.do(hand_over(play, CUP))
    assert [(x.id[-2:], x.route, x.amount) for x in play.order.refunds] == [
        ("R1", "at_point", 100),
        ("R2", "original", CUP_COST - 100),
    ]
    assert balance(play.order).holds


def test_a_buyer_who_takes_nothing_owes_nothing() -> None:
    play = stories.unpaid_and_shelved()
    everything = (Units(1, 2), Units(2, 1), Units(3, 1))
    play.do(hand_over(play, everything))
    assert (play.order.reason, play.order.refunds) == (Reason.REFUSED_AT_DESK, ())


def test_what_is_not_collected_ends_without_a_refund() -> None:
    play = stories.unpaid_and_shelved()
    assert play.order.storage is not None
    play.now = play.order.storage.deadline_at
    play.do(ExpireStorage())
    assert (play.order.reason, play.order.refunds) == (Reason.NOT_COLLECTED, ())
    assert balance(play.order) == Balance(0, 0, 0, 0)


def test_paid_online_before_it_is_collected_nothing_is_due_at_the_desk() -> None:
    play = stories.unpaid_and_shelved().do(pay())
    assert (play.stage, amount_due(play.order), play.types()[-1]) == (
        Stage.SHELVED,
        0,
        "order.payment_received",
    )
    assert play.do(hand_over(play)).stage is Stage.ISSUED


def test_paid_online_and_at_the_desk_the_second_goes_back() -> None:
    play = stories.unpaid_and_shelved().do(pay())
    assert play.refused(SLIP) is Code.ALREADY_PAID
    (refund,) = play.order.refunds
    assert (refund.amount, refund.route) == (BASKET_COST, "at_point")
    assert balance(play.order) == Balance(2 * BASKET_COST, 0, BASKET_COST, BASKET_COST)


def test_more_than_is_due_is_refunded() -> None:
    play = stories.unpaid_and_shelved().do(pay(BASKET_COST - 100)).do(pay_at_point(150))
    assert [(x.amount, x.reason, x.route) for x in play.order.refunds] == [
        (50, "surplus", "at_point")
    ]


def test_money_taken_for_an_order_that_was_cancelled_meanwhile_goes_back() -> None:
    play = stories.unpaid_and_shelved().do(Cancel())
    assert play.refused(SLIP) is Code.CANCELLED
    assert [x.amount for x in play.order.refunds] == [BASKET_COST]
    assert balance(play.order).holds


def test_one_slip_is_one_payment() -> None:
    """Rule 4.13; and of another order it is a matter for a person."""
    play = stories.unpaid_and_shelved().do(SLIP)
    assert play.is_already_done(SLIP)
    other = Play(points=WITH_TERMINAL, number=draw(10, 4712), payments=play.payments)
    other.do(basket(number=draw(10, 4712), payment=PaymentTerm.AT_POINT)).do(SLIP, SONYA)
    assert (other.order.attention, other.order.paid) == ((Attention.MONEY,), 0)


def test_only_who_has_the_goods_takes_money_for_them() -> None:
    """Rule 4.19."""
    play = stories.unpaid()
    assert play.refused(SLIP, LENA) is Code.NOT_IN_CUSTODY
    play = stories.unpaid_and_shelved()
    assert play.refused(SLIP, OLEG) is Code.WRONG_POINT
    elsewhere = structs.replace(SLIP, point="KZN-3")
    assert play.refused(elsewhere, SONYA) is Code.WRONG_POINT
    assert play.refused(pay_at_point(0)) is Code.WRONG_AMOUNT
    assert play.order.paid == 0


def test_an_order_that_is_paid_in_advance_takes_no_money_at_the_desk() -> None:
    play = stories.shelved()
    before = play.order
    assert play.refused(SLIP) is Code.PREPAYMENT_REQUIRED
    assert play.order == before


def test_money_in_another_currency_waits_for_a_person() -> None:
    play = stories.unpaid_and_shelved().do(structs.replace(SLIP, amount=Money(5, "USD")))
    assert (play.order.attention, amount_due(play.order)) == ((Attention.MONEY,), BASKET_COST)


def test_a_hand_over_recorded_by_mistake_leaves_the_order_paid() -> None:
    play = stories.unpaid_and_shelved().do(SLIP)
    play.do(hand_over(play))
    play.do(Correct(play.order.issued_version, "another buyer's"), SONYA)
    assert (play.stage, amount_due(play.order)) == (Stage.SHELVED, 0)
    assert play.do(hand_over(play)).stage is Stage.ISSUED


def test_nothing_falls_due_for_what_is_paid_at_the_desk_but_the_promise_and_the_shelf() -> None:
    due = next_due(stories.unpaid().order)
    assert due is not None
    assert due.what == "lateness"


@pytest.mark.parametrize(
    ("play", "is_allowed"),
    [
        (stories.unpaid_and_shelved(), True),
        (stories.unpaid_and_shelved().do(SLIP), False),
        (stories.unpaid(), False),
        (stories.shelved(), False),
    ],
    ids=["due", "paid", "not there", "in advance"],
)
def test_the_desk_is_offered_it_while_something_is_due(play: Play, *, is_allowed: bool) -> None:
    here = Circumstances(LENA, play.now, WITH_TERMINAL, OrderTerms())
    assert allowed(play.order, "point-payment", here) is is_allowed

"""A point takes back what was claimed or is brought in time."""

from msgspec.structs import replace

from gotovo.order.refusals import Code
from gotovo.order.steps.dispatch import Dispatch
from gotovo.order.steps.handover import HandOver
from gotovo.order.steps.reception import Receive
from gotovo.order.steps.return_acceptance import AcceptReturn
from gotovo.order.steps.return_claim import ClaimReturn
from gotovo.order.values.number import PARCELS_MAX
from gotovo.order.values.order import Condition, Outcome, Stage, Units
from gotovo.order.values.settlement.balance import balance
from tests.support.order import stories
from tests.support.order.cast import BASKET_COST, LENA, OLEG, SONYA, TEA, Play, Stock, basket

ONE_TEA = (Units(1, 1),)


def test_what_was_claimed_in_time_may_be_brought_later_and_nothing_else() -> None:
    play = stories.issued().do(ClaimReturn(ONE_TEA)).wait(days=9)
    assert play.refused(AcceptReturn((Units(1, 2),))) is Code.RETURN_PERIOD_OVER
    assert play.refused(AcceptReturn((Units(2, 1),))) is Code.RETURN_PERIOD_OVER
    assert play.do(AcceptReturn()).order.lines[0].returned == 1


def test_of_a_claim_brought_in_part_the_rest_may_still_come() -> None:
    play = stories.issued().do(ClaimReturn((Units(1, 2), Units(2, 1)))).wait(days=9)
    play.do(AcceptReturn(ONE_TEA)).do(AcceptReturn())
    assert [line.returned for line in play.order.lines] == [2, 1, 0]
    assert play.order.claim is None


def test_a_part_brought_back_leaves_the_order_issued_and_is_refunded_after_inspection() -> None:
    play = stories.issued().do(AcceptReturn(ONE_TEA))
    assert play.order.outcome is Outcome.ISSUED
    assert balance(play.order).owed == 300
    assert balance(play.order).refunded == 0
    play.do(Dispatch(), LENA).do(Receive())
    assert play.order.outcome is Outcome.ISSUED
    assert balance(play.order).refunded == 300
    assert play.stock.on_hand == {"tea": 8, "cup": 9}


def test_everything_brought_back_makes_the_order_returned() -> None:
    play = stories.issued().wait(days=2).do(AcceptReturn())
    assert (play.order.outcome, play.stage) == (Outcome.RETURNED, Stage.WITHDRAWN)
    assert play.status == "closed"
    play.do(Dispatch(), LENA).do(Receive(condition=Condition.DEFECTIVE))
    assert play.stage is Stage.RECEIVED_BACK
    assert balance(play.order).refunded == BASKET_COST
    assert play.stock.on_hand == {"tea": 7, "cup": 9}


def test_the_last_part_brought_back_makes_the_order_returned_too() -> None:
    play = stories.refused_in_part().do(AcceptReturn(ONE_TEA))
    assert play.order.outcome is Outcome.ISSUED
    assert play.do(AcceptReturn()).order.outcome is Outcome.RETURNED


def test_goods_may_be_brought_to_any_point() -> None:
    play = stories.issued().do(AcceptReturn(ONE_TEA), OLEG)
    assert play.order.parcels[-1].at == "KZN-2"
    assert play.do(AcceptReturn(ONE_TEA, "KZN-3"), SONYA).order.parcels[-1].at == "KZN-3"


def test_a_clerk_takes_back_at_their_own_point_and_nobody_at_none() -> None:
    assert stories.issued().refused(AcceptReturn(point="KZN-2"), LENA) is Code.WRONG_POINT
    assert stories.issued().refused(AcceptReturn(point="KZN-9"), SONYA) is Code.UNKNOWN_POINT
    assert stories.delivered().refused(AcceptReturn(), SONYA) is Code.UNKNOWN_POINT


def test_of_a_line_that_is_back_nothing_more_is_expected() -> None:
    play = stories.issued().do(AcceptReturn((Units(2, 1),)))
    refusal = play.try_(AcceptReturn((Units(2, 1), Units(1, 1)))).refusal
    assert refusal is not None
    assert (refusal.value, refusal.expected) == ("1", "0")


def test_nobody_returns_what_they_do_not_have() -> None:
    play = stories.refused_in_part()
    assert play.refused(ClaimReturn((Units(1, 2),))) is Code.WRONG_QUANTITY
    assert play.refused(ClaimReturn((Units(1, 1), Units(1, 1)))) is Code.WRONG_QUANTITY
    assert play.refused(ClaimReturn((Units(1, 0),))) is Code.WRONG_QUANTITY
    assert play.refused(AcceptReturn((Units(5, 1),))) is Code.UNKNOWN_LINE
    assert play.refused(AcceptReturn((Units(0, 1),))) is Code.UNKNOWN_LINE


def test_only_what_was_issued_is_returned() -> None:
    assert stories.shelved().refused(ClaimReturn()) is Code.STAGE_FORBIDS
    assert stories.turned_round().refused(AcceptReturn()) is Code.CLOSED


def test_the_same_return_again_is_already_done() -> None:
    """Rule 4.13."""
    play = stories.issued().do(AcceptReturn(ONE_TEA))
    assert play.do(AcceptReturn(ONE_TEA)).order.lines[0].returned == 2, "the other one of two"
    assert play.is_already_done(AcceptReturn(ONE_TEA))
    play.do(AcceptReturn())
    assert play.order.outcome is Outcome.RETURNED
    assert play.is_already_done(AcceptReturn())
    assert play.is_already_done(AcceptReturn(ONE_TEA))
    assert play.is_already_done(ClaimReturn())
    assert play.refused(AcceptReturn(), OLEG) is Code.CLOSED
    play.do(Dispatch(), LENA).do(Receive())
    assert play.is_already_done(AcceptReturn())


def test_an_order_has_no_more_boxes_than_barcodes() -> None:
    many = replace(TEA, quantity=PARCELS_MAX + 1)
    play = Play(Stock(tea=200)).do(basket(lines=(many,))).do(stories.pay(30_000))
    play.do(stories.Pack()).do(Dispatch()).do(stories.Arrive()).do(stories.Shelve(cell="A1"))
    play.do(HandOver(code=play.code()))
    for _ in range(PARCELS_MAX - 1):
        play.do(AcceptReturn(ONE_TEA))
    assert play.refused(AcceptReturn(ONE_TEA)) is Code.WRONG_QUANTITY

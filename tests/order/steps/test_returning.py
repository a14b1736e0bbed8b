"""Returning: goods brought back after issue, and every parcel's way back to the warehouse."""

from msgspec.structs import replace

from gotovo.order.refusals import Code
from gotovo.order.steps.cancellation import Cancel
from gotovo.order.steps.dispatch import Dispatch
from gotovo.order.steps.handover import HandOver
from gotovo.order.steps.refunding import CompleteRefund
from gotovo.order.steps.returning import AcceptReturn, ClaimReturn, Receive, Withdraw
from gotovo.order.values.number import PARCELS_MAX
from gotovo.order.values.order import Condition, Outcome, Stage, Units, balance
from tests.support.order import stories
from tests.support.order.cast import (
    BASKET_COST,
    LENA,
    NOON,
    OLEG,
    PETYA,
    SONYA,
    TEA,
    Play,
    Stock,
    basket,
)

ONE_TEA = (Units(1, 1),)


def test_a_claim_announces_what_comes_back() -> None:
    play = stories.issued().wait(days=1).do(ClaimReturn(ONE_TEA, "too strong"))
    assert play.order.claim is not None
    assert (play.order.claim.units, play.order.claim.note) == (ONE_TEA, "too strong")
    assert play.order.outcome is Outcome.ISSUED


def test_without_units_everything_that_was_issued_is_meant() -> None:
    play = stories.refused_in_part().do(ClaimReturn())
    assert play.order.claim is not None
    assert play.order.claim.units == (Units(1, 1), Units(2, 1), Units(3, 1))


def test_seven_days_after_issue_the_right_is_over() -> None:
    play = stories.issued().wait(days=7)
    play.do(ClaimReturn(ONE_TEA))
    late = stories.issued().wait(days=7, seconds=1)
    assert late.refused(ClaimReturn(ONE_TEA)) is Code.RETURN_PERIOD_OVER
    assert late.refused(AcceptReturn(ONE_TEA)) is Code.RETURN_PERIOD_OVER


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
    assert stories.issued().do(AcceptReturn()).refused(AcceptReturn()) is Code.CLOSED


def test_an_order_has_no_more_boxes_than_barcodes() -> None:
    many = replace(TEA, quantity=PARCELS_MAX + 1)
    play = Play(Stock(tea=200)).do(basket(lines=(many,))).do(stories.Pay(30_000))
    play.do(stories.Pack()).do(Dispatch()).do(stories.Arrive()).do(stories.Shelve(cell="A1"))
    play.do(HandOver(code=play.code()))
    for _ in range(PARCELS_MAX - 1):
        play.do(AcceptReturn(ONE_TEA))
    assert play.refused(AcceptReturn(ONE_TEA)) is Code.WRONG_QUANTITY


def test_withdrawing_empties_the_cell() -> None:
    play = stories.turned_round().do(Withdraw(), LENA)
    assert play.stage is Stage.WITHDRAWN
    assert play.order.parcels[0].cell == ""
    assert play.is_already_done(Withdraw(), LENA)


def test_parcels_are_withdrawn_one_by_one() -> None:
    play = stories.shelved(boxes=stories.TWO_BOXES).do(Cancel())
    first, second = play.barcodes
    assert play.do(Withdraw(parcels=(first,))).stage is Stage.TURNED_ROUND
    assert play.do(Withdraw(parcels=(second,))).stage is Stage.WITHDRAWN


def test_nobody_withdraws_from_a_shelf_of_another_point() -> None:
    play = stories.turned_round()
    assert play.refused(Withdraw(parcels=play.barcodes), OLEG) is Code.WRONG_POINT
    assert play.refused(Withdraw(), OLEG) is Code.STAGE_FORBIDS


def test_only_a_closed_order_is_withdrawn() -> None:
    assert stories.shelved().refused(Withdraw()) is Code.STAGE_FORBIDS
    assert stories.issued().refused(Withdraw()) is Code.CLOSED
    assert stories.cancelled().refused(Withdraw()) is Code.CLOSED


def test_what_comes_back_whole_is_on_hand_again() -> None:
    play = stories.in_return().do(Receive(), PETYA)
    assert play.stage is Stage.RECEIVED_BACK
    assert play.stock.on_hand == {"tea": 10, "cup": 10}


def test_what_comes_back_broken_or_not_at_all_is_not() -> None:
    for condition in (Condition.DEFECTIVE, Condition.WRITTEN_OFF):
        play = stories.in_return().do(Receive(condition=condition))
        assert play.order.parcels[0].condition is condition
        assert play.stock.on_hand == {"tea": 7, "cup": 9}


def test_a_parcel_turned_round_on_its_way_may_come_straight_back() -> None:
    assert stories.dispatched().do(Cancel()).do(Receive()).stage is Stage.RECEIVED_BACK
    assert stories.with_courier().do(Cancel()).do(Receive()).stage is Stage.RECEIVED_BACK


def test_an_order_is_back_with_its_slowest_parcel() -> None:
    play = stories.dispatched(boxes=stories.TWO_BOXES)
    first, second = play.barcodes
    play.do(stories.Arrive(parcels=(first,))).do(Cancel()).do(Withdraw(parcels=(first,)))
    assert play.do(Receive(parcels=(second,))).stage is Stage.WITHDRAWN
    assert play.do(Receive(parcels=(first,))).stage is Stage.RECEIVED_BACK


def test_receiving_twice_changes_nothing() -> None:
    play = stories.received_back()
    assert play.is_already_done(Receive())
    assert play.stock.on_hand == {"tea": 10, "cup": 10}


def test_what_lies_on_a_shelf_or_with_the_buyer_has_not_come_back() -> None:
    assert stories.turned_round().refused(Receive()) is Code.STAGE_FORBIDS
    assert stories.issued().refused(Receive()) is Code.STAGE_FORBIDS
    assert stories.shelved().refused(Receive()) is Code.STAGE_FORBIDS


def test_goods_refused_at_the_desk_were_refunded_then_and_not_again() -> None:
    play = stories.refused_in_part().do(Dispatch(), LENA).do(Receive())
    assert balance(play.order).refunded == 300
    assert play.stock.on_hand == {"tea": 8, "cup": 9}


def test_the_refund_of_a_return_is_visible_until_it_is_paid() -> None:
    play = stories.issued().do(AcceptReturn(ONE_TEA)).do(Dispatch(), LENA).do(Receive())
    refund = play.order.refunds[0]
    assert (refund.amount, refund.reason, refund.started_at) == (300, "returned", NOON)
    play.do(CompleteRefund(refund.id, "re_1"))
    assert play.order.refunds[0].provider_id == "re_1"

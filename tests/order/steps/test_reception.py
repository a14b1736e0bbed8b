"""Goods that are back in the warehouse are on hand, defective or written off."""

from gotovo.order.refusals import Code
from gotovo.order.steps.cancellation import Cancel
from gotovo.order.steps.dispatch import Dispatch
from gotovo.order.steps.reception import Receive
from gotovo.order.steps.refund_completion import CompleteRefund
from gotovo.order.steps.return_acceptance import AcceptReturn
from gotovo.order.steps.withdrawal import Withdraw
from gotovo.order.values.order import Condition, Stage, Units, balance
from tests.support.order import stories
from tests.support.order.cast import LENA, NOON, PETYA

ONE_TEA = (Units(1, 1),)


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


def test_missed_scans_of_the_way_back_are_inferred_from_the_reception() -> None:
    """Rule 4.13."""
    play = stories.turned_round()
    before = len(play.history)
    assert play.do(Receive()).stage is Stage.RECEIVED_BACK
    names = ["parcel.withdrawn", "parcel.dispatched", "parcel.received_back"]
    assert play.types(before)[:3] == names
    assert [b'"inferred":true' in x.body for x in play.history[before:]] == [True, True, False]
    withdrawn = stories.withdrawn()
    before = len(withdrawn.history)
    assert withdrawn.do(Receive()).types(before) == names[1:]


def test_what_is_with_the_buyer_or_of_an_open_order_has_not_come_back() -> None:
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

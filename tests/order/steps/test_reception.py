"""Goods that are back in the warehouse are on hand, defective or written off."""

import msgspec
from msgspec import structs

from gotovo.order.refusals import Code
from gotovo.order.steps.cancellation import Cancel
from gotovo.order.steps.dispatch import Dispatch
from gotovo.order.steps.handover import HandOver
from gotovo.order.steps.reception import ParcelReceivedBack, Receive
from gotovo.order.steps.refund_completion import CompleteRefund
from gotovo.order.steps.return_acceptance import AcceptReturn
from gotovo.order.steps.withdrawal import Withdraw
from gotovo.order.values.order import Condition, ReceivedUnits, Stage, Units, still_expected
from gotovo.order.values.settlement.balance import balance
from tests.support.order import stories
from tests.support.order.cast import BASKET_COST, LENA, NOON, PETYA, TEA, Play, basket

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


def three_back() -> Play:
    """Return an order of three teas that are all on their way back, in one parcel."""
    play = Play().do(basket(lines=(structs.replace(TEA, quantity=3),))).do(stories.pay(900))
    play.do(stories.Pack()).do(Dispatch()).do(stories.Arrive()).do(stories.Shelve(cell="A1"))
    return play.do(HandOver(code=play.code())).do(AcceptReturn()).do(Dispatch(), LENA)


def listed(whole: int, broken: int) -> Receive:
    units = ((whole, Condition.RESTOCKED), (broken, Condition.DEFECTIVE))
    return Receive(units=tuple(ReceivedUnits(1, n, what) for n, what in units if n))


def test_of_three_units_two_come_back_and_one_of_them_is_broken() -> None:
    """Rules 4.7 and 4.9: the refund follows what came, and only what is whole is on hand."""
    play = three_back().do(listed(1, 1), PETYA)
    box = play.order.parcels[-1]
    assert (box.stage, box.condition) == (Stage.IN_RETURN, None)
    assert still_expected(box) == ONE_TEA
    assert [refund.amount for refund in play.order.refunds] == [600]
    assert play.stock.on_hand["tea"] == 8
    assert balance(play.order).owed == 300
    assert play.stage is Stage.IN_RETURN

    play.do(listed(2, 1), PETYA)
    assert play.order.parcels[-1].stage is Stage.RECEIVED_BACK
    assert [refund.amount for refund in play.order.refunds] == [600, 300]
    assert play.stock.on_hand["tea"] == 9
    assert balance(play.order).owed == 0
    assert play.stage is Stage.RECEIVED_BACK


def test_the_same_list_or_a_shorter_one_is_a_second_scan() -> None:
    """Rule 4.13."""
    play = three_back().do(listed(1, 1))
    assert play.is_already_done(listed(1, 1))
    assert play.is_already_done(listed(1, 0))
    assert play.is_already_done(Receive())
    assert play.is_already_done(Receive(parcels=play.barcodes[-1:]))
    play.do(listed(2, 1))
    assert play.is_already_done(listed(2, 1))
    assert play.is_already_done(Receive())


def test_what_never_comes_is_written_off_and_refunded() -> None:
    play = three_back().do(listed(1, 1))
    lost = ReceivedUnits(1, 1, Condition.WRITTEN_OFF)
    play.do(Receive(units=(*listed(1, 1).units, lost)))
    assert balance(play.order).refunded == 900
    assert play.stock.on_hand["tea"] == 8
    assert play.stage is Stage.RECEIVED_BACK


def test_a_list_that_contradicts_the_one_before_is_refused() -> None:
    play = three_back().do(listed(2, 0))
    assert play.refused(listed(1, 1)) is Code.WRONG_QUANTITY
    assert play.refused(listed(3, 1)) is Code.WRONG_QUANTITY
    assert play.refused(listed(-1, 1)) is Code.WRONG_QUANTITY
    unknown = Receive(units=(ReceivedUnits(2, 1, Condition.RESTOCKED),))
    assert play.refused(unknown) is Code.UNKNOWN_LINE
    refusal = play.try_(listed(1, 1)).refusal
    assert refusal is not None
    assert (refusal.field, refusal.value, refusal.expected) == (
        "units",
        "1: 1 defective, 1: 1 restocked",
        "1: 2 restocked",
    )


def test_a_list_is_of_one_parcel() -> None:
    play = stories.dispatched(boxes=stories.TWO_BOXES).do(Cancel())
    units = (ReceivedUnits(1, 2, Condition.DEFECTIVE),)
    assert play.refused(Receive(units=units)) is Code.WRONG_QUANTITY
    play.do(Receive(parcels=play.barcodes[:1], units=units))
    assert play.order.parcels[0].condition is Condition.DEFECTIVE
    assert balance(play.order).refunded == BASKET_COST
    rest = (ReceivedUnits(2, 1, Condition.RESTOCKED), ReceivedUnits(3, 1, Condition.WRITTEN_OFF))
    play.do(Receive(parcels=play.barcodes[1:], units=rest))
    assert play.order.parcels[1].condition is None
    assert play.stage is Stage.RECEIVED_BACK
    assert play.stock.on_hand == {"tea": 7, "cup": 10}


def test_a_parcel_received_before_units_were_listed_reads_as_it_was_stored() -> None:
    event = b'{"type":"parcel.received_back","parcels":["1"],"condition":"defective"}'
    assert msgspec.json.encode(msgspec.json.decode(event, type=ParcelReceivedBack)) == event

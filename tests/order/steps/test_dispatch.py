"""Dispatch: parcels leave towards the buyer, or back to the warehouse."""

from gotovo.order.refusals import Code
from gotovo.order.steps.arrival import Arrive
from gotovo.order.steps.cancellation import Cancel
from gotovo.order.steps.dispatch import Dispatch
from gotovo.order.steps.withdrawal import Withdraw
from gotovo.order.values.order import Stage
from tests.support.order import stories
from tests.support.order.cast import AT_HOME, LENA, OLEG, PETYA, Play, basket


def test_what_leaves_is_on_hand_and_reserved_no_more() -> None:
    play = stories.packed().do(Dispatch(manifest="m1"))
    assert play.stage is Stage.DISPATCHED
    assert play.stock.on_hand == {"tea": 7, "cup": 9}
    assert play.stock.reserved.total() == 0
    assert b"m1" in play.history[-1].body


def test_an_order_for_the_door_is_with_its_courier() -> None:
    assert stories.packed(AT_HOME).do(Dispatch()).stage is Stage.WITH_COURIER


def test_an_order_is_dispatched_only_with_its_last_parcel() -> None:
    play = stories.packed(boxes=stories.TWO_BOXES)
    first, second = play.barcodes
    assert play.do(Dispatch(parcels=(first,))).stage is Stage.PACKED
    assert play.stock.reserved == {"tea": 1, "cup": 1}
    assert play.do(Dispatch(parcels=(second,))).stage is Stage.DISPATCHED


def test_a_parcel_left_behind_may_follow_those_that_have_arrived() -> None:
    play = stories.packed(boxes=stories.TWO_BOXES)
    first, second = play.barcodes
    play.do(Dispatch(parcels=(first,))).do(Arrive(parcels=(first,)))
    assert play.stage is Stage.PACKED
    assert play.do(Dispatch(parcels=(second,))).stage is Stage.DISPATCHED


def test_scanning_again_changes_nothing() -> None:
    play = stories.dispatched()
    assert play.is_already_done(Dispatch())
    assert play.is_already_done(Dispatch(parcels=play.barcodes))
    assert stories.issued().is_already_done(Dispatch())


def test_a_parcel_of_another_order_is_refused() -> None:
    assert stories.packed().refused(Dispatch(parcels=("00000000000001",))) is Code.UNKNOWN_PARCEL


def test_what_is_not_packed_does_not_leave() -> None:
    assert stories.paid().refused(Dispatch()) is Code.STAGE_FORBIDS
    assert stories.placed().refused(Dispatch()) is Code.STAGE_FORBIDS
    assert stories.cancelled().refused(Dispatch()) is Code.STAGE_FORBIDS


def test_a_missed_withdrawal_is_inferred_when_the_point_sends_a_parcel_back() -> None:
    """Rule 4.13."""
    play = stories.turned_round()
    assert play.is_already_done(Dispatch(parcels=play.barcodes), PETYA)
    before = len(play.history)
    assert play.do(Dispatch(parcels=play.barcodes), LENA).stage is Stage.IN_RETURN
    assert play.types(before) == ["parcel.withdrawn", "parcel.dispatched"]
    assert b'"inferred":true' in play.history[before].body


def test_another_point_sends_nothing_back_from_a_shelf() -> None:
    play = stories.turned_round()
    assert play.refused(Dispatch(parcels=play.barcodes), OLEG) is Code.UNKNOWN_ORDER


def test_withdrawn_parcels_leave_one_by_one() -> None:
    play = stories.shelved(boxes=stories.TWO_BOXES).do(Cancel()).do(Withdraw())
    first, _ = play.barcodes
    assert play.do(Dispatch(parcels=(first,))).stage is Stage.WITHDRAWN
    assert play.do(Dispatch()).stage is Stage.IN_RETURN


def test_refused_units_travel_back_while_the_order_stays_issued() -> None:
    play = stories.refused_in_part().do(Dispatch(), LENA)
    assert play.stage is Stage.ISSUED
    assert play.order.parcels[-1].stage is Stage.IN_RETURN


def test_nobody_sends_back_what_lies_at_another_point() -> None:
    play = stories.withdrawn()
    assert play.refused(Dispatch(parcels=play.barcodes), OLEG) is Code.UNKNOWN_ORDER
    assert play.refused(Dispatch(), OLEG) is Code.UNKNOWN_ORDER
    play = stories.refused_in_part()  # The rest may be brought to any point, this box lies here.
    box = play.barcodes[-1:]
    assert play.refused(Dispatch(parcels=box), OLEG) is Code.WRONG_POINT
    assert play.refused(Dispatch(), OLEG) is Code.STAGE_FORBIDS
    play = stories.withdrawn()
    assert play.do(Dispatch(), LENA).stage is Stage.IN_RETURN


def test_a_life_carried_over_may_leave_before_it_was_packed() -> None:
    play = Play().do(basket(imported=True)).do(stories.pay(1350)).do(Dispatch(), PETYA)
    assert play.types(2) == ["order.packed", "parcel.dispatched"]
    assert play.stage is Stage.DISPATCHED
    assert play.stock.on_hand == {"tea": 10, "cup": 10}

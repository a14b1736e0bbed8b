"""Arrival: parcels came to the point; arrived is not accepted."""

from gotovo.order.refusals import Code
from gotovo.order.steps.arrival import Arrive
from gotovo.order.steps.cancellation import Cancel
from gotovo.order.steps.dispatch import Dispatch
from gotovo.order.values.order import Stage
from tests.support.order import stories
from tests.support.order.cast import AT_HOME, BORIS, LENA, OLEG


def test_an_arrived_order_is_still_in_processing() -> None:
    play = stories.dispatched().do(Arrive(), LENA)
    assert (play.stage, play.status) == (Stage.ARRIVED_AT_POINT, "processing")
    assert play.order.parcels[0].at == "KZN-1"


def test_an_order_has_arrived_with_its_last_parcel() -> None:
    play = stories.dispatched(boxes=stories.TWO_BOXES)
    first, second = play.barcodes
    assert play.do(Arrive(parcels=(first,))).stage is Stage.DISPATCHED
    assert play.do(Arrive(parcels=(second,))).stage is Stage.ARRIVED_AT_POINT


def test_nothing_arrives_where_it_was_not_sent() -> None:
    play = stories.dispatched()
    assert play.refused(Arrive(), OLEG) is Code.WRONG_POINT
    assert play.refused(Arrive(point="KZN-2"), BORIS) is Code.WRONG_POINT
    assert play.refused(Arrive(point="KZN-2"), LENA) is Code.WRONG_POINT


def test_a_cancelled_order_on_the_way_arrives_to_be_turned_round() -> None:
    play = stories.dispatched().do(Cancel())
    assert play.refused(Arrive(), OLEG) is Code.UNKNOWN_ORDER
    assert play.do(Arrive(), LENA).stage is Stage.TURNED_ROUND
    assert play.order.parcels[0].stage is Stage.ARRIVED_AT_POINT


def test_scanning_again_changes_nothing() -> None:
    """Rule 4.13."""
    assert stories.arrived().is_already_done(Arrive())
    assert stories.shelved().is_already_done(Arrive())
    assert stories.issued().is_already_done(Arrive())


def test_a_missed_dispatch_is_inferred_from_the_arrival() -> None:
    """Rule 4.13."""
    play = stories.packed()
    before = len(play.history)
    play.do(Arrive(), LENA)
    assert play.types(before) == ["parcel.dispatched", "parcel.arrived"]
    assert [b'"inferred":true' in x.body for x in play.history[before:]] == [True, False]
    assert (play.stage, play.stock.on_hand["cup"]) == (Stage.ARRIVED_AT_POINT, 9)
    assert play.is_already_done(Dispatch())


def test_only_the_missed_dispatch_of_a_scanned_parcel_is_inferred() -> None:
    play = stories.packed(boxes=stories.TWO_BOXES)
    first, second = play.barcodes
    play.do(Dispatch(parcels=(first,)))
    assert play.do(Arrive()).order.parcels[1].stage is Stage.PACKED
    assert play.is_already_done(Arrive())
    assert play.refused(Arrive(parcels=("00000000000001",))) is Code.UNKNOWN_PARCEL
    before = len(play.history)
    play.do(Arrive(parcels=(first, second)))
    assert play.types(before) == ["parcel.dispatched", "parcel.arrived"]
    assert play.stage is Stage.ARRIVED_AT_POINT


def test_what_is_not_packed_does_not_arrive() -> None:
    assert stories.picking().refused(Arrive()) is Code.STAGE_FORBIDS
    assert stories.packed(AT_HOME).refused(Arrive(), BORIS) is Code.STAGE_FORBIDS


def test_what_a_courier_carries_arrives_at_no_point() -> None:
    assert stories.with_courier().refused(Arrive(), BORIS) is Code.STAGE_FORBIDS
    assert stories.packed(AT_HOME).refused(Arrive(), LENA) is Code.WRONG_POINT

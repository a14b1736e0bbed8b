"""Shelving: the order is ready when the last parcel lies in its cell, and the clock starts."""

from datetime import timedelta

from msgspec.structs import replace

from gotovo.order.refusals import Code, Refusal
from gotovo.order.steps.arrival import Arrive
from gotovo.order.steps.cancellation import Cancel
from gotovo.order.steps.dispatch import Dispatch
from gotovo.order.steps.lateness import MarkLate
from gotovo.order.steps.packing import Pack
from gotovo.order.steps.shelving import Shelve
from gotovo.order.values.order import Attention, Pickup, Stage
from gotovo.points.cells.plan import Rack, ShelfRange
from tests.support.order import stories
from tests.support.order.cast import (
    AT_HOME,
    BORIS,
    CUP,
    KREMLIN,
    LENA,
    NOON,
    OLEG,
    TEA,
    Play,
    basket,
)


def test_the_last_parcel_on_its_shelf_makes_the_order_ready() -> None:
    """Rule 2.3."""
    play = stories.arrived(boxes=stories.TWO_BOXES)
    first, second = play.barcodes
    play.do(Shelve(parcels=(first,), cell="A1"), LENA)
    assert (play.stage, play.status) == (Stage.ARRIVED_AT_POINT, "processing")
    assert play.order.ready_at is None
    play.do(Shelve(parcels=(second,), cell="B2"), LENA)
    assert play.status == "ready_for_pickup"
    assert play.order.ready_at == NOON
    assert [parcel.cell for parcel in play.order.parcels] == ["A1", "B2"]


def test_a_parcel_still_on_its_way_holds_the_order_back() -> None:
    """Rule 2.3."""
    play = stories.dispatched(boxes=stories.TWO_BOXES)
    first, second = play.barcodes
    play.do(Arrive(parcels=(first,))).do(Shelve(parcels=(first,), cell="A1"))
    assert play.stage is Stage.DISPATCHED
    assert play.do(Arrive(parcels=(second,))).stage is Stage.ARRIVED_AT_POINT
    assert play.do(Shelve(parcels=(second,))).stage is Stage.SHELVED


def test_a_parcel_still_in_the_warehouse_holds_the_order_back() -> None:
    play = stories.packed(boxes=stories.TWO_BOXES)
    first, _ = play.barcodes
    play.do(Dispatch(parcels=(first,))).do(Arrive()).do(Shelve(cell="A1"))
    assert (play.stage, play.order.ready_at) == (Stage.PACKED, None)


def test_ready_starts_seven_days_with_their_rule_and_reminders() -> None:
    """Rule 4.2."""
    storage = stories.shelved().order.storage
    assert storage is not None
    assert storage.deadline_at == NOON + timedelta(days=7)
    assert (storage.rule.started_at, storage.rule.days) == (NOON, 7)
    assert [r.hours_before for r in storage.reminders] == [72, 24, 3]


def test_the_promise_is_kept_or_missed_when_the_order_is_ready() -> None:
    """Rule 4.1."""
    kept = stories.shelved().order.promise
    late = stories.arrived().wait(days=2).do(Shelve(cell="A1")).order.promise
    assert kept is not None
    assert late is not None
    assert (kept.kept, late.kept) == (True, False)


def test_an_order_that_has_come_is_late_no_more() -> None:
    play = stories.arrived().wait(days=2).do(MarkLate())
    assert Attention.LATE in play.order.attention
    assert play.do(Shelve(cell="A1")).order.attention == ()


def test_a_parcel_moves_to_another_cell_and_the_clock_goes_on() -> None:
    play = stories.shelved().wait(days=1).do(Shelve(cell="C3"))
    assert play.order.parcels[0].cell == "C3"
    assert play.order.ready_at == NOON


def test_scanning_again_changes_nothing() -> None:
    play = stories.shelved()
    assert play.is_already_done(Shelve(cell="A1"))
    assert play.is_already_done(Shelve())


def test_missed_scans_on_the_way_are_inferred_from_the_shelving() -> None:
    """Rule 4.13."""
    play = stories.dispatched()
    before = len(play.history)
    assert play.do(Shelve(cell="A1")).stage is Stage.SHELVED
    assert play.types(before) == ["parcel.arrived", "parcel.shelved", "order.ready"]
    assert b'"inferred":true' in play.history[before].body
    packed = stories.packed()
    before = len(packed.history)
    packed.do(Shelve(parcels=packed.barcodes, cell="A1"))
    assert packed.types(before) == [
        "parcel.dispatched",
        "parcel.arrived",
        "parcel.shelved",
        "order.ready",
    ]
    assert packed.order.parcels[0].at == "KZN-1"


def test_what_was_shelved_is_already_done_ever_after_in_its_cell() -> None:
    """Rule 4.13."""
    for story in (stories.handing_over, stories.issued, stories.turned_round, stories.withdrawn):
        assert story().is_already_done(Shelve(cell="A1")), story.__name__
    assert stories.turned_round().refused(Shelve(cell="B2")) is Code.CLOSED
    assert stories.handing_over().refused(Shelve(cell="B2")) is Code.STAGE_FORBIDS
    assert stories.arrived().do(Cancel()).refused(Shelve(cell="A1")) is Code.CLOSED


def test_nothing_is_shelved_at_another_point_or_for_the_courier() -> None:
    assert stories.arrived().refused(Shelve(), OLEG) is Code.WRONG_POINT
    assert stories.packed(AT_HOME).refused(Shelve(), BORIS) is Code.WRONG_METHOD


def test_goods_are_stored_as_long_as_the_shortest_class_among_them_may() -> None:
    point = replace(KREMLIN, storage_days_by_class={"fresh": 2})
    lines = (TEA, replace(CUP, goods_class="fresh"))
    play = Play(points={"KZN-1": point}).do(basket(lines=lines)).do(stories.pay(1100)).do(Pack())
    storage = play.do(Dispatch()).do(Arrive()).do(Shelve(cell="A1")).order.storage
    assert storage is not None
    assert storage.deadline_at == NOON + timedelta(days=2)


def test_a_life_carried_over_may_come_to_the_shelf_unrecorded() -> None:
    play = Play().do(basket(Pickup("KZN-1"), imported=True)).do(stories.pay(1350)).do(Dispatch())
    assert play.do(Shelve(cell="A1")).status == "ready_for_pickup"
    assert play.order.storage is None


def planned() -> Play:
    """Return an order that has arrived at a point with a plan of its cells."""
    play = stories.arrived(boxes=stories.TWO_BOXES)
    plan = (Rack(number=54, shelves=(ShelfRange(first=1, last=35),)),)
    points = {**play.world.points, KREMLIN.code: replace(KREMLIN, cells=plan)}
    play.world = replace(play.world, points=points)
    return play


def test_at_a_point_with_a_plan_parcels_lie_in_cells_of_the_plan() -> None:
    play = planned()
    first, second = play.barcodes
    refusal = play.try_(Shelve(parcels=(first,), cell="55-1"), LENA).refusal
    assert refusal == Refusal(Code.UNKNOWN_CELL, "cell", "55-1", "54-1..35")
    play.do(Shelve(parcels=(first,), cell="CELL:54-07"), LENA)
    play.do(Shelve(parcels=(second,)), LENA)
    assert [parcel.cell for parcel in play.order.parcels] == ["54-7", ""]
    assert play.stage is Stage.SHELVED


def test_a_cell_read_in_another_form_is_the_same_cell() -> None:
    play = planned()
    play.do(Shelve(cell="54-7"), LENA)
    assert play.is_already_done(Shelve(cell="cell:054-007"), LENA)
    play.do(Shelve(cell="54-8"), LENA)
    assert {parcel.cell for parcel in play.order.parcels} == {"54-8"}


def test_an_import_tells_of_cells_of_another_system() -> None:
    play = planned()
    play.state = replace(play.order, imported=True)
    play.do(Shelve(cell="A-1"), LENA)
    assert {parcel.cell for parcel in play.order.parcels} == {"A-1"}

"""Parcel scan: which parcels a scan moves, which were moved before, and what refuses all of it."""

import pytest

from gotovo.order.checks.parcel_scan import Found, Scan, ScanStages, barcodes, parcels_to_move
from gotovo.order.facts import ALREADY_DONE, Decision
from gotovo.order.refusals import Code
from gotovo.order.values.order import Order, Stage
from tests.support.order import stories

BEFORE = frozenset({Stage.DISPATCHED})
STAGES = ScanStages(BEFORE, frozenset({Stage.ARRIVED_AT_POINT, Stage.SHELVED}))
OR_MISSED = ScanStages(frozenset({Stage.SHELVED}), frozenset({Stage.ISSUED}), missed=BEFORE)


@pytest.fixture
def order() -> Order:
    """Return an order of two parcels, of which the second has arrived at KZN-1."""
    play = stories.dispatched(boxes=stories.TWO_BOXES)
    return play.do(stories.Arrive(parcels=(barcode(play.order, 1),))).order


def barcode(order: Order, index: int) -> str:
    return order.parcels[index].barcode


def refusal(order: Order, scan: Scan, place: str = "") -> Code | None:
    return refusal_of(parcels_to_move(order, scan, STAGES, place))


def refusal_of(found: Found) -> Code | None:
    assert isinstance(found, Decision)
    return found.refusal.code if found.refusal else None


def test_a_scan_without_barcodes_means_every_parcel_that_can_move(order: Order) -> None:
    found = parcels_to_move(order, Scan(), STAGES)
    assert not isinstance(found, Decision)
    assert barcodes(found) == (barcode(order, 0),)


def test_of_several_barcodes_only_those_move_that_were_not_scanned_before(order: Order) -> None:
    scan = Scan(parcels=(barcode(order, 1), barcode(order, 0)))
    found = parcels_to_move(order, scan, STAGES)
    assert not isinstance(found, Decision)
    assert barcodes(found) == (barcode(order, 0),)


def test_a_second_scan_of_a_parcel_is_already_done(order: Order) -> None:
    """Rule 4.13."""
    scan = Scan(parcels=(barcode(order, 1),))
    assert parcels_to_move(order, scan, STAGES) is ALREADY_DONE


def test_an_unknown_barcode_refuses_the_whole_scan(order: Order) -> None:
    scan = Scan(parcels=(barcode(order, 0), "354500000000-9"))
    assert refusal(order, scan) is Code.UNKNOWN_PARCEL


def test_a_parcel_at_another_point_refuses_the_whole_scan(order: Order) -> None:
    """Rule 4.19."""
    scan = Scan(parcels=(barcode(order, 0), barcode(order, 1)))
    assert refusal(order, scan, place="KZN-2") is Code.WRONG_POINT


def test_a_parcel_in_no_stage_of_the_step_refuses_the_whole_scan(order: Order) -> None:
    found = parcels_to_move(
        order, Scan(parcels=(barcode(order, 1),)), ScanStages(BEFORE, frozenset())
    )
    assert isinstance(found, Decision)
    assert found.refusal is not None
    assert found.refusal.code is Code.STAGE_FORBIDS
    assert found.refusal.field == barcode(order, 1)


def test_an_order_without_a_parcel_to_move_names_its_stage() -> None:
    found = parcels_to_move(stories.paid().order, Scan(), STAGES)
    assert isinstance(found, Decision)
    assert found.refusal is not None
    assert (found.refusal.field, found.refusal.value) == ("stage", "paid")


def test_a_parcel_whose_scan_was_missed_moves_when_it_is_named(order: Order) -> None:
    """Rule 4.13."""
    found = parcels_to_move(order, Scan(parcels=(barcode(order, 0),)), OR_MISSED)
    assert not isinstance(found, Decision)
    assert barcodes(found) == (barcode(order, 0),)


def test_a_scan_of_everything_is_of_missed_parcels_only_where_it_can_be_of_no_others() -> None:
    """Rule 4.13."""
    play = stories.dispatched(boxes=stories.TWO_BOXES)
    found = parcels_to_move(play.order, Scan(), OR_MISSED)
    assert not isinstance(found, Decision)
    assert barcodes(found) == play.barcodes
    first, second = play.barcodes
    play.do(stories.Shelve(parcels=(first,), cell="A1"))
    found = parcels_to_move(play.order, Scan(), OR_MISSED)
    assert not isinstance(found, Decision)
    assert barcodes(found) == (first,)
    done = ScanStages(frozenset(), frozenset({Stage.SHELVED}), missed=BEFORE)
    assert parcels_to_move(play.order, Scan(), done) is ALREADY_DONE
    asked = parcels_to_move(play.order, None, done)
    assert not isinstance(asked, Decision)
    assert barcodes(asked) == (second,)


def test_a_scan_of_everything_is_of_missed_parcels_in_no_other_stage(order: Order) -> None:
    """Rule 4.13: of two parcels the one on its way was missed, the one that arrived was not."""
    stages = ScanStages(frozenset({Stage.SHELVED}), frozenset(), missed=BEFORE)
    found = parcels_to_move(order, Scan(), stages)
    assert not isinstance(found, Decision)
    assert barcodes(found) == (barcode(order, 0),)
    elsewhere = ScanStages(frozenset({Stage.SHELVED}), frozenset(), missed=frozenset())
    assert refusal_of(parcels_to_move(order, Scan(), elsewhere)) is Code.STAGE_FORBIDS

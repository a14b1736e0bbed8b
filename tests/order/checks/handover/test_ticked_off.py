"""Every parcel is ticked off, or its goods are refused; none is left out by mistake."""

import pytest

from gotovo.order.checks.handover.ticked_off import forgotten
from gotovo.order.refusals import Code
from gotovo.order.steps.handover import HandOver
from gotovo.order.values.handover.refused_units import RefusedUnits
from gotovo.order.values.order import Stage, Units, units_per_line
from tests.support.order import stories
from tests.support.order.cast import Play


def in_two_boxes() -> Play:
    """Return an order of two parcels on their shelves."""
    return stories.shelved(boxes=stories.TWO_BOXES)


def test_several_parcels_have_to_be_scanned_where_the_desk_asks_for_it() -> None:
    play = in_two_boxes()
    command = HandOver(play.code(), every_parcel=True)
    assert play.refused(command) is Code.PARCEL_MISSING
    assert play.do(HandOver(play.code())).stage is Stage.ISSUED


def test_one_parcel_needs_no_scan() -> None:
    play = stories.shelved()
    assert play.do(HandOver(play.code(), every_parcel=True)).stage is Stage.ISSUED


@pytest.mark.parametrize("every_parcel", [False, True])
def test_who_scans_scans_all_and_nothing_else(*, every_parcel: bool) -> None:
    play = in_two_boxes()
    first, second = play.barcodes
    for scanned in ((first,), (first, second, "?"), (first, "?")):
        command = HandOver(play.code(), scanned=scanned, every_parcel=every_parcel)
        assert play.refused(command) is Code.PARCEL_MISSING
    whole = HandOver(play.code(), scanned=(second, first), every_parcel=every_parcel)
    assert play.do(whole).stage is Stage.ISSUED


def test_a_parcel_whose_goods_are_all_refused_needs_no_scan() -> None:
    play = in_two_boxes()
    first, second = play.order.parcels
    refused = tuple(RefusedUnits(u.line, u.quantity) for u in second.contents)
    command = HandOver(play.code(), refused=refused, scanned=(first.barcode,), every_parcel=True)
    assert play.do(command).stage is Stage.ISSUED


def test_what_was_refused_explains_no_more_parcels_than_it_fills() -> None:
    order = in_two_boxes().order
    totals = units_per_line(order, order.parcels[0].contents)
    refused = tuple(Units(line, n) for line, n in enumerate(totals, 1) if n)
    missing = forgotten(order, (), refused)
    assert [p.barcode for p in missing] == [order.parcels[1].barcode]
    assert len(forgotten(order, (), ())) == 2

"""Packing: parcels hold exactly what was ordered."""

import pytest

from gotovo.order.refusals import Code
from gotovo.order.steps.packing import PARCELS_MAX, Box, Pack
from gotovo.order.values.number import barcode
from gotovo.order.values.order import Stage, Units
from tests.support.order import stories

EVERYTHING = Box((Units(1, 2), Units(2, 1), Units(3, 1)))


def test_without_boxes_everything_goes_into_one_parcel() -> None:
    play = stories.picking().do(Pack())
    assert play.barcodes == (barcode(play.number, 1),)
    assert play.order.parcels[0].contents == EVERYTHING.contents


def test_each_box_becomes_a_parcel_with_a_barcode_of_its_own() -> None:
    play = stories.paid().do(Pack(stories.TWO_BOXES))
    assert play.stage is Stage.PACKED
    assert play.barcodes == (barcode(play.number, 1), barcode(play.number, 2))


@pytest.mark.parametrize(
    ("boxes", "code"),
    [
        ((Box((Units(1, 2), Units(2, 1))),), Code.WRONG_QUANTITY),
        ((EVERYTHING, EVERYTHING), Code.WRONG_QUANTITY),
        ((EVERYTHING, Box(())), Code.WRONG_QUANTITY),
        ((Box((Units(1, 3), Units(1, -1), Units(2, 1), Units(3, 1))),), Code.WRONG_QUANTITY),
        ((Box((Units(4, 1),)),), Code.UNKNOWN_LINE),
        ((Box((Units(0, 1),)),), Code.UNKNOWN_LINE),
        ((EVERYTHING,) * (PARCELS_MAX + 1), Code.WRONG_QUANTITY),
    ],
)
def test_boxes_that_hold_anything_else_are_refused(boxes: tuple[Box, ...], code: Code) -> None:
    play = stories.picking()
    assert play.refused(Pack(boxes)) is code
    assert play.order.parcels == ()


def test_packing_again_changes_nothing() -> None:
    play = stories.packed(boxes=stories.TWO_BOXES)
    assert play.is_already_done(Pack())
    assert len(play.order.parcels) == 2


def test_nobody_packs_what_is_not_paid_or_is_cancelled() -> None:
    assert stories.placed().refused(Pack()) is Code.STAGE_FORBIDS
    assert stories.cancelled().refused(Pack()) is Code.CLOSED

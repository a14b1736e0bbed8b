"""Parcels of closed orders leave the shelf."""

from gotovo.order.refusals import Code
from gotovo.order.steps.cancellation import Cancel
from gotovo.order.steps.withdrawal import Withdraw
from gotovo.order.values.order import Stage
from tests.support.order import stories
from tests.support.order.cast import LENA, OLEG


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
    assert play.refused(Withdraw(parcels=play.barcodes), OLEG) is Code.UNKNOWN_ORDER
    assert play.refused(Withdraw(), OLEG) is Code.UNKNOWN_ORDER


def test_only_a_closed_order_is_withdrawn() -> None:
    assert stories.shelved().refused(Withdraw()) is Code.STAGE_FORBIDS
    assert stories.issued().refused(Withdraw()) is Code.CLOSED
    assert stories.cancelled().refused(Withdraw()) is Code.CLOSED

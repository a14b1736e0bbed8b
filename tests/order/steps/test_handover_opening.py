"""An opened hand-over is shown to the buyer and needs the code once."""

from datetime import timedelta

from gotovo.order.refusals import Code
from gotovo.order.steps.handover import HandOver
from gotovo.order.steps.handover_opening import OpenHandover
from gotovo.order.values.order import Stage
from tests.support.order import stories
from tests.support.order.cast import NOON


def test_the_buyer_sees_the_order_being_issued_now() -> None:
    play = stories.shelved()
    play.do(OpenHandover(code=play.code()))
    assert (play.stage, play.status) == (Stage.HANDING_OVER, "ready_for_pickup")
    assert play.order.handover_until == NOON + timedelta(minutes=10)


def test_an_opened_hand_over_ends_without_showing_the_code_again() -> None:
    assert stories.handing_over().do(HandOver()).stage is Stage.ISSUED


def test_opening_demands_the_code_and_counts_wrong_ones() -> None:
    play = stories.shelved()
    assert play.refused(OpenHandover(code=play.wrong())) is Code.WRONG_CODE
    assert play.order.codes.wrong_tries == 1


def test_opening_again_changes_nothing() -> None:
    play = stories.handing_over()
    assert play.is_already_done(OpenHandover())


def test_opening_is_refused_like_the_hand_over_itself() -> None:
    assert stories.placed().refused(OpenHandover()) is Code.UNPAID
    assert stories.arrived().refused(OpenHandover()) is Code.NOT_READY
    assert stories.issued().refused(OpenHandover()) is Code.ALREADY_ISSUED
    assert stories.cancelled().refused(OpenHandover()) is Code.CANCELLED
    assert stories.expired().refused(OpenHandover()) is Code.EXPIRED

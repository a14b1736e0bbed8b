"""Attention: a flag beside the status, never a status of its own."""

import pytest

from gotovo.order.refusals import Code
from gotovo.order.steps.attention import RaiseAttention
from gotovo.order.steps.attention_clearance import ClearAttention
from gotovo.order.steps.handover import HandOver
from gotovo.order.values.order import Attention, Stage
from tests.support.order import stories
from tests.support.order.cast import ANNA, BORIS, KOLYA, LENA

NOBODYS = {Attention.CONTRADICTION, Attention.UNANSWERED}
STAFFS = [flag for flag in Attention if flag not in NOBODYS]


@pytest.mark.parametrize("flag", STAFFS)
def test_a_flag_goes_up_and_down_and_the_status_stays(flag: Attention) -> None:
    play = stories.dispatched().do(RaiseAttention(flag, "look"), LENA)
    assert (play.order.attention, play.status) == ((flag,), "processing")
    assert play.do(ClearAttention(flag, "looked"), BORIS).order.attention == ()


def test_several_flags_stand_side_by_side() -> None:
    play = stories.dispatched().do(RaiseAttention(Attention.LOST), KOLYA)
    play.do(RaiseAttention(Attention.DISPUTE), ANNA)
    assert play.order.attention == (Attention.DISPUTE, Attention.LOST)


def test_a_raised_flag_is_raised_again_only_to_say_more() -> None:
    play = stories.dispatched().do(RaiseAttention(Attention.LOST), KOLYA)
    assert play.is_already_done(RaiseAttention(Attention.LOST), KOLYA)
    play.do(RaiseAttention(Attention.LOST, "looked in the van"), KOLYA)
    assert play.order.attention == (Attention.LOST,)


def test_a_buyer_disputes_and_claims_nothing_else() -> None:
    play = stories.shelved()
    assert play.refused(RaiseAttention(Attention.LOST), ANNA) is Code.NOT_PERMITTED
    play.do(RaiseAttention(Attention.DISPUTE, "not my parcel"), ANNA)
    assert play.refused(HandOver(code=play.code())) is Code.BLOCKED


def test_nobody_can_claim_a_contradiction() -> None:
    flag = RaiseAttention(Attention.CONTRADICTION)
    assert stories.shelved().refused(flag, BORIS) is Code.NOT_PERMITTED


def test_flags_other_than_a_dispute_block_nothing() -> None:
    play = stories.shelved().do(RaiseAttention(Attention.DAMAGED), LENA)
    assert play.do(HandOver(code=play.code())).stage is Stage.ISSUED

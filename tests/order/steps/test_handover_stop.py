"""A hand-over is stopped by the buyer, or given up by the clerk."""

from gotovo.order.refusals import Code
from gotovo.order.steps.attention_clearance import ClearAttention
from gotovo.order.steps.handover import HandOver
from gotovo.order.steps.handover_opening import OpenHandover
from gotovo.order.steps.handover_stop import StopHandover
from gotovo.order.steps.trusted_person import NameTrusted
from gotovo.order.values.order import Attention, Stage
from tests.support.order import stories
from tests.support.order.cast import LENA


def test_the_buyer_stops_a_stranger_and_every_code_the_stranger_may_know_is_dead() -> None:
    play = stories.shelved().do(NameTrusted())
    code, trusted = play.code(), play.trusted()
    play.do(OpenHandover(code=trusted)).do(StopHandover())
    assert (play.stage, play.order.attention) == (Stage.SHELVED, (Attention.DISPUTE,))
    assert play.refused(HandOver(code=code)) is Code.BLOCKED
    play.do(ClearAttention(Attention.DISPUTE))
    assert play.refused(HandOver(code=code)) is Code.CODE_REVOKED
    assert play.refused(HandOver(code=trusted)) is Code.CODE_REVOKED
    assert play.do(HandOver(code=play.code())).stage is Stage.ISSUED


def test_a_clerk_closes_the_window_and_blames_nobody() -> None:
    play = stories.handing_over()
    play.do(StopHandover(), LENA)
    assert (play.stage, play.order.attention) == (Stage.SHELVED, ())
    assert play.do(HandOver(code=play.code(1))).stage is Stage.ISSUED

"""A renewed code replaces the one before."""

from gotovo.order.refusals import Code
from gotovo.order.steps.code_renewal import RenewCode
from gotovo.order.steps.handover import HandOver
from gotovo.order.values.order import Stage
from tests.support.order import stories


def test_a_renewed_code_kills_the_one_before() -> None:
    play = stories.shelved().do(RenewCode())
    assert play.refused(HandOver(code=play.code(1))) is Code.CODE_REVOKED
    assert play.do(HandOver(code=play.code(2))).stage is Stage.ISSUED

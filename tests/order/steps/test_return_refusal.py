"""A point does not take goods back: why is recorded, and of a claim a person decides."""

from gotovo.order.refusals import Code
from gotovo.order.steps.return_acceptance import AcceptReturn
from gotovo.order.steps.return_claim import ClaimReturn
from gotovo.order.steps.return_refusal import RefuseReturn
from gotovo.order.values.handover.declined_units import DeclinedUnits, ReturnDecline
from gotovo.order.values.order import Attention, Units
from gotovo.order.values.settlement.balance import balance
from tests.support.order import stories
from tests.support.order.cast import LENA, OLEG, SONYA

WORN = (DeclinedUnits(1, 1, ReturnDecline.USED),)


def test_the_buyer_keeps_what_is_not_taken_back_and_gets_no_money() -> None:
    play = stories.issued().do(RefuseReturn(WORN), LENA)
    assert [line.returned for line in play.order.lines] == [0, 0, 0]
    assert (balance(play.order).owed, play.order.attention) == (0, ())
    assert play.do(AcceptReturn((Units(1, 1),)), LENA).order.lines[0].returned == 1


def test_of_what_was_claimed_a_person_decides_and_the_claim_stands() -> None:
    play = stories.issued().do(ClaimReturn((Units(1, 1),))).do(RefuseReturn(WORN), LENA)
    assert play.order.attention == (Attention.DISPUTE,)
    assert play.order.claim is not None
    version = play.order.version
    assert play.do(RefuseReturn(WORN), OLEG).order.version == version + 1


def test_what_the_buyer_does_not_have_is_not_refused() -> None:
    assert stories.shelved().refused(RefuseReturn(WORN), LENA) is Code.STAGE_FORBIDS
    play = stories.issued().do(AcceptReturn((Units(1, 2),)), LENA)
    assert play.refused(RefuseReturn(WORN), LENA) is Code.WRONG_QUANTITY
    assert play.refused(RefuseReturn(()), LENA) is Code.WRONG_QUANTITY


def test_it_is_said_at_the_own_point() -> None:
    assert stories.issued().refused(RefuseReturn(WORN, "KZN-2"), LENA) is Code.WRONG_POINT
    assert stories.issued().refused(RefuseReturn(WORN, "KZN-9"), SONYA) is Code.UNKNOWN_POINT

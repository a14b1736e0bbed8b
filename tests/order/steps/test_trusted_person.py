"""A trusted person collects with a second, single-use code."""

from gotovo.order.refusals import Code
from gotovo.order.steps.code_renewal import RenewCode
from gotovo.order.steps.correction import Correct
from gotovo.order.steps.handover import HandOver
from gotovo.order.steps.handover_opening import OpenHandover
from gotovo.order.steps.handover_timeout import LeaveHandover
from gotovo.order.steps.trusted_person import NameTrusted
from gotovo.order.steps.trusted_person_revocation import RevokeTrusted
from gotovo.order.values.order import Stage
from tests.support.order import stories
from tests.support.order.cast import LENA


def test_the_trusted_person_collects_with_a_code_of_their_own() -> None:
    play = stories.shelved().do(NameTrusted())
    assert play.trusted() != play.code()
    play.do(HandOver(code=play.trusted()))
    assert play.stage is Stage.ISSUED
    assert b'"by_trusted":true' in play.history[-1].body


def test_naming_somebody_leaves_the_buyers_own_code_alone() -> None:
    play = stories.shelved().do(NameTrusted())
    play.do(HandOver(code=play.code()))
    assert b"by_trusted" not in play.history[-1].body


def test_a_trusted_code_is_good_once() -> None:
    play = stories.shelved().do(NameTrusted())
    play.do(HandOver(code=play.trusted()))
    play.do(Correct(play.order.issued_version, "wrong order"), LENA)
    assert play.refused(HandOver(code=play.trusted())) is Code.CODE_REVOKED


def test_a_hand_over_that_came_to_nothing_does_not_use_the_code_up() -> None:
    play = stories.shelved().do(NameTrusted())
    play.do(OpenHandover(code=play.trusted())).wait(minutes=11).do(LeaveHandover())
    assert play.do(HandOver(code=play.trusted())).stage is Stage.ISSUED


def test_who_opens_with_the_buyers_code_is_the_buyer_whatever_was_revoked() -> None:
    play = stories.shelved().do(NameTrusted()).do(RevokeTrusted())
    play.do(OpenHandover(code=play.code())).do(HandOver())
    assert b"by_trusted" not in play.history[-1].body


def test_an_opened_hand_over_remembers_who_came() -> None:
    play = stories.shelved().do(NameTrusted())
    play.do(OpenHandover(code=play.trusted())).do(HandOver())
    assert b'"by_trusted":true' in play.history[-1].body
    assert play.order.codes.trusted_used == 1


def test_naming_again_replaces_the_code_before() -> None:
    play = stories.shelved().do(NameTrusted()).do(NameTrusted())
    assert play.refused(HandOver(code=play.trusted(1))) is Code.CODE_REVOKED
    assert play.do(HandOver(code=play.trusted(2))).stage is Stage.ISSUED


def test_nobody_is_named_for_an_order_that_is_closed() -> None:
    for story in (stories.issued, stories.cancelled):
        play = story()
        assert play.refused(NameTrusted()) is Code.CLOSED
        assert play.refused(RevokeTrusted()) is Code.CLOSED
        assert play.refused(RenewCode()) is Code.CLOSED


def test_before_payment_nobody_is_named_as_there_is_nothing_to_collect() -> None:
    assert stories.placed().refused(NameTrusted()) is Code.STAGE_FORBIDS
    assert not stories.paid().do(NameTrusted()).is_already_done(NameTrusted())

"""Who may undo a hand-over, and how long."""

import pytest
from msgspec import structs

from gotovo.order.facts import OrderTerms
from gotovo.order.refusals import Code
from gotovo.order.replay import decode, replay
from gotovo.order.steps.correction import Correct, Corrected
from gotovo.order.steps.handover import HandOver
from gotovo.order.values.actor import Actor, Role
from gotovo.order.values.order import Stage
from tests.support.order import stories
from tests.support.order.cast import LENA, SONYA, Play

VALYA = Actor(Role.POINT, "staff-" + "1" * 32, "KZN-1")
GALYA = Actor(Role.POINT, "staff-" + "2" * 32, "KZN-1")


def issued(by: Actor = VALYA, terms: OrderTerms | None = None) -> Play:
    play = stories.shelved()
    play.world = structs.replace(play.world, terms=terms or OrderTerms())
    return play.do(HandOver(play.code()), by)


def undo(play: Play, approved_by: str = "") -> Correct:
    return Correct(play.order.issued_version, "the neighbour's", approved_by)


def test_a_clerk_undoes_their_own_hand_over_until_the_last_minute() -> None:
    play = issued().wait(minutes=15)
    assert play.do(undo(play), VALYA).stage is Stage.SHELVED
    assert play.order.issued_by == ""
    play = issued().wait(minutes=15, seconds=1)
    assert play.refused(undo(play), VALYA) is Code.APPROVAL_REQUIRED


def test_what_a_colleague_did_needs_a_second_person_and_a_program_is_no_colleague() -> None:
    play = issued()
    assert play.refused(undo(play), GALYA) is Code.APPROVAL_REQUIRED
    assert play.refused(undo(play, GALYA.id), GALYA) is Code.APPROVAL_REQUIRED
    assert play.do(undo(play, VALYA.id), GALYA).stage is Stage.SHELVED
    play = issued(LENA)
    assert play.do(undo(play), GALYA).stage is Stage.SHELVED


def test_a_second_person_extends_the_time_and_not_for_ever() -> None:
    play = issued().wait(hours=72)
    assert play.do(undo(play, GALYA.id), VALYA).stage is Stage.SHELVED
    event = decode(play.history[-1].type, play.history[-1].body)
    assert isinstance(event, Corrected)
    assert event.approved_by == GALYA.id
    assert replay(play.history) == play.order
    play = issued().wait(hours=72, seconds=1)
    for approved_by, who in ((GALYA.id, VALYA), ("", SONYA)):
        assert play.refused(undo(play, approved_by), who) is Code.CORRECTION_PERIOD_OVER


def test_the_office_needs_nobody_else() -> None:
    play = issued().wait(hours=71)
    assert play.do(undo(play), SONYA).stage is Stage.SHELVED


def test_a_network_may_ask_for_a_second_person_each_time() -> None:
    play = issued(terms=OrderTerms(corrections_need_approval=True))
    assert play.refused(undo(play), VALYA) is Code.APPROVAL_REQUIRED
    assert play.do(undo(play, GALYA.id), VALYA).stage is Stage.SHELVED


@pytest.mark.parametrize("who", [VALYA, LENA])
def test_what_was_paid_for_at_the_point_is_the_offices_to_undo(who: Actor) -> None:
    play = stories.unpaid_and_shelved().do(stories.pay_at_point())
    play.do(HandOver(play.code()), VALYA)
    assert play.refused(undo(play, "maria"), who) is Code.ALREADY_PAID
    assert play.do(undo(play), SONYA).stage is Stage.SHELVED


def test_a_second_scan_of_an_undone_hand_over_is_already_done() -> None:
    """Rule 4.13."""
    play = issued()
    command = undo(play)
    play.do(command, VALYA)
    assert play.is_already_done(command, VALYA)

"""Nobody issues to themselves, and a colleague may."""

import pytest
from msgspec import Struct, structs

from gotovo.order.allowed import allowed_steps
from gotovo.order.facts import Circumstances
from gotovo.order.lifecycle import TABLE
from gotovo.order.refusals import Code
from gotovo.order.steps.correction import Correct
from gotovo.order.steps.handover import HandOver
from gotovo.order.steps.handover_opening import OpenHandover
from gotovo.order.steps.return_acceptance import AcceptReturn
from gotovo.order.values.actor import Actor
from gotovo.order.values.order import Stage
from tests.support.order import stories
from tests.support.order.cast import KOLYA, LENA, Play


def as_buyer(actor: Actor, play: Play) -> Actor:
    return structs.replace(actor, own_customer=play.order.customer)


@pytest.mark.parametrize("command", [OpenHandover(), HandOver(), Correct(1, ""), AcceptReturn()])
def test_a_clerk_takes_no_step_of_the_hand_over_with_an_order_of_their_own(
    command: Struct,
) -> None:
    for play in (stories.shelved(), stories.issued()):
        assert play.refused(command, as_buyer(LENA, play)) is Code.OWN_ORDER


def test_a_courier_does_not_hand_over_to_themselves_either() -> None:
    play = stories.out_for_delivery()
    shown = HandOver(code=play.code())
    assert play.refused(shown, as_buyer(KOLYA, play)) is Code.OWN_ORDER
    assert play.do(shown, KOLYA).stage is Stage.ISSUED


def test_another_buyers_order_is_no_order_of_their_own() -> None:
    play = stories.shelved()
    clerk = structs.replace(LENA, own_customer="f" * 32)
    assert play.do(HandOver(code=play.code()), clerk).stage is Stage.ISSUED


def test_what_was_handed_over_without_the_network_is_recorded_all_the_same() -> None:
    play = stories.shelved()
    play.try_(HandOver(fact=True), as_buyer(LENA, play))
    assert play.types()[-1] == "order.handover_contested"


def test_the_steps_are_not_offered_to_who_may_not_take_them() -> None:
    play = stories.shelved()
    circumstances = Circumstances(
        as_buyer(LENA, play), play.now, play.world.points, play.world.terms
    )
    own = {row.step for row in TABLE if row.not_own}
    told = {each.step: each for each in allowed_steps(play.order, circumstances)}
    returns = {"return", "return-refusal"}
    assert own == {"handover-opening", "handover", "correction", "point-payment"} | returns
    assert all((refusal := told[step].refusal) and refusal.code is Code.OWN_ORDER for step in own)

"""Without a code: a reason, a limit, and above it a second person."""

import pytest
from msgspec import structs

from gotovo.order.facts import OrderTerms
from gotovo.order.refusals import Code
from gotovo.order.replay import decode, replay
from gotovo.order.steps.attention import RaiseAttention
from gotovo.order.steps.handover import HandOver, OrderIssued
from gotovo.order.steps.handover_opening import HandoverStarted, OpenHandover
from gotovo.order.values.handover.proofs import NoCodeReason, Proof, WithoutCode
from gotovo.order.values.order import Attention, Stage
from tests.support.order import stories
from tests.support.order.cast import BASKET_COST, KOLYA, LENA, POINTS, Play

ALONE = WithoutCode(NoCodeReason.PHONE_LOST)
WITH_MARIA = structs.replace(ALONE, approved_by="maria")


def shelved(limit: int | None, network: int = BASKET_COST) -> Play:
    """Return an order on a shelf of the point with this limit."""
    play = stories.shelved()
    point = structs.replace(POINTS["KZN-1"], without_code_max=limit)
    terms = OrderTerms(without_code_max=network)
    play.world = structs.replace(play.world, points=POINTS | {"KZN-1": point}, terms=terms)
    return play


@pytest.mark.parametrize(
    ("limit", "network", "alone"),
    [
        (BASKET_COST, 0, True),
        (BASKET_COST - 1, BASKET_COST, False),
        (None, BASKET_COST, True),
        (None, BASKET_COST - 1, False),
        (0, BASKET_COST, False),
    ],
)
def test_up_to_the_limit_of_the_point_one_person_is_enough(
    limit: int | None, network: int, *, alone: bool
) -> None:
    play = shelved(limit, network)
    command = OpenHandover(without_code=ALONE)
    if not alone:
        assert play.refused(command, LENA) is Code.APPROVAL_REQUIRED
        command = OpenHandover(without_code=WITH_MARIA)
    assert play.do(command, LENA).stage is Stage.HANDING_OVER
    assert play.order.handover_proof is Proof.WITHOUT_CODE


def test_nobody_is_their_own_second_person() -> None:
    own = structs.replace(ALONE, approved_by=LENA.id)
    assert shelved(0).refused(OpenHandover(without_code=own), LENA) is Code.APPROVAL_REQUIRED


def test_the_history_keeps_the_reason_who_agreed_and_the_digest_of_the_words() -> None:
    """Rule 4.14."""
    play = shelved(0)
    play.do(OpenHandover(without_code=WITH_MARIA, note="she has lost it"), LENA)
    event = decode(play.history[-1].type, play.history[-1].body)
    assert isinstance(event, HandoverStarted)
    assert (event.proof, event.without_code) == (Proof.WITHOUT_CODE, WITH_MARIA)
    assert play.words[event.text_digest] == "she has lost it"
    assert b"lost it" not in play.history[-1].body
    assert play.do(HandOver(), LENA).stage is Stage.ISSUED
    assert replay(play.history) == play.order


def test_a_hand_over_at_once_keeps_the_same() -> None:
    play = shelved(0)
    play.do(HandOver(without_code=WITH_MARIA), LENA)
    event = decode(play.history[-1].type, play.history[-1].body)
    assert isinstance(event, OrderIssued)
    assert (event.proof, event.without_code) == (Proof.WITHOUT_CODE, WITH_MARIA)


def test_a_disputed_order_is_not_handed_over_whoever_agrees() -> None:
    play = shelved(None).do(RaiseAttention(Attention.DISPUTE))
    assert play.refused(OpenHandover(without_code=WITH_MARIA), LENA) is Code.BLOCKED


def test_at_the_door_there_is_no_way_without_a_code() -> None:
    play = stories.out_for_delivery()
    assert play.refused(HandOver(without_code=WITH_MARIA), KOLYA) is Code.WRONG_CODE

"""Correction: history is never edited; a further event names the one that was a mistake."""

from gotovo.order.refusals import Code
from gotovo.order.replay import replay
from gotovo.order.steps.correction import Correct
from gotovo.order.steps.dispatch import Dispatch
from gotovo.order.steps.handover import HandOver
from gotovo.order.steps.reception import Receive
from gotovo.order.steps.return_acceptance import AcceptReturn
from gotovo.order.steps.return_claim import ClaimReturn
from gotovo.order.values.order import Outcome, Stage
from gotovo.order.values.settlement.balance import balance
from tests.support.order import stories
from tests.support.order.cast import BASKET_COST, LENA, OLEG, SONYA, Play


def correction(play: Play) -> Correct:
    return Correct(play.order.issued_version, "the parcel of a neighbour")


def test_a_hand_over_by_mistake_puts_the_order_back_on_its_shelf() -> None:
    """Rule 4.14."""
    play = stories.issued()
    before = tuple(play.history)
    play.do(correction(play), LENA)
    assert (play.status, play.order.outcome) == ("ready_for_pickup", None)
    assert balance(play.order).owed == BASKET_COST
    assert tuple(play.history[:-1]) == before
    assert b'"version":9' in play.history[-1].body


def test_the_order_may_then_be_handed_over_for_good() -> None:
    play = stories.issued()
    play.do(correction(play)).do(HandOver(code=play.code()))
    assert play.order.outcome is Outcome.ISSUED
    assert replay(play.history) == play.order


def test_a_delivery_by_mistake_is_with_the_courier_again() -> None:
    play = stories.delivered()
    play.do(correction(play), SONYA)
    assert (play.stage, play.order.slot) == (Stage.WITH_COURIER, None)
    assert play.order.promise is not None
    assert play.order.promise.kept is None


def test_a_correction_names_the_event_that_is_wrong() -> None:
    play = stories.issued()
    assert play.refused(Correct(3, "?")) is Code.STAGE_FORBIDS
    assert play.refused(Correct(0, "?")) is Code.STAGE_FORBIDS


def test_what_was_built_upon_is_not_undone() -> None:
    play = stories.refused_in_part()
    assert play.refused(correction(play)) is Code.STAGE_FORBIDS
    play = stories.issued()
    play.do(AcceptReturn(stories.TWO_BOXES[1].contents[:1])).do(Dispatch(), LENA).do(Receive())
    assert play.refused(correction(play)) is Code.STAGE_FORBIDS


def test_a_claim_on_goods_nobody_has_goes_with_the_mistake() -> None:
    play = stories.issued().do(ClaimReturn())
    assert play.do(correction(play)).order.claim is None


def test_only_the_point_that_made_the_mistake_mends_it() -> None:
    play = stories.issued()
    assert play.refused(correction(play), OLEG) is Code.WRONG_POINT


def test_only_a_hand_over_is_undone() -> None:
    assert stories.shelved().refused(Correct(7, "?")) is Code.STAGE_FORBIDS
    assert stories.cancelled().refused(Correct(4, "?")) is Code.CLOSED

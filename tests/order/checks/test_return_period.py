"""Issued goods come back within a period; who still has to do with a closed order, and how long."""

from datetime import timedelta

import pytest
from msgspec import structs

from gotovo.order.allowed import allowed_steps
from gotovo.order.checks.return_period import is_no_concern_of, is_settled, may_come_to
from gotovo.order.facts import Circumstances, OrderTerms
from gotovo.order.refusals import Code
from gotovo.order.steps.attention import RaiseAttention
from gotovo.order.steps.correction import Correct
from gotovo.order.steps.dispatch import Dispatch
from gotovo.order.steps.handover import HandOver
from gotovo.order.steps.reception import Receive
from gotovo.order.steps.return_acceptance import AcceptReturn
from gotovo.order.steps.return_claim import ClaimReturn
from gotovo.order.steps.withdrawal import Withdraw
from gotovo.order.values.order import Attention, Order, Outcome, Units
from tests.support.order import stories
from tests.support.order.cast import LENA, OLEG, POINTS, SONYA, VERA, Play

TERMS = OrderTerms()
PERIOD = timedelta(days=TERMS.return_days)


def comes(play: Play, place: str = "KZN-2") -> bool:
    return may_come_to(play.order, place, TERMS, play.now)


def test_issued_goods_may_come_to_any_point_until_the_return_period_ends() -> None:
    """Rule 4.7."""
    for play in (stories.issued(), stories.delivered()):
        assert play.order.closed_at is not None
        end = play.order.closed_at + PERIOD
        assert may_come_to(play.order, "KZN-2", TERMS, end)
        assert not may_come_to(play.order, "KZN-2", TERMS, end + timedelta(seconds=1))
        assert not is_no_concern_of(play.order, OLEG, TERMS, end)
        assert is_no_concern_of(play.order, OLEG, TERMS, end + timedelta(seconds=1))


def test_a_hand_over_told_late_may_come_back_for_as_long_as_it_is_returnable() -> None:
    issued = stories.issued().order
    assert issued.closed_at is not None
    since = issued.closed_at + timedelta(days=3)
    late = structs.replace(issued, returnable_since=since)
    assert may_come_to(late, "KZN-2", TERMS, since + PERIOD)
    assert not may_come_to(late, "KZN-2", TERMS, since + PERIOD + timedelta(seconds=1))


@pytest.mark.parametrize(
    "play", [stories.cancelled, stories.turned_round, stories.withdrawn, stories.in_return]
)
def test_what_never_reached_its_buyer_comes_to_no_other_point(play: type[Play]) -> None:
    assert not comes(play())
    assert is_no_concern_of(play().order, OLEG, TERMS, play().now)


def test_what_was_claimed_in_time_may_come_later() -> None:
    play = stories.issued().do(ClaimReturn((Units(1, 1),), "")).wait(days=60)
    assert comes(play)
    play.do(AcceptReturn(), OLEG)
    assert play.order.claim is None


def test_a_box_concerns_the_point_where_it_lies_and_later_the_way_back_does_not() -> None:
    """Rule 4.19."""
    play = stories.issued().do(ClaimReturn((Units(1, 1),), "")).wait(days=60)
    play.do(AcceptReturn(), OLEG)
    assert comes(play, "KZN-2")
    assert not comes(play, "KZN-3")
    play.do(Dispatch(), OLEG)
    assert not comes(play, "KZN-2")


def test_after_a_return_its_point_still_hears_already_done() -> None:
    """Rule 4.13."""
    play = stories.issued().do(AcceptReturn(), OLEG)
    assert play.order.outcome is Outcome.RETURNED
    play.do(Dispatch(), OLEG)
    assert play.is_already_done(Dispatch(), OLEG)


def test_an_open_order_and_one_of_the_own_point_are_a_concern() -> None:
    long_after = stories.issued().wait(days=400)
    assert not is_no_concern_of(stories.shelved().order, OLEG, TERMS, long_after.now)
    for actor in (LENA, SONYA):
        assert not is_no_concern_of(long_after.order, actor, TERMS, long_after.now)


COMMANDS = (
    AcceptReturn(),
    Correct(1, "x"),
    Dispatch(),
    HandOver(code="000000"),
    RaiseAttention(Attention.LOST),
    Withdraw(),
)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda x: type(x).__name__)
def test_months_later_every_step_of_another_points_clerk_is_of_an_unknown_order(
    command: object,
) -> None:
    play = stories.issued().wait(days=100)
    for told in (None, play.order.placed_at - timedelta(days=1), play.now - timedelta(days=99)):
        refused = play.try_(command, OLEG, told)  # pyright: ignore[reportArgumentType]
        assert refused.events == ()
        assert refused.refusal is not None
        assert (refused.refusal.code, refused.refusal.expected) == (Code.UNKNOWN_ORDER, "")


def test_a_told_instant_opens_no_order_that_is_long_over() -> None:
    play = stories.issued()
    within = play.now + timedelta(days=1)
    play.wait(days=100)
    refused = play.try_(AcceptReturn(), OLEG, within)
    assert refused.refusal is not None
    assert refused.refusal.code is Code.UNKNOWN_ORDER


def test_a_hand_over_that_happened_is_recorded_and_tells_no_more() -> None:
    """Rule 4.12."""
    play = stories.issued().wait(days=100)
    contested = play.try_(HandOver(code="000000", fact=True), OLEG)
    assert contested.refusal is not None
    assert contested.refusal.code is Code.UNKNOWN_ORDER
    assert Attention.DISPUTE in play.order.attention


def test_no_step_is_allowed_with_an_order_that_is_no_concern() -> None:
    play = stories.issued()
    brought = {"return", "return-refusal", "attention"}
    for actor, days, allowed in ((OLEG, 1, brought), (OLEG, 100, set[str]())):
        at = play.now + timedelta(days=days)
        steps = allowed_steps(play.order, Circumstances(actor, at, POINTS, TERMS))
        assert {x.step for x in steps if x.allowed} == allowed
    codes = {
        x.refusal.code
        for x in allowed_steps(
            play.order, Circumstances(VERA, play.now + timedelta(days=100), POINTS, TERMS)
        )
        if x.refusal
    }
    assert codes <= {Code.UNKNOWN_ORDER, Code.NOT_PERMITTED}


def settled(order: Order, play: Play, days: float) -> bool:
    return is_settled(order, TERMS, play.now + timedelta(days=days))


def test_the_own_point_is_done_when_nothing_can_come_any_more() -> None:
    play = stories.issued()
    assert not settled(play.order, play, 6)
    assert settled(play.order, play, 8)
    assert not settled(stories.shelved().order, play, 400)
    play.do(ClaimReturn((Units(1, 1),), ""))
    assert not settled(play.order, play, 400)
    play.do(AcceptReturn(), LENA)
    assert not settled(play.order, play, 400)
    play.do(Dispatch(), LENA)
    assert not settled(play.order, play, 400)
    play.do(Receive())
    assert settled(play.order, play, 400)


def test_a_cancelled_order_stays_with_its_point_until_its_parcels_are_back() -> None:
    play = stories.in_return()
    assert not settled(play.order, play, 400)
    play.do(Receive())
    assert settled(play.order, play, 400)
    assert not settled(play.order, play, 1)
    cancelled = stories.cancelled()
    assert settled(cancelled.order, cancelled, 8)


def test_a_flag_that_the_point_is_asked_about_keeps_the_order_with_it() -> None:
    play = stories.issued().do(RaiseAttention(Attention.DISPUTE), SONYA)
    assert not settled(play.order, play, 400)
    assert settled(structs.replace(play.order, attention=(Attention.LATE,)), play, 400)

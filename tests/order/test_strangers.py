"""Strangers: staff who know a number, and neither hold the order nor see it (rules 4.18, 4.19).

Every row of the table is tried by every such member of staff, at every stage.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from msgspec import structs

from gotovo.access.permissions import Sight, sight_of
from gotovo.order.allowed import allowed_steps
from gotovo.order.checks.custody_check import holders, is_carried
from gotovo.order.facts import Circumstances
from gotovo.order.lifecycle import ROW_OF, TABLE
from gotovo.order.refusals import Code
from gotovo.order.steps.arrival import Arrive
from gotovo.order.steps.attention import RaiseAttention
from gotovo.order.steps.cancellation import Cancel
from gotovo.order.steps.dispatch import Dispatch
from gotovo.order.steps.handover import HandOver, HandoverContested
from gotovo.order.steps.reception import Receive
from gotovo.order.steps.return_acceptance import AcceptReturn
from gotovo.order.steps.shelving import Shelve
from gotovo.order.values.actor import Actor, Role
from gotovo.order.values.order import Attention, Order, Outcome
from gotovo.order.values.roles import HOLDERS
from tests.support.order import samples, stories
from tests.support.order.cast import ANNA, EVERYBODY, KOLYA, LENA, MITYA, PETYA, Play

STRANGERS = (
    *(actor for actor in EVERYBODY if actor.role in HOLDERS),
    MITYA,
    structs.replace(PETYA, warehouse="ELSEWHERE"),
)
WITHOUT_PERMISSION = {
    Code.UNKNOWN_ORDER,
    Code.NOT_IN_CUSTODY,
    Code.WRONG_POINT,
    Code.NOT_PERMITTED,
}


def accepted_back() -> Play:
    return stories.issued().do(AcceptReturn())


def long_delivered() -> Play:
    return stories.delivered().wait(days=30)


def long_issued() -> Play:
    return stories.issued().wait(days=90)


STORIES = (*stories.AT.values(), stories.delivered, accepted_back, long_delivered, long_issued)


def has_custody(order: Order, actor: Actor) -> bool:
    """Return whether a courier may be the one who has parcels of the order in the van."""
    if actor.role is not Role.COURIER or order.courier not in {"", actor.id}:
        return False  # Warehouses and points hold nothing that they do not see.
    if order.outcome is None:
        return order.courier == actor.id or Role.COURIER in holders(order)
    return is_carried(order.parcels)


def strangers(play: Play) -> Iterator[Actor]:
    """Yield the staff who neither hold the order nor see anything of it."""
    for actor in STRANGERS:
        seen = sight_of(play.order, actor, play.world.terms, play.now)
        if seen is Sight.NOTHING and not has_custody(play.order, actor):
            yield actor


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_who_only_knows_the_number_takes_no_step_and_learns_nothing(
    story: Callable[[], Play],
) -> None:
    met: set[Role] = set()
    for row in TABLE:
        if row.step == "placement":
            continue
        play = story()
        for actor in strangers(play):
            met.add(actor.role)
            if isinstance(samples.of(row), Dispatch) and actor.role is Role.COURIER:
                continue  # It takes parcels over: see below.
            commands = [samples.of(row)]
            commands += [HandOver(fact=True)] if row.step == "handover" else []
            for command in commands:
                before = play.order
                decision = play.try_(command, actor)
                assert decision.refusal is not None, (row.step, actor)
                assert decision.refusal.code in WITHOUT_PERMISSION, (row.step, actor)
                if command == HandOver(fact=True) and decision.events:
                    assert {type(event) for event in decision.events} == {HandoverContested}
                    play = story()  # What has happened is recorded, whoever tells it (rule 4.12).
                assert play.order == before, (row.step, actor)
            here = Circumstances(actor, play.now, play.world.points, play.world.terms)
            offered = {x.step for x in allowed_steps(play.order, here) if x.allowed}
            takes_over = {"dispatch"} if actor.role is Role.COURIER else set[str]()
            assert offered <= takes_over, actor
    assert met


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_a_scan_of_a_stranger_takes_parcels_over_or_is_refused(story: Callable[[], Play]) -> None:
    """A second scan is no error for who carries the order; a stranger would see its goods."""
    play = story()
    if KOLYA not in [*strangers(play)]:
        return
    decision = play.try_(Dispatch(), KOLYA)
    if decision.events:
        assert play.order.courier == "kolya"
        return
    assert decision.refusal is not None
    if play.order.outcome is not None:
        assert decision.refusal.code is Code.UNKNOWN_ORDER


def test_a_hand_over_that_a_stranger_tells_of_as_a_fact_is_contested() -> None:
    """Rule 4.12."""
    play = stories.shelved()
    decision = play.try_(HandOver(fact=True), KOLYA)
    assert decision.events == (HandoverContested(Code.NOT_IN_CUSTODY),)
    assert play.order.attention == (Attention.DISPUTE,)
    late = long_delivered().try_(HandOver(fact=True), KOLYA)
    assert late.events == (HandoverContested(Code.UNKNOWN_ORDER),)


def test_who_brought_parcels_is_told_that_the_repeated_scan_was_done_and_no_other_courier() -> None:
    """Rule 4.13."""
    play = stories.packed().do(Dispatch(), KOLYA).do(Arrive(), LENA)
    assert (play.order.courier, play.order.brought_by) == ("", "kolya")
    assert play.is_already_done(Dispatch(), KOLYA)
    assert play.refused(Dispatch(), MITYA) is Code.NOT_IN_CUSTODY
    assert play.refused(samples.of(ROW_OF[RaiseAttention]), KOLYA) is Code.NOT_IN_CUSTODY
    play.do(Shelve(cell="A-1"), LENA).wait(days=3)
    assert play.is_already_done(Dispatch(), KOLYA)


def test_who_brought_a_closed_order_back_is_told_so_for_a_day() -> None:
    play = stories.out_for_delivery().do(Cancel(), ANNA).wait(days=3)
    assert play.order.courier == "kolya"
    play.do(Receive(), PETYA)
    assert play.is_already_done(Dispatch(), KOLYA)
    assert play.refused(Dispatch(), MITYA) is Code.UNKNOWN_ORDER
    play.now += timedelta(hours=24, seconds=1)
    assert play.refused(Dispatch(), KOLYA) is Code.UNKNOWN_ORDER


def test_a_closed_order_is_unknown_to_its_courier_after_the_day_of_the_round() -> None:
    play = stories.delivered()
    assert (play.order.courier, play.order.outcome) == ("kolya", Outcome.ISSUED)
    flag = samples.of(next(row for row in TABLE if row.step == "attention"))
    same_day = play.wait(hours=24)
    assert same_day.try_(flag, KOLYA).events
    later = stories.delivered().wait(hours=24)
    later.now += timedelta(seconds=1)
    assert later.refused(flag, KOLYA) is Code.UNKNOWN_ORDER
    assert later.refused(HandOver(code=later.code()), KOLYA) is Code.UNKNOWN_ORDER

"""Deadlines: one instant and one step that falls due next, whatever the stage."""

from datetime import timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from gotovo.order.checks.return_period import return_deadline
from gotovo.order.deadlines import COMMANDS, Due, due_command_id, next_due, settled_at
from gotovo.order.facts import OrderTerms
from gotovo.order.lifecycle import ROW_OF, TABLE
from gotovo.order.values import stages
from gotovo.order.values.order import Attention, Order, Stage
from gotovo.order.values.payments.refund import RefundState
from tests.support.order import stories
from tests.support.order.cast import NOON, TIMER, Play, basket
from tests.support.order.walk import Walk

TERMS = OrderTerms()
WALK_STEPS = 60
COMPLETED_AT = {RefundState.COMPLETED: NOON + timedelta(days=3)}
NOTHING_TO_COME = {RefundState.COMPLETED, RefundState.CANCELLED}

DUE_AT = {
    Stage.PLACED: "payment-expiry",
    Stage.PAID: "lateness",
    Stage.PICKING: "lateness",
    Stage.PACKED: "lateness",
    Stage.DISPATCHED: "lateness",
    Stage.ARRIVED_AT_POINT: "lateness",
    Stage.WITH_COURIER: "lateness",
    Stage.SLOT_AGREED: "lateness",
    Stage.OUT_FOR_DELIVERY: "lateness",
    Stage.ATTEMPT_FAILED: "lateness",
    Stage.SHELVED: "storage-reminder",
    Stage.HANDING_OVER: "handover-timeout",
}


@pytest.mark.parametrize("stage", list(stories.AT))
def test_each_open_stage_waits_for_something_and_a_closed_one_for_nothing(stage: Stage) -> None:
    due = next_due(stories.AT[stage]().order)
    assert (due.what if due else None) == DUE_AT.get(stage)


@pytest.mark.parametrize("stage", stories.OPEN)
def test_what_falls_due_is_done_by_the_timer_and_then_due_no_more(stage: Stage) -> None:
    play = stories.AT[stage]()
    due = next_due(play.order)
    assert due is not None
    play.now = due.at
    play.do(COMMANDS[due.what], TIMER)
    assert next_due(play.order) != due


def test_every_step_that_falls_due_has_its_command_and_no_other_has() -> None:
    assert {row.step for row in TABLE if row.falls_due} == set(COMMANDS)
    for what, command in COMMANDS.items():
        assert ROW_OF[type(command)].step == what


def test_nothing_falls_due_in_a_life_carried_over() -> None:
    play = Play().do(basket(imported=True))
    assert next_due(play.order) is None
    for command in (stories.pay(), stories.Dispatch(), stories.Shelve(cell="A1")):
        assert next_due(play.do(command).order) is None


def test_two_timers_give_one_command_one_id() -> None:
    due = Due(NOON, "lateness")
    assert due_command_id("1", due) == due_command_id("1", Due(NOON, "lateness"))
    others = [
        ("2", due),
        ("1", Due(NOON, "storage-expiry")),
        ("1", Due(NOON.replace(hour=1), "lateness")),
    ]
    assert len({due_command_id("1", due), *(due_command_id(n, d) for n, d in others)}) == 4


def is_waited_for(order: Order) -> bool:
    """Return whether somebody still has something to do, or waits for something."""
    return (
        order.stage in stages.OPEN
        or (order.stage in stages.WAY_BACK and order.stage is not Stage.RECEIVED_BACK)
        or any(refund.state not in NOTHING_TO_COME for refund in order.refunds)
        or bool({Attention.DISPUTE, Attention.MONEY} & set(order.attention))
        or next_due(order) is not None
    )


@pytest.mark.parametrize("state", list(RefundState))
def test_an_order_is_settled_when_its_buyer_has_the_money_back(state: RefundState) -> None:
    play = stories.AT[Stage.PAID]().do(stories.Cancel())
    (refund,) = play.order.refunds
    refund = replace(refund, state=state, completed_at=COMPLETED_AT.get(state))
    settled = settled_at(replace(play.order, refunds=(refund,)), TERMS)
    ends = {RefundState.CANCELLED: play.order.closed_at, **COMPLETED_AT}
    assert settled == ends.get(state)


@given(st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_an_order_is_settled_when_nothing_is_left_to_do(chance: Random) -> None:
    walk = Walk(0)
    walk.chance = chance
    walk.open()
    for _ in range(WALK_STEPS):
        walk.go_on(chance.randrange(len(walk.pairs)))
    for play, _ in walk.pairs:
        order = play.order
        settled = settled_at(order, TERMS)
        assert (settled is None) == is_waited_for(order), order
        if settled is not None:
            deadline = return_deadline(order, TERMS)
            assert order.closed_at is not None
            assert settled >= order.closed_at
            assert deadline is None or settled >= deadline
            assert all(x.completed_at is None or x.completed_at <= settled for x in order.refunds)
            assert settled - order.last_at <= timedelta(days=TERMS.return_days)

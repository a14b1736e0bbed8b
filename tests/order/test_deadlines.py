"""Deadlines: one instant and one step that falls due next, whatever the stage."""

import pytest

from gotovo.order.deadlines import COMMANDS, Due, due_command_id, next_due
from gotovo.order.lifecycle import ROW_OF, TABLE
from gotovo.order.values.order import Stage
from tests.support.order import stories
from tests.support.order.cast import NOON, TIMER, Play, basket

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

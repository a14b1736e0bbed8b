"""Order progress has at most four lines, and those still ahead are shown without a time."""

from gotovo.order.account.progress import NEXT_STEP, ProgressLine, progress
from gotovo.order.lifecycle import TABLE
from gotovo.order.steps.reinstatement import Reinstate
from gotovo.order.steps.return_acceptance import AcceptReturn
from gotovo.order.values.order import Outcome, Reason, Stage
from gotovo.order.values.status import STATUS_OF
from tests.support.order import stories
from tests.support.order.cast import AT_HOME, Play
from tests.support.order.play_story import play_story


def lines(play: Play) -> list[ProgressLine]:
    return list(progress(play_story(play)))


def test_an_open_order_shows_what_was_what_is_and_what_is_ahead() -> None:
    shown = lines(stories.packed())
    assert [(x.status, x.is_current, x.began_at is None) for x in shown] == [
        ("awaiting_payment", False, False),
        ("processing", True, False),
        ("ready_for_pickup", False, True),
        ("closed", False, True),
    ]
    assert shown[-1].outcome is Outcome.ISSUED
    assert [x.stage for x in shown[1].stages] == [Stage.PAID, Stage.PICKING, Stage.PACKED]


def test_a_courier_brings_no_order_to_a_shelf() -> None:
    assert [x.status for x in lines(stories.paid(AT_HOME))] == [
        "awaiting_payment",
        "processing",
        "closed",
    ]


def test_a_closed_order_has_nothing_ahead_and_says_how_it_ended() -> None:
    last = lines(stories.expired())[-1]
    assert (last.status, last.outcome, last.reason) == (
        "closed",
        Outcome.CANCELLED,
        Reason.NOT_COLLECTED,
    )
    assert last.is_current


def test_a_status_entered_twice_is_one_line_that_keeps_the_first_time() -> None:
    shown = lines(stories.expired().do(Reinstate()))
    assert [x.status for x in shown] == [
        "awaiting_payment",
        "processing",
        "ready_for_pickup",
        "closed",
    ]
    ready = shown[2]
    assert ready.is_current
    assert len(ready.earlier) == 1
    assert len(ready.stages) == 2
    assert shown[3].began_at is None


def test_a_returned_order_was_issued_before() -> None:
    last = lines(stories.issued().do(AcceptReturn()))[-1]
    assert last.outcome is Outcome.RETURNED
    assert [x.outcome for x in last.earlier] == [Outcome.ISSUED]


def test_every_stage_of_processing_has_a_next_step_of_the_table() -> None:
    assert set(NEXT_STEP) == {stage for stage in Stage if STATUS_OF[stage] == "processing"}
    rows = {row.step: row for row in TABLE}
    for stage, step in NEXT_STEP.items():
        assert stage in rows[step].taken_from, (stage, step)


def test_what_is_paid_at_its_point_never_waited_for_its_payment() -> None:
    shown = lines(stories.unpaid())
    assert [x.status for x in shown] == ["processing", "ready_for_pickup", "closed"]
    assert shown[0].is_current

"""The timeline: when each status and each stage began and ended, as it was told."""

from datetime import timedelta

from gotovo.order.steps.handover import HandOver
from gotovo.order.steps.packing import Pack
from gotovo.order.steps.payment import Pay
from gotovo.order.steps.reinstatement import Reinstate
from gotovo.order.steps.return_acceptance import AcceptReturn
from gotovo.order.timeline import timeline
from gotovo.order.values.order import Outcome, Reason, Stage
from tests.support.order import stories
from tests.support.order.cast import BASKET_COST, NOON, PETYA, Stock

HOUR = timedelta(hours=1)


def test_each_status_ends_when_the_next_begins() -> None:
    play = stories.placed().wait(hours=1).do(Pay(BASKET_COST)).wait(hours=1).do(Pack())
    play.wait(hours=1).do(stories.Dispatch()).do(stories.Arrive()).do(stories.Shelve(cell="A1"))
    play.wait(hours=1).do(HandOver(code=play.code()))
    spans = timeline(play.history).statuses
    assert [(x.status, x.began_at, x.ended_at) for x in spans] == [
        ("awaiting_payment", NOON, NOON + HOUR),
        ("processing", NOON + HOUR, NOON + 3 * HOUR),
        ("ready_for_pickup", NOON + 3 * HOUR, NOON + 4 * HOUR),
        ("closed", NOON + 4 * HOUR, None),
    ]
    assert (spans[-1].outcome, spans[-1].reason) == (Outcome.ISSUED, None)


def test_stages_unfold_under_their_status_with_who_and_which_event() -> None:
    play = stories.shelved()
    processing = timeline(play.history).statuses[1]
    assert [x.stage for x in processing.stages] == [
        Stage.PAID,
        Stage.PICKING,
        Stage.PACKED,
        Stage.DISPATCHED,
        Stage.ARRIVED_AT_POINT,
    ]
    packed = processing.stages[2]
    assert (packed.actor, packed.version, packed.hash) == (
        "warehouse:petya",
        4,
        play.history[3].hash,
    )


def test_goods_that_were_gone_show_no_processing() -> None:
    play = stories.placed(stock=Stock(tea=0, cup=0)).do(Pay(BASKET_COST))
    spans = timeline(play.history).statuses
    assert [(x.status, x.reason) for x in spans] == [
        ("awaiting_payment", None),
        ("closed", Reason.OUT_OF_STOCK),
    ]


def test_a_return_begins_a_span_of_its_own() -> None:
    play = stories.issued().wait(days=1).do(AcceptReturn())
    issued, returned = timeline(play.history).statuses[-2:]
    assert (issued.outcome, issued.ended_at) == (Outcome.ISSUED, play.now)
    assert (returned.outcome, returned.ended_at) == (Outcome.RETURNED, None)


def test_a_reinstated_order_is_ready_twice() -> None:
    play = stories.expired().do(Reinstate())
    assert [x.status for x in timeline(play.history).statuses] == [
        "awaiting_payment",
        "processing",
        "ready_for_pickup",
        "closed",
        "ready_for_pickup",
    ]


def test_contradictory_times_are_shown_as_they_were_told() -> None:
    play = stories.picking().wait(hours=2).do(Pack(), PETYA, NOON - HOUR)
    stages = timeline(play.history).statuses[1].stages
    picking, packed = stages[1:3]
    assert (picking.began_at, picking.ended_at) == (NOON, NOON - HOUR)
    assert (packed.began_at, packed.recorded_at) == (NOON - HOUR, NOON + 2 * HOUR)


def test_a_history_of_nothing_has_an_empty_timeline() -> None:
    assert timeline([]).statuses == ()

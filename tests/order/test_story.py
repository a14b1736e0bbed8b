"""The story of an order: everything its history tells, found in one fold."""

from datetime import date, timedelta

from gotovo.order.steps.attempt import AttemptReason, RecordAttempt
from gotovo.order.steps.call import LogCall
from gotovo.order.steps.departure import Depart
from gotovo.order.steps.handover import HandOver
from gotovo.order.steps.help_answer import AnswerHelp
from gotovo.order.steps.packing import Pack
from gotovo.order.steps.picking import StartPicking
from gotovo.order.steps.promise import ChangePromise
from gotovo.order.steps.reception import Receive
from gotovo.order.steps.redirection import Redirect
from gotovo.order.steps.reinstatement import Reinstate
from gotovo.order.steps.return_acceptance import AcceptReturn
from gotovo.order.steps.return_claim import ClaimReturn
from gotovo.order.steps.slot import AgreeSlot
from gotovo.order.story import PromiseChange, ReturnShipment, story_of
from gotovo.order.values.order import (
    Condition,
    Outcome,
    Pickup,
    Reason,
    ReceivedUnits,
    Stage,
    Units,
)
from gotovo.points.delivery_slots import delivery_slots
from tests.support.order import stories
from tests.support.order.cast import ANNA, DAILY, KOLYA, NOON, PETYA, Stock
from tests.support.order.play_story import play_story

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def test_each_status_ends_when_the_next_begins() -> None:
    play = stories.placed().wait(hours=1).do(stories.pay()).wait(hours=1).do(Pack())
    play.wait(hours=1).do(stories.Dispatch()).do(stories.Arrive()).do(stories.Shelve(cell="A1"))
    play.wait(hours=1).do(HandOver(code=play.code()))
    spans = play_story(play).statuses
    assert [(x.status, x.began_at, x.ended_at) for x in spans] == [
        ("awaiting_payment", NOON, NOON + HOUR),
        ("processing", NOON + HOUR, NOON + 3 * HOUR),
        ("ready_for_pickup", NOON + 3 * HOUR, NOON + 4 * HOUR),
        ("closed", NOON + 4 * HOUR, None),
    ]
    assert (spans[-1].outcome, spans[-1].reason) == (Outcome.ISSUED, None)


def test_stages_unfold_under_their_status_with_who_and_which_event() -> None:
    play = stories.shelved()
    processing = play_story(play).statuses[1]
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
    play = stories.placed(stock=Stock(tea=0, cup=0)).do(stories.pay())
    spans = play_story(play).statuses
    assert [(x.status, x.reason) for x in spans] == [
        ("awaiting_payment", None),
        ("closed", Reason.OUT_OF_STOCK),
    ]


def test_a_return_begins_a_span_of_its_own() -> None:
    play = stories.issued().wait(days=1).do(AcceptReturn())
    issued, returned = play_story(play).statuses[-2:]
    assert (issued.outcome, issued.ended_at) == (Outcome.ISSUED, play.now)
    assert (returned.outcome, returned.ended_at) == (Outcome.RETURNED, None)


def test_a_reinstated_order_is_ready_twice() -> None:
    play = stories.expired().do(Reinstate())
    assert [x.status for x in play_story(play).statuses] == [
        "awaiting_payment",
        "processing",
        "ready_for_pickup",
        "closed",
        "ready_for_pickup",
    ]


def test_contradictory_times_are_shown_as_they_were_given() -> None:
    play = stories.paid().wait(hours=2).do(StartPicking()).do(Pack(), PETYA, NOON + HOUR)
    stages = play_story(play).statuses[1].stages
    picking, packed = stages[1:3]
    assert (picking.began_at, picking.ended_at) == (NOON + 2 * HOUR, NOON + HOUR)
    assert (packed.began_at, packed.recorded_at) == (NOON + HOUR, NOON + 2 * HOUR)


def test_an_empty_history_tells_no_story() -> None:
    assert story_of([]) is None


def test_each_promise_that_was_replaced_is_listed_with_its_reason() -> None:
    play = stories.paid()
    first = play.order.promise
    assert first is not None
    play.wait(hours=1).do(ChangePromise(date(2026, 12, 1), None, "snow"), PETYA)
    play.wait(hours=1).do(Redirect(Pickup("KZN-2")), ANNA)
    promises = play_story(play).promises
    assert promises.changes == (
        PromiseChange(NOON + HOUR, first.promised_for, "snow"),
        PromiseChange(NOON + 2 * HOUR, date(2026, 12, 1), "redirection"),
    )
    assert promises.rule is not None
    assert promises.rule.paid_at == NOON + 2 * HOUR


def test_a_promise_that_a_person_changed_has_no_rule() -> None:
    play = stories.paid().do(ChangePromise(date(2026, 12, 1), None, "snow"), PETYA)
    assert play_story(play).promises.rule is None


def test_a_slot_is_confirmed_when_the_buyer_agreed_to_it_here() -> None:
    slot = AgreeSlot(NOON + 3 * HOUR, NOON + 5 * HOUR)
    play = stories.with_courier().do(LogCall(answered=True), KOLYA).do(slot, KOLYA)
    assert not play_story(play).is_slot_confirmed
    play.do(slot, ANNA)
    assert play_story(play).is_slot_confirmed
    play.do(AgreeSlot(NOON + 5 * HOUR, NOON + 7 * HOUR), KOLYA)
    assert not play_story(play).is_slot_confirmed


def test_a_failed_attempt_is_told_until_the_next_slot() -> None:
    play = stories.attempt_failed()
    assert play_story(play).failed_attempt is AttemptReason.ABSENT
    assert not play_story(play).is_slot_confirmed
    play.do(AgreeSlot(*next(delivery_slots(DAILY, play.now))), ANNA)
    assert play_story(play).failed_attempt is None


def test_a_courier_who_never_got_there_is_told_as_such_until_the_order_goes_to_a_point() -> None:
    play = stories.out_for_delivery().do(RecordAttempt(AttemptReason.NO_ATTEMPT), KOLYA)
    assert play_story(play).failed_attempt is AttemptReason.NO_ATTEMPT
    play.do(Redirect(Pickup("KZN-1")), ANNA)
    assert play_story(play).failed_attempt is None


def test_setting_out_again_ends_the_failed_attempt() -> None:
    play = stories.attempt_failed().do(AgreeSlot(NOON + DAY, NOON + DAY + 3 * HOUR), ANNA)
    assert play_story(play.do(Depart(), KOLYA)).failed_attempt is None


def test_what_comes_back_is_told_shipment_by_shipment() -> None:
    play = stories.issued().wait(hours=1).do(ClaimReturn((Units(1, 1),)), ANNA)
    claimed_at = play.now
    assert play_story(play).return_shipments == (ReturnShipment((Units(1, 1),), claimed_at),)
    play.wait(hours=1).do(AcceptReturn())
    brought_at = play.now
    play.wait(hours=1).do(stories.Dispatch()).wait(hours=1).do(Receive())
    inspected_at = play.now
    play.wait(hours=1).do(AcceptReturn((Units(2, 1),)))
    story = play_story(play)
    assert story.return_shipments == (
        ReturnShipment(
            (Units(1, 1),),
            claimed_at,
            brought_at,
            inspected_at,
            "KZN-1",
            (ReceivedUnits(1, 1, Condition.RESTOCKED),),
        ),
        ReturnShipment((Units(2, 1),), None, play.now, None, "KZN-1"),
    )
    assert story.is_being_inspected


def test_a_shipment_that_arrives_in_parts_is_inspected_with_the_last_of_them() -> None:
    play = stories.issued().do(AcceptReturn((Units(1, 2),))).do(stories.Dispatch())
    first = ReceivedUnits(1, 1, Condition.DEFECTIVE)
    shipment = play_story(play.do(Receive(units=(first,)))).return_shipments[0]
    assert (shipment.received, shipment.still_expected) == ((first,), 1)
    assert (shipment.inspected_at, shipment.is_in_parts) == (None, True)
    lost = ReceivedUnits(1, 1, Condition.WRITTEN_OFF)
    shipment = play_story(play.wait(days=1).do(Receive(units=(first, lost)))).return_shipments[0]
    assert shipment.received_counts == {Condition.DEFECTIVE: 1, Condition.WRITTEN_OFF: 1}
    assert (shipment.inspected_at, shipment.is_in_parts) == (play.now, True)


def test_goods_refused_at_the_desk_are_no_return_shipment() -> None:
    assert play_story(stories.refused_in_part()).return_shipments == ()


def test_an_answer_of_support_is_told() -> None:
    play = stories.shelved()
    assert not play_story(play).is_help_answered
    assert play_story(play.do(AnswerHelp())).is_help_answered


def test_a_stage_that_nobody_scanned_says_so() -> None:
    """Rule 4.13."""
    play = stories.packed().wait(hours=1).do(stories.Shelve(cell="A1"))
    stages = [stage for span in play_story(play).statuses for stage in span.stages]
    assert [(x.stage, x.inferred) for x in stages[3:]] == [
        (Stage.PACKED, False),
        (Stage.DISPATCHED, True),
        (Stage.ARRIVED_AT_POINT, True),
        (Stage.SHELVED, False),
    ]

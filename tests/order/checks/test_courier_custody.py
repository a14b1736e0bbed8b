"""Custody of couriers: one carries an order, and the others leave it alone (rule 4.19)."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from msgspec import Struct

from gotovo.order.allowed import allowed_steps
from gotovo.order.facts import Circumstances
from gotovo.order.refusals import Code
from gotovo.order.steps.arrival import Arrive
from gotovo.order.steps.attempt import AttemptReason, RecordAttempt
from gotovo.order.steps.attention import RaiseAttention
from gotovo.order.steps.call import LogCall
from gotovo.order.steps.cancellation import Cancel
from gotovo.order.steps.correction import Correct
from gotovo.order.steps.departure import Depart
from gotovo.order.steps.dispatch import Dispatch
from gotovo.order.steps.handover import HandOver
from gotovo.order.steps.reception import Receive
from gotovo.order.steps.redirection import Redirect
from gotovo.order.steps.return_acceptance import AcceptReturn
from gotovo.order.steps.slot import AgreeSlot
from gotovo.order.values.order import Attention, Pickup, Reason, Stage
from tests.support.order import stories
from tests.support.order.cast import (
    ANNA,
    AT_HOME,
    KOLYA,
    LENA,
    MITYA,
    NOON,
    PETYA,
    SONYA,
    Play,
)

SLOT = AgreeSlot(NOON + timedelta(hours=2), NOON + timedelta(hours=4))
ABSENT = RecordAttempt(AttemptReason.ABSENT)
NO_ATTEMPT = RecordAttempt(AttemptReason.NO_ATTEMPT)
REFUSED = RecordAttempt(AttemptReason.REFUSED)


def chosen_by_buyer() -> Play:
    """Return an order that nobody carries, with a time its buyer chose."""
    play = stories.with_courier().do(LogCall(answered=True), SONYA).do(SLOT, SONYA)
    assert play.order.courier == ""
    return play


def under_way() -> Play:
    return chosen_by_buyer().do(Depart(), SONYA)


def handed(play: Play) -> HandOver:
    return HandOver(code=play.code())


@pytest.mark.parametrize(
    ("story", "command"),
    [
        (stories.packed, Dispatch()),
        (stories.dispatched, Dispatch()),
        (stories.with_courier, Dispatch()),
        (stories.with_courier, LogCall(answered=False)),
        (chosen_by_buyer, SLOT),
        (chosen_by_buyer, Depart()),
        (chosen_by_buyer, ABSENT),
        (chosen_by_buyer, NO_ATTEMPT),
        (chosen_by_buyer, REFUSED),
        (under_way, ABSENT),
        (under_way, NO_ATTEMPT),
    ],
)
def test_a_courier_who_takes_a_step_with_what_nobody_carries_takes_it_over(
    story: Callable[[], Play], command: Struct
) -> None:
    play = story()
    assert play.order.courier == ""
    if command is SLOT:
        command = AgreeSlot(SLOT.begins_at, SLOT.ends_at + timedelta(hours=1))
    assert play.do(command, MITYA).order.courier == "mitya"


def test_a_courier_who_hands_over_without_setting_out_takes_it_over() -> None:
    play = chosen_by_buyer()
    assert play.do(handed(play), KOLYA).order.courier == "kolya"


@pytest.mark.parametrize("delivery", [None, AT_HOME])
def test_who_dispatches_may_name_the_courier(delivery: object) -> None:
    for actor in (PETYA, SONYA):
        play = stories.packed(AT_HOME if delivery else None).do(Dispatch(courier="mitya"), actor)
        assert play.order.courier == "mitya"
        assert play.types(-1) == ["parcel.dispatched"]
        assert play.refused(Dispatch(), KOLYA) is Code.NOT_IN_CUSTODY
        assert play.is_already_done(Dispatch(), MITYA)


def test_who_dispatches_without_a_name_or_calls_from_the_office_carries_nothing() -> None:
    play = stories.with_courier().do(LogCall(answered=True), SONYA)
    assert play.order.courier == ""
    assert b'courier"' not in play.history[-1].body


def test_a_courier_names_nobody_else() -> None:
    for story in (stories.packed, stories.dispatched):
        assert story().refused(Dispatch(courier="kolya"), MITYA) is Code.NOT_PERMITTED


@pytest.mark.parametrize(
    "story",
    [
        stories.slot_agreed,
        stories.out_for_delivery,
        stories.attempt_failed,
        stories.delivered,
        lambda: stories.out_for_delivery().do(REFUSED, KOLYA),
        lambda: stories.slot_agreed().do(Redirect(Pickup("KZN-1")), ANNA),
    ],
)
def test_every_step_with_what_another_courier_carries_is_refused_and_not_offered(
    story: Callable[[], Play],
) -> None:
    play = story()
    assert play.order.courier == "kolya"
    before = play.order
    for command in (
        Dispatch(),
        Dispatch(courier="mitya"),
        LogCall(answered=True),
        SLOT,
        Depart(),
        ABSENT,
        NO_ATTEMPT,
        REFUSED,
        handed(play),
        HandOver(code=play.wrong()),
        HandOver(code=play.wrong(), fact=True),
        Cancel(Reason.LOST),
        RaiseAttention(Attention.LOST),
    ):
        decision = play.try_(command, MITYA)
        assert decision.refusal is not None, command
        assert decision.refusal.code is Code.NOT_IN_CUSTODY, command
        assert "kolya" not in repr(decision.refusal)
        assert decision.events == ()
    assert play.order == before
    here = Circumstances(MITYA, play.now, play.world.points, play.world.terms)
    assert not any(step.allowed for step in allowed_steps(play.order, here))


def test_another_courier_cannot_guess_the_code_until_it_is_blocked() -> None:
    play = stories.out_for_delivery()
    for _ in range(20):
        assert play.refused(HandOver(code=play.wrong()), MITYA) is Code.NOT_IN_CUSTODY
    assert play.do(handed(play), KOLYA).stage is Stage.ISSUED


@pytest.mark.parametrize("actor", [PETYA, SONYA])
def test_the_warehouse_and_the_office_give_an_order_to_another_courier(actor: object) -> None:
    play = stories.slot_agreed()
    slot = play.order.slot
    play.do(Dispatch(courier="mitya"), PETYA if actor is PETYA else SONYA)
    assert play.types(-1) == ["courier.assigned"]
    assert (play.order.courier, play.stage, play.order.slot) == ("mitya", Stage.SLOT_AGREED, slot)
    assert play.refused(Depart(), KOLYA) is Code.NOT_IN_CUSTODY
    assert play.is_already_done(Dispatch(courier="mitya"), PETYA)
    assert play.do(Depart(), MITYA).stage is Stage.OUT_FOR_DELIVERY


def test_a_point_gives_nothing_to_a_courier() -> None:
    play = stories.dispatched()
    assert play.is_already_done(Dispatch(courier="mitya"), LENA)
    assert play.order.courier == ""


def test_what_lies_at_the_point_is_carried_by_nobody() -> None:
    play = stories.packed(boxes=stories.TWO_BOXES).do(Dispatch(), KOLYA)
    play.do(Arrive(parcels=play.barcodes[:1]), LENA)
    assert play.order.courier == "kolya"
    play.do(Arrive(), LENA)
    assert play.order.courier == ""
    assert play.is_already_done(Dispatch(courier="mitya"), PETYA)


def test_a_courier_carries_what_was_redirected_until_it_is_at_the_point() -> None:
    play = stories.slot_agreed().do(Redirect(Pickup("KZN-1")), ANNA)
    assert play.order.courier == "kolya"
    assert play.do(Arrive(), LENA).order.courier == ""


def test_a_courier_carries_what_was_refused_until_it_is_back() -> None:
    play = stories.out_for_delivery().do(REFUSED, KOLYA)
    assert play.order.courier == "kolya"
    assert play.do(Receive(), PETYA).order.courier == ""


def test_who_delivered_it_has_it_again_when_that_is_corrected() -> None:
    play = stories.delivered()
    play.do(Correct(play.order.issued_version, "wrong door"), SONYA)
    assert (play.stage, play.order.courier) == (Stage.WITH_COURIER, "kolya")


def test_what_the_buyer_brings_to_a_point_is_no_couriers() -> None:
    play = stories.delivered()
    assert play.order.courier == "kolya"
    assert play.do(AcceptReturn(point="KZN-1"), SONYA).order.courier == ""


def test_what_was_lost_altogether_is_carried_by_nobody() -> None:
    assert stories.out_for_delivery().do(Cancel(Reason.LOST), KOLYA).order.courier == ""


def test_one_key_for_all_couriers_works_as_if_they_were_one() -> None:
    play = stories.with_courier()
    for command in (LogCall(answered=True), SLOT, Depart(), ABSENT):
        play.do(command, KOLYA)
    assert play.order.courier == "kolya"

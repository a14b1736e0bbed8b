"""Deciding: who may ask, where and when it can have happened, in one order for every step."""

from datetime import timedelta

import pytest
from msgspec import Struct

from gotovo.order.decide import EARLIEST, decide
from gotovo.order.facts import Facts, OrderTerms
from gotovo.order.lifecycle import TABLE, Row
from gotovo.order.refusals import Code, Refusal
from gotovo.order.steps.arrival import Arrive
from gotovo.order.steps.attention import RaiseAttention
from gotovo.order.steps.call import LogCall
from gotovo.order.steps.cancellation import Cancel
from gotovo.order.steps.handover import HandOver
from gotovo.order.steps.packing import Pack
from gotovo.order.steps.picking import StartPicking
from gotovo.order.steps.shelving import Shelve
from gotovo.order.values.order import Attention, Pickup, Stage
from tests.support.order import samples, stories
from tests.support.order.cast import (
    ANNA,
    BORIS,
    EVERYBODY,
    IMPORT,
    KOLYA,
    LENA,
    NOON,
    OLEG,
    PETYA,
    READER,
    SHOP,
    SONYA,
    Play,
    basket,
)
from tests.support.order.play_story import play_story

OF_SOME_KINDS = frozenset({"cancellation", "attention", "attention-clearance"})
"""Steps of which a role takes some kinds: reasons that are its own, flags that are its own."""


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.step)
def test_each_step_is_open_to_the_roles_of_its_row_and_to_no_other(row: Row) -> None:
    play = stories.shelved()
    for actor in EVERYBODY:
        facts = Facts(play.world, actor, "c", NOON, NOON)
        decision = decide(play.order, samples.of(row), facts)
        code = decision.refusal.code if decision.refusal else None
        if actor.role not in row.who:
            assert code is Code.NOT_PERMITTED
        else:
            assert code is not Code.NOT_PERMITTED or row.step in OF_SOME_KINDS


@pytest.mark.parametrize("row", TABLE[1:], ids=lambda row: row.step)
def test_no_step_is_taken_on_an_order_that_is_not_there(row: Row) -> None:
    play = Play()
    actor = next(actor for actor in EVERYBODY if actor.role in row.who)
    assert play.refused(samples.of(row), actor) is Code.UNKNOWN_ORDER


def test_a_program_that_only_reads_takes_no_step() -> None:
    assert not any(READER.role in row.who for row in TABLE)


def test_a_buyer_does_not_place_or_pay_past_the_shop() -> None:
    assert Play().refused(stories.basket(), ANNA) is Code.NOT_PERMITTED
    assert stories.placed().refused(stories.pay(1350), ANNA) is Code.NOT_PERMITTED


def test_a_clerk_acts_on_open_orders_of_their_own_point_alone() -> None:
    assert stories.dispatched().refused(Arrive(), OLEG) is Code.WRONG_POINT
    flag = RaiseAttention(Attention.DAMAGED)
    assert stories.shelved().refused(flag, OLEG) is Code.WRONG_POINT
    assert stories.issued().do(flag, OLEG).order.attention == (Attention.DAMAGED,)


def test_what_has_not_happened_yet_is_refused() -> None:
    play = stories.paid()
    given = NOON + timedelta(seconds=121)
    assert play.refused(StartPicking(), PETYA, given) is Code.IN_THE_FUTURE


def test_clocks_may_differ_by_two_minutes() -> None:
    given = NOON + timedelta(seconds=120)
    assert stories.paid().do(StartPicking(), PETYA, given).stage is Stage.PICKING


def test_nothing_happened_before_there_were_shops_like_this() -> None:
    given = EARLIEST - timedelta(microseconds=1)
    assert stories.paid().refused(StartPicking(), PETYA, given) is Code.WRONG_TIME
    imported = Play().do(basket(imported=True), IMPORT, EARLIEST)
    assert imported.do(stories.pay(), IMPORT, EARLIEST).stage is Stage.PAID


@pytest.mark.parametrize("command", [Cancel(), RaiseAttention(Attention.DAMAGED)])
def test_nothing_happens_to_an_order_before_it_is_placed(command: Struct) -> None:
    """Rule 4.15."""
    play = stories.placed().wait(days=1)
    given = NOON - timedelta(days=1)
    decision = play.try_(command, SHOP, given)
    assert decision.events == ()
    assert decision.refusal == Refusal(
        Code.WRONG_TIME, "at", given.isoformat(), f">= {NOON.isoformat()}"
    )


def test_a_payment_told_before_the_placement_is_recorded_as_of_now_and_flagged() -> None:
    """Rule 4.8."""
    play = stories.placed().wait(hours=3)
    play.do(stories.pay(), SHOP, NOON - timedelta(days=1))
    assert (play.stage, play.order.paid_at) == (Stage.PAID, play.now)
    assert play.order.attention == (Attention.CONTRADICTION,)


def test_the_clocks_of_shop_and_provider_may_differ_by_two_minutes() -> None:
    given = NOON - timedelta(seconds=120)
    assert stories.placed().do(stories.pay(), SHOP, given).stage is Stage.PAID


def test_a_hand_over_before_the_placement_is_recorded_as_contested_all_the_same() -> None:
    """Rule 4.12."""
    play = stories.shelved()
    fact = HandOver(fact=True)
    assert play.refused(fact, LENA, NOON - timedelta(days=1)) is Code.WRONG_TIME
    assert play.types(-1) == ["order.handover_contested"]


def test_an_imported_history_keeps_the_times_of_its_source() -> None:
    play = Play().do(basket(imported=True), IMPORT, NOON - timedelta(days=30))
    given = NOON - timedelta(days=31)
    assert play.do(stories.pay(), IMPORT, given).order.paid_at == given


THREE_DAYS = timedelta(hours=72)


def test_how_far_back_may_be_told_is_a_setting() -> None:
    """Rule 4.15."""
    play = stories.paid().wait(days=4)
    given = play.now - THREE_DAYS
    too_early = given - timedelta.resolution
    decision = play.try_(StartPicking(), PETYA, too_early)
    assert decision.refusal == Refusal(
        Code.TOO_LONG_AGO, "at", too_early.isoformat(), f">= {given.isoformat()}"
    )
    assert play.do(StartPicking(), PETYA, given).stage is Stage.PICKING


def test_an_order_is_not_placed_further_back_than_may_be_told() -> None:
    assert Play().refused(basket(), SHOP, NOON - THREE_DAYS * 2) is Code.TOO_LONG_AGO
    assert Play().do(basket(), SHOP, NOON - THREE_DAYS).order.placed_at == NOON - THREE_DAYS


def test_only_an_import_tells_an_old_history_and_only_of_an_imported_order() -> None:
    given = NOON - timedelta(days=30)
    archived = basket(imported=True)
    assert Play().refused(archived, BORIS, given) is Code.TOO_LONG_AGO
    assert Play().refused(basket(), IMPORT, given) is Code.TOO_LONG_AGO
    play = Play().do(archived, IMPORT, given)
    assert play.refused(Cancel(), BORIS, given) is Code.TOO_LONG_AGO
    assert play.do(Cancel(), IMPORT, given).order.closed_at == given


def test_clocks_may_differ_where_nothing_may_be_told_late() -> None:
    skew = timedelta(seconds=120)
    play = Play(terms=OrderTerms(backdate_hours=0))
    assert play.do(basket(), SHOP, NOON - skew).stage is Stage.PLACED
    assert (
        Play(terms=OrderTerms(backdate_hours=0)).refused(
            basket(), SHOP, NOON - skew - timedelta.resolution
        )
        is Code.TOO_LONG_AGO
    )


def test_captured_money_is_taken_however_late_it_is_told() -> None:
    """Rule 4.8."""
    play = Play(terms=OrderTerms(payment_hours=24 * 30)).do(basket())
    captured_at = NOON + timedelta(hours=1)
    play.wait(days=9).do(stories.pay(), SHOP, captured_at)
    assert (play.stage, play.order.paid_at, play.order.attention) == (Stage.PAID, captured_at, ())


def test_a_hand_over_told_too_late_is_recorded_as_contested_all_the_same() -> None:
    """Rule 4.12."""
    play = stories.shelved().wait(days=4)
    assert play.refused(HandOver(fact=True), LENA, NOON) is Code.TOO_LONG_AGO
    assert play.types(-1) == ["order.handover_contested"]


def test_a_told_time_is_kept_apart_from_the_time_it_was_written_down() -> None:
    """Rule 4.15."""
    play = stories.paid().wait(hours=2)
    given = NOON + timedelta(hours=1)
    play.do(StartPicking(), PETYA, given)
    assert (play.history[-1].at, play.history[-1].recorded_at) == (given, play.now)
    assert play.order.attention == ()


def picked_at_two() -> Play:
    """Return an order that was placed at noon and is picked two hours later."""
    return stories.paid().wait(hours=2).do(StartPicking())


def test_contradictory_times_are_flagged_and_stay_as_they_were_told() -> None:
    play = picked_at_two().wait(hours=2)
    given = NOON + timedelta(hours=1)
    play.do(Pack(), PETYA, given)
    assert play.stage is Stage.PACKED
    assert play.order.attention == (Attention.CONTRADICTION,)
    assert [x.at for x in play.history[-2:]] == [given, given]
    note = play_story(play).notes[0]
    assert (note.step, note.earlier_step, note.earlier_at) == (
        "packing",
        "picking",
        NOON + timedelta(hours=2),
    )


def test_after_a_contradiction_the_latest_time_is_still_the_one_to_contradict() -> None:
    play = picked_at_two().wait(hours=2)
    play.do(Pack(), PETYA, NOON + timedelta(hours=1))
    play.do(stories.Dispatch(), PETYA, NOON + timedelta(minutes=90))
    notes = play_story(play).notes
    assert [(x.step, x.earlier_step) for x in notes] == [
        ("packing", "picking"),
        ("dispatch", "picking"),
    ]


def test_a_time_nobody_told_cannot_contradict() -> None:
    play = stories.picking()
    facts = Facts(play.world, PETYA, "c", NOON - timedelta(hours=1), NOON, client_time=False)
    assert len(decide(play.order, Pack(), facts).events) == 1


def test_a_refused_try_with_a_contradictory_time_is_flagged_with_its_refusal() -> None:
    play = stories.arrived().wait(hours=2).do(Shelve(cell="A1"))
    given = NOON + timedelta(hours=1)
    assert play.refused(HandOver(code=play.wrong()), LENA, given) is Code.WRONG_CODE
    assert play.order.attention == (Attention.CONTRADICTION,)


def test_a_courier_has_no_point_and_support_may_act_at_any() -> None:
    assert stories.with_courier().do(LogCall(answered=True), KOLYA).order.called
    play = stories.shelved(Pickup("KZN-2"))
    assert play.do(HandOver(qr=play.qr()), SONYA).stage is Stage.ISSUED

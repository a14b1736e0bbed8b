"""Cancellation: closed for the buyer at once, wherever the goods are."""

from collections.abc import Callable

import pytest

from gotovo.order.refusals import Code
from gotovo.order.steps.cancellation import Cancel
from gotovo.order.steps.dispatch import Dispatch
from gotovo.order.steps.handover import HandOver
from gotovo.order.steps.handover_stop import StopHandover
from gotovo.order.steps.lateness import MarkLate
from gotovo.order.steps.reception import Receive
from gotovo.order.steps.reinstatement import Reinstate
from gotovo.order.steps.withdrawal import Withdraw
from gotovo.order.values.actor import Actor
from gotovo.order.values.order import Condition, Outcome, Reason, Stage, all_units
from gotovo.order.values.settlement.balance import balance
from tests.support.order import stories
from tests.support.order.cast import (
    ANNA,
    BORIS,
    CHARGED_COST,
    CHARGES,
    FEE,
    KOLYA,
    LENA,
    OLEG,
    PETYA,
    SHOP,
    SONYA,
    TIMER,
    Play,
)

NOT_BEING_HANDED_OVER = [stage for stage in stories.OPEN if stage is not Stage.HANDING_OVER]


@pytest.mark.parametrize("stage", NOT_BEING_HANDED_OVER)
def test_the_buyer_cancels_at_any_time_before_the_hand_over(stage: Stage) -> None:
    """Rule 4.6."""
    play = stories.AT[stage]()
    paid = play.order.paid
    play.do(Cancel(), ANNA)
    assert (play.order.outcome, play.order.reason) == (Outcome.CANCELLED, Reason.CUSTOMER_REQUEST)
    assert balance(play.order).refunded == paid
    assert play.stock.reserved.total() == 0


@pytest.mark.parametrize("stage", stories.BEFORE_DISPATCH)
def test_before_dispatch_the_goods_are_free_at_once(stage: Stage) -> None:
    """Rule 4.6."""
    play = stories.AT[stage]().do(Cancel())
    assert play.stage is Stage.CANCELLED
    assert play.stock.on_hand == {"tea": 10, "cup": 10}
    assert play.stock.reserved.total() == 0
    assert play.order.parcels == ()


@pytest.mark.parametrize("stage", stories.AFTER_DISPATCH)
def test_after_dispatch_the_parcel_is_turned_round(stage: Stage) -> None:
    """Rule 4.6."""
    play = stories.AT[stage]().do(Cancel(Reason.SELLER_REQUEST), SONYA)
    assert (play.stage, play.status) == (Stage.TURNED_ROUND, "closed")
    assert play.stock.on_hand == {"tea": 7, "cup": 9}


def test_of_an_order_half_dispatched_only_what_never_left_is_free() -> None:
    play = stories.packed(boxes=stories.TWO_BOXES)
    play.do(Dispatch(parcels=play.barcodes[:1])).do(Cancel())
    assert play.stage is Stage.TURNED_ROUND
    assert play.stock.on_hand == {"tea": 8, "cup": 10}
    assert [line.released for line in play.order.lines] == [0, 1, 1]
    play.do(Receive())
    assert play.stock.on_hand == {"tea": 10, "cup": 10}


def test_the_buyer_does_not_cancel_what_is_being_handed_over() -> None:
    play = stories.handing_over()
    assert play.refused(Cancel(), ANNA) is Code.STAGE_FORBIDS
    assert play.do(StopHandover()).do(Cancel(), ANNA).order.outcome is Outcome.CANCELLED


def test_cancelling_twice_changes_nothing() -> None:
    play = stories.cancelled()
    assert play.is_already_done(Cancel())
    assert len(play.order.refunds) == 1


def test_what_was_issued_is_returned_and_not_cancelled() -> None:
    assert stories.issued().refused(Cancel()) is Code.ALREADY_ISSUED


@pytest.mark.parametrize(
    ("actor", "reasons"),
    [
        (ANNA, {Reason.CUSTOMER_REQUEST}),
        (SHOP, {Reason.CUSTOMER_REQUEST, Reason.SELLER_REQUEST}),
        (LENA, set[Reason]()),
        (KOLYA, set[Reason]()),
        (PETYA, {Reason.OUT_OF_STOCK, Reason.LOST, Reason.DAMAGED}),
        (SONYA, set(Reason) - {Reason.PAYMENT_EXPIRED}),
        (BORIS, set(Reason)),
        (TIMER, set[Reason]()),
    ],
)
def test_each_role_has_its_reasons(actor: Actor, reasons: set[Reason]) -> None:
    """Rule 4.6."""
    accepted = {
        reason for reason in Reason if stories.packed().try_(Cancel(reason), actor).refusal is None
    }
    assert accepted == reasons


IN_HAND = {Reason.LOST, Reason.DAMAGED}
IN_PERSON = {*IN_HAND, Reason.REFUSED_AT_DESK}


@pytest.mark.parametrize(
    ("story", "reasons"),
    [
        (stories.paid, {PETYA: {*IN_HAND, Reason.OUT_OF_STOCK}}),
        (stories.packed, {PETYA: {*IN_HAND, Reason.OUT_OF_STOCK}}),
        (stories.dispatched, {KOLYA: IN_HAND, LENA: IN_HAND}),
        (stories.arrived, {LENA: IN_HAND}),
        (stories.shelved, {LENA: IN_PERSON}),
        (stories.handing_over, {LENA: IN_PERSON}),
        (stories.with_courier, {KOLYA: IN_PERSON}),
        (stories.out_for_delivery, {KOLYA: IN_PERSON}),
    ],
)
def test_who_holds_the_parcels_gives_the_reasons(
    story: Callable[[], Play], reasons: dict[Actor, set[Reason]]
) -> None:
    """Rule 4.19."""
    for actor in (PETYA, LENA, KOLYA, OLEG):
        accepted = {
            reason for reason in Reason if story().try_(Cancel(reason), actor).refusal is None
        }
        assert accepted == reasons.get(actor, set()), actor


def test_nobody_loses_a_parcel_that_somebody_else_holds() -> None:
    """Rule 4.19."""
    play = stories.packed(boxes=stories.TWO_BOXES)
    here, there = play.barcodes
    play.do(Dispatch(parcels=(there,)), PETYA)
    assert play.refused(Cancel(Reason.LOST, lost=(here, there)), PETYA) is Code.NOT_IN_CUSTODY
    assert play.refused(Cancel(Reason.LOST, lost=(here,)), KOLYA) is Code.NOT_IN_CUSTODY
    play.do(Cancel(Reason.LOST), PETYA)
    assert [parcel.barcode for parcel in play.order.parcels if parcel.condition] == []


def test_a_clerk_cancels_nothing_at_another_point() -> None:
    assert stories.shelved().refused(Cancel(Reason.LOST), OLEG) is Code.WRONG_POINT


def test_what_is_lost_is_written_off_and_not_waited_for() -> None:
    play = stories.dispatched().do(Cancel(Reason.LOST), SONYA)
    assert play.stage is Stage.RECEIVED_BACK
    assert play.order.parcels[0].condition is Condition.WRITTEN_OFF
    assert play.stock.on_hand == {"tea": 7, "cup": 9}


def test_one_lost_parcel_leaves_the_others_on_their_way_back() -> None:
    play = stories.shelved(boxes=stories.TWO_BOXES)
    first, second = play.barcodes
    play.do(Cancel(Reason.LOST, lost=(first,)), LENA)
    assert play.stage is Stage.TURNED_ROUND
    assert play.do(Withdraw()).stage is Stage.WITHDRAWN
    play.do(Dispatch()).do(Receive(parcels=(second,)))
    assert play.stage is Stage.RECEIVED_BACK
    assert play.stock.on_hand == {"tea": 8, "cup": 10}


def test_nobody_loses_a_parcel_the_order_does_not_have() -> None:
    play = stories.dispatched()
    command = Cancel(Reason.LOST, lost=("00000000000001",))
    assert play.refused(command, SONYA) is Code.UNKNOWN_PARCEL


def test_what_is_lost_before_it_left_was_never_outside() -> None:
    play = stories.packed().do(Cancel(Reason.LOST), PETYA)
    assert (play.stage, play.order.parcels) == (Stage.CANCELLED, ())


def test_an_order_nobody_paid_owes_no_refund() -> None:
    assert stories.placed().do(Cancel()).order.refunds == ()


def test_a_life_carried_over_moves_no_stock_when_it_is_cancelled() -> None:
    play = Play().do(stories.basket(imported=True)).do(stories.pay())
    play.do(Dispatch()).do(Cancel()).do(Receive())
    assert play.stock.on_hand == {"tea": 10, "cup": 10}


def charged(stage: Stage) -> Play:
    """Return an order with a fee and a discount, before its dispatch, on its shelf or opened."""
    play = Play().do(stories.basket(charges=CHARGES)).do(stories.pay(CHARGED_COST))
    if stage is Stage.PAID:
        return play
    play.do(stories.Pack()).do(Dispatch()).do(stories.Arrive())
    return play if stage is Stage.ARRIVED_AT_POINT else play.do(stories.Shelve(cell="A1"))


@pytest.mark.parametrize("stage", [Stage.PAID, Stage.ARRIVED_AT_POINT, Stage.SHELVED])
@pytest.mark.parametrize("reason", list(Reason))
def test_the_fee_is_kept_only_where_the_buyer_did_not_want_what_was_under_way(
    reason: Reason, stage: Stage
) -> None:
    """Rule 4.8: the table of docs/reference/charges.md."""
    of_the_buyer = {Reason.CUSTOMER_REQUEST, Reason.NOT_COLLECTED, Reason.REFUSED_AT_DESK}
    kept = FEE.amount if reason in of_the_buyer and stage is not Stage.PAID else 0
    play = charged(stage).do(Cancel(reason), BORIS)
    sums = balance(play.order)
    assert (sums.issued, sums.refunded) == (kept, CHARGED_COST - kept)
    assert play.order.fee_kept == kept


def test_an_order_whose_promise_is_being_missed_is_refunded_with_its_fee() -> None:
    """Rule 4.8."""
    play = charged(Stage.ARRIVED_AT_POINT).wait(days=5).do(MarkLate(), TIMER).do(Cancel(), ANNA)
    assert balance(play.order).refunded == CHARGED_COST


def test_an_expired_order_keeps_the_fee_until_it_is_reinstated() -> None:
    play = charged(Stage.SHELVED).wait(days=8).do(stories.ExpireStorage(), TIMER)
    assert balance(play.order).issued == FEE.amount
    play.do(Reinstate(), SONYA)
    assert (play.order.fee_kept, balance(play.order).owed) == (0, CHARGED_COST)
    play.do(HandOver(code=play.code()))
    assert balance(play.order).issued == CHARGED_COST


def test_everything_refused_at_the_desk_is_refunded_without_the_fee() -> None:
    play = charged(Stage.SHELVED)
    play.do(HandOver(code=play.code(), refused=all_units(play.order)))
    assert play.order.reason is Reason.REFUSED_AT_DESK
    assert balance(play.order).refunded == CHARGED_COST - FEE.amount


def test_an_unpaid_order_keeps_no_fee() -> None:
    play = Play().do(stories.basket(charges=CHARGES)).do(Cancel(), ANNA)
    assert (play.order.fee_kept, play.order.refunds) == (0, ())

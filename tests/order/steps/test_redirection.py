"""Redirection: another point, the courier, or another door, while that is possible."""

from collections.abc import Callable
from datetime import date

import pytest

from gotovo.order.allowed import allowed
from gotovo.order.facts import Circumstances, OrderTerms
from gotovo.order.refusals import Code
from gotovo.order.steps.arrival import Arrive
from gotovo.order.steps.dispatch import Dispatch
from gotovo.order.steps.handover import HandOver
from gotovo.order.steps.redirection import Redirect
from gotovo.order.steps.shelving import Shelve
from gotovo.order.values.customer import contact_digest
from gotovo.order.values.order import Pickup, Promised, Stage
from tests.support.order import stories
from tests.support.order.cast import ANNA, AT_HOME, NOON, OLEG, POINTS, SECRET, Play, basket

TO_LAKE = Redirect(Pickup("KZN-2"))


def promise_of(play: Play) -> Promised:
    assert play.order.promise is not None
    return play.order.promise


def test_before_dispatch_the_buyer_chooses_another_point_with_another_code() -> None:
    play = stories.packed()
    code = play.code()
    play.do(TO_LAKE)
    assert play.order.delivery == Pickup("KZN-2")
    assert (play.stage, play.code() != code) == (Stage.PACKED, True)
    play.do(Dispatch()).do(Arrive(), OLEG).do(Shelve(cell="A1"), OLEG)
    assert play.do(HandOver(qr=play.qr()), OLEG).stage is Stage.ISSUED


def test_the_promise_is_made_anew_with_its_reason() -> None:
    play = stories.paid().wait(hours=9).do(TO_LAKE)
    assert promise_of(play).promised_for == date(2026, 11, 25)
    assert b'"reason":"redirection"' in play.history[-1].body


def test_before_payment_there_is_no_promise_to_change() -> None:
    play = stories.placed().do(TO_LAKE)
    assert play.types(1) == ["order.delivery_changed"]
    assert play.order.promise is None


def test_before_dispatch_a_point_may_become_a_door() -> None:
    play = stories.picking().do(Redirect(AT_HOME)).do(stories.Pack()).do(Dispatch())
    assert play.stage is Stage.WITH_COURIER


def test_a_typed_door_is_where_the_courier_goes_and_history_knows_its_digest_alone() -> None:
    play = Play(address="").do(basket()).do(stories.pay())
    play.do(Redirect(AT_HOME), address="Казань, Новая, 8")
    assert (play.order.delivery, play.contact.address) == (AT_HOME, "Казань, Новая, 8")
    digest = contact_digest(SECRET, play.contact)
    changed = next(x for x in play.history if x.type == "order.delivery_changed")
    assert digest.encode() in changed.body
    assert not any("Новая".encode() in each.body for each in play.history)


def test_nobody_is_sent_to_a_door_that_is_not_known() -> None:
    play = Play(address="").do(basket()).do(stories.pay())
    assert play.refused(Redirect(AT_HOME)) is Code.ADDRESS_MISSING


def test_a_door_told_with_a_point_is_not_kept() -> None:
    play = stories.paid().do(TO_LAKE, address="Новая, 8")
    assert play.contact.address == "Казань, Лесная, 7"
    assert b"contact_digest" not in play.history[-2].body


def test_the_door_of_a_couriers_order_changes_until_it_has_left_the_warehouse() -> None:
    play = stories.packed(AT_HOME)
    assert play.is_already_done(Redirect(AT_HOME))
    play.do(Redirect(AT_HOME), address="Новая, 8")
    assert (play.contact.address, play.stage) == ("Новая, 8", Stage.PACKED)
    play.do(Dispatch())
    assert play.refused(Redirect(AT_HOME), address="Лесная, 7") is Code.WRONG_METHOD
    assert play.contact.address == "Новая, 8"


@pytest.mark.parametrize(
    "story", [stories.with_courier, stories.slot_agreed, stories.attempt_failed]
)
def test_what_the_courier_has_may_go_to_a_shelf_instead(
    story: Callable[[], Play],
) -> None:
    play = story().do(Redirect(Pickup("KZN-1")))
    assert (play.stage, play.order.slot) == (Stage.DISPATCHED, None)
    play.do(Arrive()).do(Shelve(cell="A1"))
    assert play.do(HandOver(code=play.code())).stage is Stage.ISSUED


def test_the_same_place_again_changes_nothing() -> None:
    assert stories.paid().is_already_done(Redirect(Pickup("KZN-1")))


def test_a_place_that_is_not_there_or_takes_nothing_is_refused() -> None:
    assert stories.paid().refused(Redirect(Pickup("KZN-9"))) is Code.UNKNOWN_POINT
    assert stories.paid().refused(Redirect(Pickup("KZN-4"))) is Code.POINT_CLOSED


def test_what_is_on_its_way_to_a_point_is_not_turned_elsewhere() -> None:
    assert stories.dispatched().refused(TO_LAKE) is Code.STAGE_FORBIDS
    assert stories.out_for_delivery().refused(TO_LAKE) is Code.STAGE_FORBIDS
    assert stories.cancelled().refused(TO_LAKE) is Code.CLOSED
    play = stories.packed(boxes=stories.TWO_BOXES)
    play.do(Dispatch(parcels=play.barcodes[:1]))
    assert play.refused(TO_LAKE) is Code.STAGE_FORBIDS


def test_what_is_with_a_courier_does_not_become_another_couriers() -> None:
    play = stories.with_courier()
    assert play.is_already_done(Redirect(AT_HOME))


def test_what_is_to_be_paid_at_its_point_goes_only_where_this_is_offered() -> None:
    play = stories.unpaid()
    assert play.refused(Redirect(AT_HOME)) is Code.PREPAYMENT_REQUIRED
    assert play.refused(TO_LAKE) is Code.PREPAYMENT_REQUIRED
    assert play.do(Redirect(Pickup("KZN-3"))).order.delivery == Pickup("KZN-3")


def test_once_it_is_paid_it_goes_anywhere() -> None:
    assert stories.unpaid().do(stories.pay()).do(TO_LAKE).order.delivery == Pickup("KZN-2")
    assert stories.unpaid().do(stories.pay()).do(Redirect(AT_HOME)).order.delivery == AT_HOME


def test_where_no_other_point_takes_money_it_stays() -> None:
    order = stories.unpaid().order
    points = {**POINTS, "KZN-1": stories.WITH_TERMINAL["KZN-1"]}
    for offered, is_allowed in ((points, False), (stories.WITH_TERMINAL, True)):
        here = Circumstances(ANNA, NOON, offered, OrderTerms())
        assert allowed(order, "redirection", here) is is_allowed

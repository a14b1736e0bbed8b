"""A new promise has its reason and lies ahead."""

from datetime import date, timedelta

from gotovo.order.refusals import Code
from gotovo.order.steps.lateness import MarkLate
from gotovo.order.steps.payment import Pay
from gotovo.order.steps.promise import ChangePromise
from gotovo.order.steps.redirection import Redirect
from gotovo.order.values.order import Attention, Pickup, Promised
from tests.support.order import stories
from tests.support.order.cast import BASKET_COST, NOON, Play, basket

TO_LAKE = Redirect(Pickup("KZN-2"))


def promise_of(play: Play) -> Promised:
    assert play.order.promise is not None
    return play.order.promise


def test_another_day_is_told_with_its_reason_and_the_old_one_stays_in_the_history() -> None:
    play = stories.dispatched()
    until = NOON + timedelta(days=3)
    play.do(ChangePromise(date(2026, 11, 26), until, "snow"))
    assert promise_of(play) == Promised(date(2026, 11, 26), until)
    assert b'"reason":"snow"' in play.history[-1].body
    assert b'"promised_for":"2026-11-24"' in play.history[1].body


def test_by_a_new_promise_nobody_is_late_yet() -> None:
    play = stories.dispatched().wait(days=2).do(MarkLate())
    assert play.order.attention == (Attention.LATE,)
    play.do(ChangePromise(date(2026, 11, 26), NOON + timedelta(days=3), "snow"))
    assert play.order.attention == ()
    assert play.wait(days=2).do(MarkLate()).order.attention == (Attention.LATE,)


def test_a_day_that_has_passed_is_not_promised() -> None:
    change = ChangePromise(date(2026, 11, 22), NOON, "snow")
    assert stories.paid().refused(change) is Code.WRONG_TIME


def test_a_day_may_be_promised_although_the_hour_is_not_known() -> None:
    assert stories.paid().do(ChangePromise(date(2026, 12, 1), None, "flood")).order.promise


def test_there_is_nothing_to_promise_before_payment_on_the_shelf_or_at_the_end() -> None:
    change = ChangePromise(date(2026, 12, 1), None, "flood")
    assert stories.placed().refused(change) is Code.STAGE_FORBIDS
    assert stories.shelved().refused(change) is Code.STAGE_FORBIDS
    assert stories.issued().refused(change) is Code.CLOSED


def test_a_life_carried_over_is_promised_nothing() -> None:
    play = Play().do(basket(imported=True)).do(Pay(BASKET_COST)).do(TO_LAKE)
    assert play.order.promise is None

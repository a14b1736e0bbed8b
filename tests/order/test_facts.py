"""What runs against a person starts when it became known, whatever time is told afterwards."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from gotovo.order.checks.return_period import return_deadline
from gotovo.order.facts import Decision, OrderTerms
from gotovo.order.steps.cancellation import Cancel
from gotovo.order.steps.handover import HandOver
from gotovo.order.steps.return_claim import ClaimReturn
from gotovo.order.steps.shelving import Shelve
from gotovo.order.steps.storage_expiry import ExpireStorage
from gotovo.points.local_time import local_date
from tests.support.order import stories
from tests.support.order.cast import ANNA, IMPORT, LENA, NOON, Play, basket

ago = st.timedeltas(timedelta(0), timedelta(days=60))
MOSCOW = "Europe/Moscow"
ANY_AGE = OrderTerms(backdate_hours=24 * 60)


def told(span: timedelta) -> tuple[Play, datetime]:
    """Return a play that began before everything told, and the instant told."""
    play = Play(now=NOON + timedelta(days=61), terms=ANY_AGE)
    return play, NOON + timedelta(days=61) - span


@given(ago)
def test_storage_begins_when_the_shelving_became_known(span: timedelta) -> None:
    """Rule 4.2."""
    play, at = told(span)
    play.do(basket(), told=at).do(stories.pay(), told=at).do(stories.Pack(), told=at)
    play.do(stories.Dispatch(), told=at).do(stories.Arrive(), told=at)
    storage = play.do(Shelve(cell="A1"), told=at).order.storage
    assert storage is not None
    assert play.order.ready_at == at
    assert storage.rule.started_at == play.now
    assert storage.deadline_at == play.now + timedelta(days=7)
    assert all(reminder.at > play.now for reminder in storage.reminders)
    assert play.try_(ExpireStorage()) == Decision()


@given(ago)
def test_a_buyer_has_the_whole_time_to_pay_once_the_placement_is_known(span: timedelta) -> None:
    """Rule 2.1."""
    play, at = told(span)
    order = play.do(basket(), told=at).order
    assert (order.placed_at, order.payment_due_at) == (at, play.now + timedelta(hours=24))


@given(ago)
def test_a_refund_told_late_promises_no_day_in_the_past(span: timedelta) -> None:
    """Rule 4.7."""
    play, at = told(span)
    play.do(basket(), told=at).do(stories.pay(), told=at)
    refund = play.do(Cancel(), ANNA, at).order.refunds[0]
    assert refund.started_at == at
    assert refund.promised_for == local_date(play.now + timedelta(days=10), MOSCOW)


@given(ago)
def test_a_payment_told_late_promises_no_day_in_the_past(span: timedelta) -> None:
    """Rule 4.1."""
    play, at = told(span)
    promise = play.do(basket(), told=at).do(stories.pay(), told=at).order.promise
    assert promise is not None
    assert promise.promised_until is not None
    assert promise.promised_until > play.now


def test_a_payment_told_an_hour_late_still_counts_from_before_the_cut_off() -> None:
    """Rule 4.1."""
    seven_pm = NOON + timedelta(hours=7)
    play = stories.placed().wait(hours=9).do(stories.pay(), told=seven_pm)
    assert play.order.promise == stories.paid().order.promise


@given(ago)
def test_the_return_period_begins_when_the_hand_over_became_known(span: timedelta) -> None:
    """Rule 4.7."""
    play = stories.shelved()
    play.world = structs.replace(play.world, terms=ANY_AGE)
    issued_at = play.now
    play.now += span
    play.do(HandOver(code=play.code()), LENA, issued_at)
    assert play.order.closed_at == issued_at
    deadline = return_deadline(play.order, play.world.terms)
    assert deadline == play.now + timedelta(days=7)
    assert play.wait(days=7).try_(ClaimReturn(), ANNA).refusal is None


def test_an_imported_history_starts_nothing() -> None:
    play, at = told(timedelta(days=30))
    play.do(basket(imported=True), IMPORT, at).do(stories.pay(), IMPORT, at)
    play.do(stories.Dispatch(), IMPORT, at).do(Shelve(cell="A1"), IMPORT, at)
    play.do(HandOver(), IMPORT, at)
    deadline = return_deadline(play.order, play.world.terms)
    assert deadline == at + timedelta(days=7)
    assert (play.order.storage, play.order.payment_due_at) == (None, None)
    cancelled, at = told(timedelta(days=30))
    cancelled.do(basket(imported=True), IMPORT, at).do(stories.pay(), IMPORT, at)
    cancelled.do(Cancel(), IMPORT, at)
    assert cancelled.order.refunds[0].promised_for == local_date(at + timedelta(days=10), MOSCOW)

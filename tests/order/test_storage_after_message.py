"""Nobody loses an order because no message came: the deadline follows the message."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gotovo.order.facts import OrderTerms
from gotovo.order.refusals import Code
from gotovo.order.steps.cancellation import Cancel
from gotovo.order.steps.handover import HandOver
from gotovo.order.steps.handover_opening import OpenHandover
from gotovo.order.steps.reinstatement import Reinstate
from gotovo.order.steps.storage_expiry import ExpireStorage
from gotovo.order.steps.storage_extension import ExtendStorage
from gotovo.order.steps.storage_recalculation import (
    ARRIVES_AT_ONCE,
    RecalculateStorage,
    RecalculationReason,
)
from gotovo.order.story import StorageChange
from gotovo.order.values.actor import Actor
from gotovo.order.values.order import Outcome, Stage, Storage
from gotovo.points.storage_term import recompute, storage_deadline
from tests.support.order import stories
from tests.support.order.cast import ANNA, KREMLIN, LENA, SHOP, SONYA, TIMER, Play, basket
from tests.support.order.changed_points import closed_on, under
from tests.support.order.play_story import play_story

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
TERM = KREMLIN.storage_days * DAY
WITHIN = OrderTerms().storage_starts_within_hours * HOUR

UNCONFIRMED = RecalculateStorage(RecalculationReason.MESSAGE_UNCONFIRMED)
NOT_DELIVERED = RecalculateStorage(RecalculationReason.MESSAGE_NOT_DELIVERED)


def arrived(at: datetime) -> RecalculateStorage:
    return RecalculateStorage(RecalculationReason.MESSAGE_DELIVERED, at)


def storage_of(play: Play) -> Storage:
    storage = play.order.storage
    assert storage is not None
    return storage


@pytest.fixture
def play() -> Play:
    """Give an order that became ready in the middle of the day, an hour ago."""
    return stories.shelved().wait(hours=1)


def ready_at(play: Play) -> datetime:
    assert play.order.ready_at is not None
    return play.order.ready_at


def test_the_term_begins_when_the_message_arrived(play: Play) -> None:
    """Rule 4.2."""
    before = storage_of(play)
    play.wait(hours=1).do(arrived(ready_at(play) + HOUR), TIMER)
    after = storage_of(play)
    assert after.deadline_at == ready_at(play) + HOUR + TERM
    assert [r.at - b.at for r, b in zip(after.reminders, before.reminders, strict=True)] == [
        HOUR
    ] * 3
    assert (after.rule.started_at, after.rule.ready_at, after.rule.begins_because) == (
        ready_at(play) + HOUR,
        ready_at(play),
        "message_delivered",
    )
    assert play_story(play).storage_changes == (
        StorageChange(play.now, before.deadline_at, RecalculationReason.MESSAGE_DELIVERED),
    )


@pytest.mark.parametrize("after", [timedelta(0), HOUR / 60, ARRIVES_AT_ONCE])
def test_a_message_that_arrives_at_once_moves_nothing(play: Play, after: timedelta) -> None:
    assert play.is_already_done(arrived(ready_at(play) + after), TIMER)


def test_a_message_that_waited_for_the_morning_arrives_at_once_in_the_morning() -> None:
    """Rule 4.2."""
    play = stories.arrived().wait(hours=10)
    play.do(stories.Shelve(cell="A-1"), LENA)
    morning = storage_of(play).rule.started_at
    assert morning - ready_at(play) > HOUR
    assert play.is_already_done(arrived(morning + ARRIVES_AT_ONCE), TIMER)
    play.do(arrived(morning + HOUR), TIMER)
    assert storage_of(play).deadline_at == morning + HOUR + TERM


def test_without_a_receipt_the_term_begins_at_the_latest_after_some_hours(play: Play) -> None:
    """Rule 4.2."""
    play.wait(hours=12).do(UNCONFIRMED, TIMER)
    latest = ready_at(play) + WITHIN
    assert storage_of(play).rule.started_at == latest
    assert storage_of(play).deadline_at == storage_deadline(KREMLIN, latest, 7).at
    assert storage_of(play).rule.begins_because == "message_unconfirmed"
    for late in (arrived(ready_at(play) + 3 * HOUR), arrived(latest + HOUR), UNCONFIRMED):
        assert play.is_already_done(late, TIMER)


def test_a_message_that_arrives_after_these_hours_moves_no_further(play: Play) -> None:
    play.wait(days=3).do(arrived(play.now), TIMER)
    assert storage_of(play).rule.started_at == ready_at(play) + WITHIN
    assert storage_of(play).rule.begins_because == "message_unconfirmed"


def test_where_no_message_could_be_delivered_the_term_is_given_once_more(play: Play) -> None:
    """Rule 4.2."""
    play.do(NOT_DELIVERED, TIMER)
    after = storage_of(play)
    assert after.deadline_at == ready_at(play) + 2 * TERM
    assert (after.rule.days, after.rule.undelivered_days) == (7, 7)
    assert after.reminders[0].at == after.deadline_at - 3 * DAY
    assert recompute(after.rule, KREMLIN).at == after.deadline_at
    for late in (NOT_DELIVERED, UNCONFIRMED, arrived(play.now)):
        assert play.is_already_done(late, TIMER)


def test_a_message_that_was_lost_after_all_gives_the_term_once_more(play: Play) -> None:
    play.wait(hours=12).do(UNCONFIRMED, TIMER).wait(days=1).do(NOT_DELIVERED, TIMER)
    assert storage_of(play).rule.term_ends_at == ready_at(play) + WITHIN + 2 * TERM


def test_the_buyers_extension_comes_on_top(play: Play) -> None:
    play.do(ExtendStorage())
    play.wait(hours=2).do(arrived(ready_at(play) + 2 * HOUR), TIMER).do(NOT_DELIVERED, TIMER)
    rule = storage_of(play).rule
    assert storage_of(play).deadline_at == ready_at(play) + 2 * HOUR + 2 * TERM + 3 * DAY
    assert (rule.extended_days, rule.undelivered_days) == (3, 7)
    assert storage_of(play).extended


def test_an_extension_keeps_what_the_message_gave(play: Play) -> None:
    play.do(NOT_DELIVERED, TIMER).do(ExtendStorage())
    assert storage_of(play).deadline_at == ready_at(play) + 2 * TERM + 3 * DAY


def test_a_closure_entered_later_keeps_what_the_message_gave(play: Play) -> None:
    play.wait(hours=2).do(arrived(ready_at(play) + 2 * HOUR), TIMER)
    under(play, closed_on(date(2026, 11, 29))).do(RecalculateStorage(), TIMER)
    rule = storage_of(play).rule
    assert storage_of(play).deadline_at == ready_at(play) + 2 * HOUR + TERM + DAY
    assert (rule.ready_at, rule.begins_because) == (ready_at(play), "message_delivered")


def test_settings_alone_are_not_taken_for_what_a_message_did(play: Play) -> None:
    under(play, closed_on(date(2026, 11, 29)))
    assert play.is_already_done(arrived(ready_at(play)), TIMER)
    play.do(RecalculateStorage(), TIMER)
    (change,) = play_story(play).storage_changes
    assert change.reason is RecalculationReason.CLOSURE


def test_the_deadline_moves_while_the_order_is_being_handed_over(play: Play) -> None:
    play.do(OpenHandover(code=play.code())).do(NOT_DELIVERED, TIMER)
    assert (play.stage, storage_of(play).rule.undelivered_days) == (Stage.HANDING_OVER, 7)


@pytest.mark.parametrize("told", [arrived(stories.shelved().now + HOUR), NOT_DELIVERED])
def test_nothing_moves_for_an_order_that_is_not_on_its_shelf(
    play: Play, told: RecalculateStorage
) -> None:
    assert play.do(HandOver(code=play.code())).is_already_done(told, TIMER)
    assert stories.shelved().do(Cancel()).is_already_done(told, TIMER)


def test_an_expired_order_is_not_revived(play: Play) -> None:
    """Rule 4.2."""
    play.now = storage_of(play).deadline_at
    play.do(ExpireStorage(), TIMER)
    assert play.is_already_done(NOT_DELIVERED, TIMER)
    assert play.order.outcome is Outcome.CANCELLED


def test_a_reinstated_order_is_told_anew(play: Play) -> None:
    play.do(NOT_DELIVERED, TIMER)
    play.now = storage_of(play).deadline_at
    play.do(ExpireStorage(), TIMER).do(Reinstate(), SONYA)
    begins_at, own_term = storage_of(play).rule.started_at, 3 * DAY
    play.wait(hours=2).do(arrived(begins_at + 2 * HOUR), TIMER)
    assert storage_of(play).deadline_at == begins_at + 2 * HOUR + own_term
    play.do(NOT_DELIVERED, TIMER)
    assert storage_of(play).deadline_at == begins_at + 2 * HOUR + 2 * own_term


@pytest.mark.parametrize("actor", [ANNA, LENA, SONYA, SHOP])
def test_nobody_but_the_program_tells_what_became_of_a_message(play: Play, actor: Actor) -> None:
    assert play.refused(NOT_DELIVERED, actor) is Code.NOT_PERMITTED


def test_where_the_storage_begins_with_readiness_an_arrival_moves_nothing() -> None:
    play = Play(terms=OrderTerms(storage_starts_within_hours=0))
    play.do(basket()).do(stories.pay()).do(stories.StartPicking()).do(stories.Pack())
    play.do(stories.Dispatch()).do(stories.Arrive()).do(stories.Shelve(cell="A1"))
    assert play.is_already_done(arrived(play.now + HOUR), TIMER)


tellings = st.lists(
    st.one_of(
        st.just(UNCONFIRMED),
        st.just(NOT_DELIVERED),
        st.integers(-60, 60 * 24 * 30).map(
            lambda minutes: arrived(stories.shelved().now + minutes * HOUR / 60)
        ),
    ),
    max_size=6,
)


@given(told=tellings)
def test_whatever_is_told_in_any_order_never_shortens_and_is_bounded(
    told: list[RecalculateStorage],
) -> None:
    """Rule 4.2."""
    play = stories.shelved()
    for command in told:
        before = storage_of(play)
        decision = play.try_(command, TIMER)
        assert storage_of(play).deadline_at >= before.deadline_at
        assert (storage_of(play) == before) == (not decision.events)
    most = WITHIN + (2 * TERM if NOT_DELIVERED in told else TERM)
    assert TERM <= storage_of(play).rule.term_ends_at - ready_at(play) <= most
    assert recompute(storage_of(play).rule, KREMLIN).at == storage_of(play).deadline_at
    assert all(play.is_already_done(command, TIMER) for command in told)

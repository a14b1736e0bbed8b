"""A hand-over is rated once it has happened, and the rating may be changed for a week."""

from datetime import timedelta

from gotovo.order.account.rating import can_be_rated, oldest_changeable, rating_changes_until
from gotovo.order.steps.correction import Correct
from tests.support.order import stories
from tests.support.order.cast import NOON


def test_an_issued_order_can_be_rated_and_stays_so_when_it_is_returned() -> None:
    assert can_be_rated(stories.issued().order)


def test_what_was_not_handed_over_cannot_be_rated() -> None:
    for play in (stories.placed(), stories.shelved(), stories.cancelled(), stories.expired()):
        assert not can_be_rated(play.order)


def test_a_hand_over_recorded_by_mistake_cannot_be_rated() -> None:
    play = stories.issued()
    play.do(Correct(play.order.issued_version, "another order"))
    assert not can_be_rated(play.order)


def test_a_rating_may_be_changed_for_a_week() -> None:
    assert rating_changes_until(NOON) == NOON + timedelta(days=7)
    assert oldest_changeable(NOON + timedelta(days=7)) == NOON

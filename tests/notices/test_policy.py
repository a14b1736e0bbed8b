"""Which events become a message: what the buyer has to know about money, and no more."""

from datetime import date, timedelta

from gotovo.notices.policy import is_repeated_later, notice_of
from gotovo.notices.rules import Purpose
from gotovo.order.steps.payment_expiry import ExpirePayment
from gotovo.order.steps.storage_recalculation import RecalculateStorage, RecalculationReason
from gotovo.order.values.money import Money
from tests.support.order import stories
from tests.support.order.cast import TIMER, Play
from tests.support.order.changed_points import closed_on, under
from tests.support.order.stories import pay


def purposes(play: Play) -> list[Purpose]:
    """Return what the events after the placement are told as."""
    found = (notice_of(play.history, x.version) for x in play.history[1:])
    return [notice.purpose for notice in found if notice is not None]


def test_a_part_of_the_sum_is_acknowledged_and_the_last_one_begins_processing() -> None:
    play = stories.placed().do(pay(1000, "part"))
    notice = notice_of(play.history, 2)
    assert notice is not None
    assert (notice.purpose, notice.payment) == (Purpose.PART_PAID, Money(1000, "RUB"))
    play.do(pay(350, "rest"))
    assert purposes(play) == [Purpose.PART_PAID]


def test_a_payment_that_a_person_looks_into_is_said_to_be_looked_into() -> None:
    play = stories.placed().do(pay(1000, "dollars", "USD")).do(pay(1, "dollars", "USD"))
    assert purposes(play) == [Purpose.PAYMENT_CHECKED] * 2


def test_a_surplus_has_a_message_of_its_refund_alone() -> None:
    assert purposes(stories.placed().do(pay(2000))) == [Purpose.REFUND_STARTED]


def test_a_revived_order_has_one_message() -> None:
    play = stories.placed().wait(hours=24).do(ExpirePayment()).wait(hours=1)
    play.do(pay(), told=play.now - timedelta(hours=2))
    assert purposes(play) == [Purpose.CANCELLED, Purpose.REVIVED]


def test_a_buyer_who_was_told_late_is_not_told_that_the_order_is_kept_longer() -> None:
    """Rule 4.10."""
    play = stories.shelved().wait(hours=12)
    arrived = RecalculateStorage(
        RecalculationReason.MESSAGE_DELIVERED, play.now - timedelta(hours=6)
    )
    play.do(arrived, TIMER).do(RecalculateStorage(RecalculationReason.MESSAGE_UNCONFIRMED), TIMER)
    assert play.types(-2) == ["order.storage_recalculated"] * 2
    assert purposes(play) == [Purpose.READY]


def test_a_buyer_whom_no_message_reached_is_told_once_more_that_the_order_is_ready() -> None:
    """Rule 4.10."""
    play = stories.shelved()
    play.do(RecalculateStorage(RecalculationReason.MESSAGE_NOT_DELIVERED), TIMER)
    assert purposes(play) == [Purpose.READY] * 2
    under(play, closed_on(date(2026, 11, 29))).do(RecalculateStorage(), TIMER)
    assert purposes(play) == [Purpose.READY, Purpose.READY, Purpose.STORAGE_MOVED]
    assert not is_repeated_later(play.history, len(play.history) - 1)

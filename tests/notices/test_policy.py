"""Which events become a message: what the buyer has to know about money, and no more."""

from datetime import timedelta

from gotovo.notices.policy import notice_of
from gotovo.notices.rules import Purpose
from gotovo.order.steps.payment_expiry import ExpirePayment
from gotovo.order.values.money import Money
from tests.support.order import stories
from tests.support.order.cast import Play
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

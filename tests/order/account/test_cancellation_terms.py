"""What a cancellation would mean, before it is confirmed."""

from datetime import timedelta

from gotovo.order.account.cancellation_terms import cancellation_terms
from gotovo.order.facts import OrderTerms
from gotovo.points.local_time import local_date
from tests.support.order import stories
from tests.support.order.cast import BASKET_COST, Play

ZONE = "Europe/Moscow"


def terms_of(play: Play) -> tuple[int, int, bool]:
    assert play.order is not None
    terms = cancellation_terms(play.order, OrderTerms(refund_days=10), ZONE, play.now)
    assert terms.total == BASKET_COST
    assert terms.refund_by == local_date(play.now + timedelta(days=10), ZONE)
    return terms.refund, terms.fee_kept, terms.left_warehouse


def test_nothing_is_refunded_of_what_was_not_paid() -> None:
    assert terms_of(stories.placed()) == (0, 0, False)


def test_everything_is_refunded_while_the_goods_are_in_the_warehouse() -> None:
    assert terms_of(stories.paid()) == (BASKET_COST, 0, False)


def test_goods_that_have_left_come_back() -> None:
    assert terms_of(stories.shelved()) == (BASKET_COST, 0, True)

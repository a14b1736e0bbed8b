"""A pay link opens the payment of one order, as long as it can be paid, and nothing else."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec import structs

from gotovo.access.buyer_requests.pay_links import (
    SHOWN_AFTER,
    PayLink,
    PayLinks,
    pay_token,
    pay_url,
    read_pay_token,
)
from gotovo.order.values.order import Order, Outcome, Stage
from tests.support.order.cast import Play, basket

KEY, OTHER = b"k" * 32, b"o" * 32
DUE = datetime(2026, 11, 23, 11, 5, tzinfo=UTC)
SITE = "https://orders.example.ru"


@pytest.fixture
def order() -> Order:
    """Give an order that can be paid until tomorrow."""
    play = Play()
    play.do(basket())
    return structs.replace(play.order, payment_due_at=DUE)


def test_a_token_tells_the_order_and_the_time_to_pay(order: Order) -> None:
    link = read_pay_token([KEY], pay_token(KEY, order))
    assert link == PayLink(order.number, DUE)
    unlimited = structs.replace(order, payment_due_at=None)
    assert read_pay_token([KEY], pay_token(KEY, unlimited)) == PayLink(order.number, None)


def test_a_link_is_the_same_each_time_and_fits_into_a_message(order: Order) -> None:
    assert pay_token(KEY, order) == pay_token(KEY, order)
    assert len(pay_token(KEY, order)) == 44


def test_a_link_of_an_older_key_opens_as_well(order: Order) -> None:
    assert read_pay_token([OTHER, KEY], pay_token(KEY, order)) is not None
    assert read_pay_token([OTHER], pay_token(KEY, order)) is None


def test_nothing_of_a_token_can_be_changed(order: Order) -> None:
    token = pay_token(KEY, order)
    number, until, signature = token.split(".")
    later = f"{int(until, 16) + 86_400:x}"
    for changed in (
        f"{number}.{later}.{signature}",
        f"{number}.0.{signature}",
        f"{number}.{until}.{signature[:-1]}{'A' if signature[-1] != 'A' else 'B'}",
        f"{number}.{until}",
        f"{number}.ffffffffff.{signature}",
        f"123456789012.{until}.{signature}",
        token.upper(),
        f"{token}\n",
        "",
        "ж.1.x",
    ):
        assert read_pay_token([KEY], changed) is None, changed


def test_a_link_ends_with_the_time_to_pay_and_shows_for_a_day_how_it_ended() -> None:
    link = PayLink("194566112558", DUE)
    before = DUE - timedelta(seconds=1)
    assert (link.is_over(before), link.is_shown(before)) == (False, True)
    assert (link.is_over(DUE), link.is_shown(DUE)) == (True, True)
    assert not link.is_shown(DUE + SHOWN_AFTER)
    forever = PayLink("194566112558", None)
    assert (forever.is_over(DUE), forever.is_shown(DUE)) == (False, True)


def test_a_link_is_offered_only_while_the_order_can_be_paid(order: Order) -> None:
    now = DUE - timedelta(hours=1)
    links = PayLinks(SITE, lambda: KEY, lambda currency: currency == "RUB")
    assert links.url(order, now) == pay_url(SITE, KEY, order)
    assert links.url(order, now).startswith(f"{SITE}/pay/{order.number}.")
    for other in (
        structs.replace(order, stage=Stage.PAID, paid_at=now),
        structs.replace(order, outcome=Outcome.CANCELLED),
        structs.replace(order, currency="USD"),
    ):
        assert not links.url(other, now)
    assert not links.url(order, DUE)
    assert not PayLinks("", lambda: KEY, lambda _: True).url(order, now)
    assert not PayLinks(SITE, lambda: KEY).url(order, now)

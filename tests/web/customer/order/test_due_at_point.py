"""What the page says of an order that is paid when it is handed over, until it is paid."""

from gotovo.order.steps.point_payment import PayAtPoint
from gotovo.order.values.money import Money
from gotovo.order.values.order import Order, total
from gotovo.words.formats.money import format_money
from tests.support.web.buyer import Buyer, text_of
from tests.support.web.cast import ALINA, NOW, Cast
from tests.support.web.network import CLOSING_POINT
from tests.support.web.sample_orders.payments import (
    paid_at_the_desk,
    ready_to_pay,
    to_pay_at_point,
)


def money(amount: int) -> str:
    return text_of(format_money(amount, "RUB", "en"))


async def shown(buyer: Buyer, order: Order) -> str:
    await buyer.signs_in(ALINA)
    return text_of((await buyer.opens(f"/orders/{order.number}")).text)


async def test_before_it_is_ready_the_page_says_what_will_be_due(buyer: Buyer, cast: Cast) -> None:
    order = await to_pay_at_point(cast)
    page = await shown(buyer, order)
    assert f"To pay at hand-over: {money(total(order))}" in page
    assert "Accepted" in page
    assert "Paid" not in page
    assert "Awaiting payment" not in page
    assert "counted from" in page
    assert "paid at" not in page


async def test_when_it_is_ready_the_page_says_what_is_left(buyer: Buyer, cast: Cast) -> None:
    order = await ready_to_pay(cast)
    due = total(order) - 10_000
    page = await shown(buyer, order)
    assert f"To pay at hand-over: {money(due)}" in page
    assert f"{money(10_000)} of {money(total(order))} has already been paid." in page
    cards = text_of((await buyer.opens("/orders")).text)
    assert f"To pay at hand-over: {money(due)}" in cards


async def test_once_it_is_paid_nothing_is_due(buyer: Buyer, cast: Cast) -> None:
    order = await ready_to_pay(cast)
    rest = Money(total(order) - 10_000, order.currency)
    order = await cast.step(order, PayAtPoint(rest, CLOSING_POINT.code, "slip"), NOW)
    assert "To pay at hand-over" not in await shown(buyer, order)


async def test_it_can_be_paid_online_before(buyer: Buyer, cast: Cast) -> None:
    order = await to_pay_at_point(cast)
    page = await shown(buyer, order)
    assert f"Pay {money(total(order))} with SBP" in page
    await cast.pay(order, NOW)
    page = text_of((await buyer.opens(f"/orders/{order.number}")).text)
    assert "To pay at hand-over" not in page


async def test_what_was_paid_at_the_desk_comes_back_there(buyer: Buyer, cast: Cast) -> None:
    page = await shown(buyer, await paid_at_the_desk(cast))
    assert "The pick-up point pays it back: show your receipt there." in page


async def test_other_places_are_those_where_it_can_be_paid(buyer: Buyer, cast: Cast) -> None:
    order = await to_pay_at_point(cast)
    await buyer.signs_in(ALINA)
    answer = await buyer.opens(f"/orders/{order.number}")
    assert "/redirection" not in answer.text

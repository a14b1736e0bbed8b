"""What the page says of payments: how much is left, what goes back, what is looked into."""

from gotovo.order.steps.attention_clearance import ClearAttention
from gotovo.order.steps.cancellation import Cancel
from gotovo.order.steps.payment_expiry import ExpirePayment
from gotovo.order.steps.refund_completion import CompleteRefund
from gotovo.order.values.actor import Role
from gotovo.order.values.money import Money
from gotovo.order.values.order import Attention, Order, total
from gotovo.words.formats.money import format_money
from tests.support.web.buyer import Buyer, text_of
from tests.support.web.cast import ALINA, HOUR, NOW, Cast
from tests.support.web.goods import LAMP
from tests.support.web.sample_orders.open_orders import waiting_for_payment
from tests.support.web.sample_orders.payments import (
    contested,
    paid_after_cancelling,
    paid_in_part,
    reported_too_late,
)
from tests.support.web.sample_orders.refunds import (
    BANK_ID,
    refund_failed,
    refund_paid,
    refund_rerouted,
    refund_sent,
)


def money(amount: int, currency: str = "RUB") -> str:
    return text_of(format_money(amount, currency, "en"))


async def shown(buyer: Buyer, order: Order) -> str:
    """Return what somebody who is signed in reads on the order's page."""
    return text_of((await buyer.opens(f"/orders/{order.number}")).text)


async def read(buyer: Buyer, order: Order) -> str:
    """Return what its owner reads on the order's page."""
    await buyer.signs_in(ALINA)
    return await shown(buyer, order)


async def test_a_part_of_the_sum_is_shown_with_what_is_left_to_pay(
    buyer: Buyer, cast: Cast
) -> None:
    """Rule 4.8."""
    order = await cast.pay(await waiting_for_payment(cast), NOW, Money(500_00, "RUB"))
    text = await read(buyer, order)
    due = money(total(order) - 500_00)
    assert f"Amount due: {due}" in text
    assert f"{money(500_00)} of {money(total(order))} has been paid." in text
    assert f"Left to pay {due}" in text
    assert f"Pay {due}" in text


async def test_what_was_paid_too_much_is_shown_as_a_refund(buyer: Buyer, cast: Cast) -> None:
    order = await waiting_for_payment(cast)
    order = await cast.pay(order, NOW, Money(total(order) + 100_00, "RUB"))
    text = await read(buyer, order)
    assert "Refund on its way More was paid than the order costs." in text
    assert money(100_00) in text


async def test_a_payment_in_another_currency_is_shown_and_looked_into(
    buyer: Buyer, cast: Cast
) -> None:
    order = await cast.pay(await waiting_for_payment(cast), NOW, Money(99_00, "USD"))
    text = await read(buyer, order)
    assert "We are looking into a payment for this order." in text
    assert "Paid in another currency" in text
    assert money(99_00, "USD") in text
    order = await cast.step(order, ClearAttention(Attention.MONEY, refund=True), NOW)
    text = await shown(buyer, order)
    assert "We are looking into a payment" not in text
    assert f"{money(99_00, 'USD')}" in text.partition("Refund on its way")[2]


async def test_an_order_paid_in_part_and_too_late_says_that_it_is_refunded(
    buyer: Buyer, cast: Cast
) -> None:
    order = await cast.place(ALINA, NOW - 30 * HOUR, LAMP)
    order = await cast.pay(order, NOW - 29 * HOUR, Money(1_00, "RUB"))
    order = await cast.step(order, ExpirePayment(), NOW, Role.SYSTEM)
    assert "What you paid will be refunded" in await read(buyer, order)


async def test_who_pays_a_part_is_told_what_happens_without_the_rest(
    buyer: Buyer, cast: Cast
) -> None:
    text = await read(buyer, await paid_in_part(cast))
    assert "Otherwise the order closes and we refund what you paid." in text
    await buyer.opens("/?lang=ru")
    text = await shown(buyer, await paid_in_part(cast))
    assert "Доплатите остаток, и мы начнём собирать заказ." in text
    assert "Иначе заказ закроется, а уплаченное вернём." in text


async def test_while_a_payment_is_looked_into_nobody_is_hurried_to_pay_again(
    buyer: Buyer, cast: Cast
) -> None:
    """Rule 4.8."""
    order = await contested(cast)
    text = await read(buyer, order)
    assert "Until then nothing is reserved. If you do not want to wait, pay again" in text
    assert "Pay soon" not in text
    assert "You do not need to do anything" not in text
    await cast.pay(order, NOW)
    assert "You do not need to do anything." in await shown(buyer, order)


async def test_a_payment_of_a_closed_order_is_shown_and_goes_back(buyer: Buyer, cast: Cast) -> None:
    text = await read(buyer, await paid_after_cancelling(cast))
    assert "You cancelled this order." in text
    assert "Paid, not used for this order 22 November, 12:05 1,590 ₽" in text
    assert "Refund on its way started 22 November, 12:05, due by 2 December 1,590 ₽" in text


async def test_who_paid_in_time_and_was_reported_late_is_not_said_to_have_paid_late(
    buyer: Buyer, cast: Cast
) -> None:
    text = await read(buyer, await reported_too_late(cast))
    assert "You paid in time, but the payment reached us after the order had closed" in text
    assert "not paid in full" not in text
    order = await cast.place(ALINA, NOW - 30 * HOUR, LAMP)
    order = await cast.step(order, ExpirePayment(), NOW - 2 * HOUR, Role.SYSTEM)
    text = await shown(buyer, await cast.pay(order, NOW - HOUR))
    assert "Your payment came after the order had closed." in text


async def test_a_refund_says_how_far_it_is(buyer: Buyer, cast: Cast) -> None:
    """Rule 4.7."""
    text = await read(buyer, await refund_sent(cast))
    assert (
        "Refund on its way sent to your bank 22 November, 12:05, usually there by 2 December"
        in text
    )
    text = await shown(buyer, await refund_paid(cast))
    assert f"Refunded 15 November, 14:05 Reference for your bank: {BANK_ID}" in text
    assert "Refunds are made the way you paid." in text


async def test_a_refund_that_failed_says_that_the_money_is_not_lost(
    buyer: Buyer, cast: Cast
) -> None:
    order = await refund_failed(cast)
    text = await read(buyer, order)
    part = money(total(order) // 3)
    assert "We could not refund you the way you paid." in text
    assert "Write to us if you would like a particular one" in text
    assert "Refund did not go through not possible the way you paid" in text
    assert f"{part} of it has been paid" in text
    rest = money(total(order) - total(order) // 3)
    assert f"{rest} could not be refunded the way you paid." in text
    assert "Refunds are made the way you paid." not in text
    assert "We are looking into a payment" not in text
    assert "is on its way back" not in text


async def test_another_way_is_named_with_its_day(buyer: Buyer, cast: Cast) -> None:
    order = await refund_rerouted(cast)
    text = await read(buyer, order)
    assert "We are refunding you another way." in text
    assert "Refund on its way by bank transfer, due by 2 December" in text
    assert "Refunds are made the way you paid." not in text
    order = await cast.step(order, CompleteRefund(order.refunds[0].id, "17"), NOW)
    text = await shown(buyer, order)
    assert "We are refunding you another way." not in text
    assert "Refunded 22 November, 14:05 by bank transfer Reference for your bank: 17" in text


async def test_a_refund_in_another_currency_is_told_in_it(buyer: Buyer, cast: Cast) -> None:
    order = await cast.pay(await waiting_for_payment(cast), NOW, Money(99_00, "USD"))
    order = await cast.step(order, Cancel(), NOW)
    order = await cast.step(order, ClearAttention(Attention.MONEY, refund=True), NOW)
    text = await read(buyer, order)
    assert f"{money(99_00, 'USD')} is on its way back to you" in text

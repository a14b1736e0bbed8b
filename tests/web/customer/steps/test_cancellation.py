"""What a cancellation gives back is said before it, also where a delivery fee is kept."""

from gotovo.order.steps.cancellation import Cancel
from gotovo.order.values.actor import Role
from gotovo.order.values.order import Order
from gotovo.order.values.settlement.charge import Charge, ChargeKind
from tests.support.web.buyer import Buyer, text_of
from tests.support.web.cast import ALINA, DAY, HOUR, NOW, Cast
from tests.support.web.goods import KETTLE
from tests.support.web.sample_orders.payments import nothing_to_pay, paid_in_dollars, paid_in_part

CHARGES = (
    Charge(ChargeKind.DELIVERY_FEE, "", 19_900),
    Charge(ChargeKind.COUPON, "Купон ОСЕНЬ", -20_000),
)
"""The kettle costs 1,899.00: 1,699.00 with the coupon, and 1,898.00 with its delivery."""


async def placed(cast: Cast) -> Order:
    return await cast.place(ALINA, NOW - DAY, KETTLE, charges=CHARGES)


async def shelved(cast: Cast) -> Order:
    order = await cast.send(await placed(cast), NOW - DAY + HOUR)
    return await cast.shelve(order, NOW - 3 * HOUR)


async def read(buyer: Buyer, path: str) -> str:
    page = await buyer.opens(path)
    assert page.status_code == 200
    return text_of(page.text).replace("\xa0", " ")


async def test_charges_stand_between_the_items_and_the_total(buyer: Buyer, cast: Cast) -> None:
    """Rule 4.8."""
    order = await placed(cast)
    await buyer.signs_in(ALINA)
    text = await read(buyer, f"/orders/{order.number}")
    assert "Delivery 199 ₽ Купон ОСЕНЬ −200 ₽ Total 1,898 ₽" in text


async def test_before_dispatch_everything_is_refunded(buyer: Buyer, cast: Cast) -> None:
    order = await cast.pay(await placed(cast), NOW - HOUR)
    await buyer.signs_in(ALINA)
    text = await read(buyer, f"/orders/{order.number}/cancellation")
    assert "The full amount, 1,898 ₽, will be refunded" in text


async def test_after_dispatch_the_fee_that_is_kept_is_named(buyer: Buyer, cast: Cast) -> None:
    """Rule 4.8."""
    order = await shelved(cast)
    await buyer.signs_in(ALINA)
    text = await read(buyer, f"/orders/{order.number}/cancellation")
    assert "1,699 ₽ will be refunded the way you paid" in text
    assert "The delivery fee, 199 ₽, is not refunded" in text
    text = await read(buyer, f"/orders/{order.number}")
    assert "you get a refund, less the delivery fee of 199 ₽" in text


async def test_a_cancelled_order_shows_what_was_kept(buyer: Buyer, cast: Cast) -> None:
    order = await cast.step(await shelved(cast), Cancel(), NOW - HOUR, Role.STOREFRONT)
    await buyer.signs_in(ALINA)
    text = await read(buyer, f"/orders/{order.number}")
    assert "1,699 ₽ is on its way back to you" in text
    assert "Delivery fee, not refunded" in text


async def test_who_paid_a_part_gets_it_back_and_releases_nothing(buyer: Buyer, cast: Cast) -> None:
    """Rule 2.1: nothing is reserved until the whole is paid."""
    order = await paid_in_part(cast)
    await buyer.signs_in(ALINA)
    text = await read(buyer, f"/orders/{order.number}/cancellation")
    assert "The full amount, 2,000 ₽, will be refunded" in text
    assert "released" not in text


async def test_an_order_of_nothing_releases_its_items(buyer: Buyer, cast: Cast) -> None:
    order = await nothing_to_pay(cast)
    await buyer.signs_in(ALINA)
    text = await read(buyer, f"/orders/{order.number}/cancellation")
    assert "The order costs nothing, so there is nothing to refund." in text
    assert "The items are released immediately" in text


async def test_a_payment_that_is_looked_into_is_not_said_to_be_none(
    buyer: Buyer, cast: Cast
) -> None:
    """Rule 4.8."""
    order = await paid_in_dollars(cast)
    await buyer.signs_in(ALINA)
    text = await read(buyer, f"/orders/{order.number}/cancellation")
    assert "We go on looking into the payment: whatever you paid will be refunded." in text
    assert "Nothing was paid" not in text

"""A payment belongs to one order of the whole network, in every journal there is (rule 4.8)."""

import pytest

from gotovo.engine.engine import Engine
from gotovo.engine.ports import Batch, PaymentClaim, RaceLost
from gotovo.order.values.order import Attention
from gotovo.order.values.payments.payment import PaymentId
from tests.support.engine.cast import COST, Buyer, Shop

HOME = 77
ONE = PaymentId("demo", "one")


@pytest.fixture
def engine(shop: Shop) -> Engine:
    return shop.engine()


@pytest.fixture
def anna(shop: Shop) -> Buyer:
    return shop.buyer(HOME)


async def test_a_payment_belongs_to_the_order_it_was_reported_for_first(
    shop: Shop, engine: Engine, anna: Buyer
) -> None:
    """Rule 4.8: the second order keeps the report, and no money."""
    boris = shop.buyer(HOME + 1)
    await engine.submit_all([anna.place(), boris.place()])
    for buyer, paid in ((anna, COST), (boris, 0)):
        outcome = await engine.submit(buyer.pay(payment_id="one"))
        assert outcome.order is not None
        assert (outcome.order.paid, Attention.MONEY in outcome.order.attention) == (paid, not paid)
        loaded = await shop.journal.load(shop.lane_of(buyer.number), [], [], [], [ONE])
        assert loaded.payments == {ONE: anna.number}


async def test_of_two_orders_in_one_batch_the_first_gets_the_payment(
    shop: Shop, engine: Engine, anna: Buyer
) -> None:
    boris = shop.buyer(HOME)
    await engine.submit_all([anna.place(), boris.place()])
    outcomes = await engine.submit_all(
        [anna.pay(payment_id="one"), boris.pay(payment_id="one"), anna.pay(payment_id="two")]
    )
    orders = [outcome.order for outcome in outcomes]
    assert [order.paid for order in orders if order] == [COST, 0, 2 * COST]
    assert outcomes[2].refusal is not None


async def test_a_payment_that_another_order_has_loses_the_race(
    shop: Shop, engine: Engine, anna: Buyer
) -> None:
    await engine.submit_all([anna.place(), anna.pay(payment_id="one")])
    boris = shop.buyer(HOME + 1)
    claim = PaymentClaim(ONE, boris.number)
    with pytest.raises(RaceLost):
        await shop.journal.write(Batch(shop.lane_of(boris.number), [], [], [], [claim]))
    loaded = await shop.journal.load(shop.lane_of(boris.number), [], [], [], [ONE])
    assert loaded.payments == {ONE: anna.number}

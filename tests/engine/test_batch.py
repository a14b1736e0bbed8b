"""The facts that a batch is decided by: stock of every warehouse that an order may come from."""

import asyncio

import pytest
from msgspec import structs

from gotovo.engine.engine import Engine
from gotovo.engine.ports import Sku
from gotovo.engine.submission import SubmissionResult
from gotovo.order.steps.placement import NewLine
from gotovo.order.steps.redirection import Redirect
from gotovo.order.values.order import Courier, Stage
from tests.support.engine.cast import Shop

HOME = 77
PAIR = NewLine("pair", "Пара", 1, 900)


@pytest.fixture
def engine(shop: Shop) -> Engine:
    return shop.engine()


async def test_the_last_units_of_two_warehouses_go_to_two_buyers_and_the_third_gets_a_refund(
    shop: Shop, engine: Engine
) -> None:
    """Rule 4.1: the choice is made when the goods are reserved, also within one batch."""
    points, warehouses = shop.places
    first = structs.replace(warehouses["KZN"], code="AAA", priority=1)
    shop.places = (points, {**warehouses, "AAA": first})
    buyers = [shop.buyer(HOME) for _ in range(3)]
    for each in buyers:
        placed = await engine.submit(each.place(PAIR, delivery=Courier()))
        assert placed.order is not None
        assert placed.order.warehouse == "AAA"
    paid = await asyncio.gather(*(engine.submit(each.pay(900)) for each in buyers))
    orders = [each.order for each in paid if each.order is not None]
    assert [(x.warehouse, x.stage) for x in orders] == [
        ("AAA", Stage.PAID),
        ("KZN", Stage.PAID),
        ("AAA", Stage.CANCELLED),
    ]
    loaded = await shop.journal.load(shop.lane_of(buyers[1].number), [buyers[1].number], [], [])
    assert loaded.orders[buyers[1].number].order.warehouse == "KZN"
    levels = await shop.journal.levels([Sku("AAA", "pair"), Sku("KZN", "pair")])
    assert [levels[Sku(w, "pair")].reserved for w in ("AAA", "KZN")] == [1, 1]


async def test_placed_redirected_and_paid_in_one_batch_sees_the_stock_of_every_candidate(
    shop: Shop, engine: Engine
) -> None:
    points, warehouses = shop.places
    near = structs.replace(warehouses["KZN"], code="NEAR", priority=1, regions=("42",))
    shop.places = (points, {**warehouses, "NEAR": near})
    buyer = shop.buyer(HOME)
    results = await engine.submit_each(
        [
            buyer.place(PAIR),
            buyer.ask(Redirect(Courier()), address="Казань, Лесная, 7", postcode="420111"),
            buyer.pay(900),
        ]
    )
    assert [getattr(each, "refusal", each) for each in results] == [None, None, None]
    last = results[-1]
    assert isinstance(last, SubmissionResult)
    assert last.order is not None
    assert (last.order.warehouse, last.order.stage) == ("NEAR", Stage.PAID)
    assert last.contact is not None
    assert last.contact.postcode == "420111"

"""What a batch reads before it is decided, and nothing beyond."""

import pytest

from gotovo.engine.batch_reads import named_identity, other_holders, points_of, units_wanted
from gotovo.engine.ports import BatchFacts, StoredOrder
from gotovo.order.steps.packing import Pack
from gotovo.order.steps.placement import Place
from gotovo.order.steps.shelving import Shelve
from gotovo.order.values.identity import IdentityKey, IdentityKind
from gotovo.order.values.order import place_of
from tests.support.engine.cast import Buyer, Shop

NOTHING = BatchFacts({}, {}, {})
PAYMENT = IdentityKey(IdentityKind.PAYMENT, "demo", "one")
EXTERNAL_ID = IdentityKey(IdentityKind.EXTERNAL_ID, "", "A-1")


@pytest.fixture
def anna(shop: Shop) -> Buyer:
    return shop.buyer()


async def stored(shop: Shop, buyer: Buyer) -> BatchFacts:
    """Return the facts of a batch that has this buyer's order."""
    outcome = await shop.engine().submit(buyer.place())
    assert outcome.order is not None
    return BatchFacts({buyer.number: StoredOrder(outcome.order, buyer.contact)}, {}, {})


def test_a_command_names_an_external_id_a_payment_or_nothing(anna: Buyer) -> None:
    assert named_identity(anna.place()) is None
    assert named_identity(anna.ask(Pack())) is None
    assert named_identity(anna.place(external_id="A-1")) == EXTERNAL_ID
    assert named_identity(anna.pay(payment_id="one")) == PAYMENT


def test_a_placement_reads_the_stock_of_its_lines_and_other_steps_none(
    shop: Shop, anna: Buyer
) -> None:
    placement = anna.place()
    assert isinstance(placement.command, Place)
    wanted = units_wanted([placement, anna.ask(Pack())], NOTHING, shop.places)
    assert {sku.sku: units for sku, units in wanted.items()} == {
        line.sku: line.quantity for line in placement.command.lines
    }


async def test_the_load_of_a_point_is_read_where_an_order_may_come_to_it(
    shop: Shop, anna: Buyer
) -> None:
    facts = await stored(shop, anna)
    point = place_of(facts.orders[anna.number].order)
    assert points_of([anna.place()], NOTHING) == {point}
    assert points_of([anna.ask(Shelve())], facts) == {point}
    assert points_of([anna.ask(Shelve()), anna.ask(Pack())], NOTHING) == set()


async def test_whoever_has_a_payment_is_read_unless_the_batch_has_it_anyway(
    shop: Shop, anna: Buyer
) -> None:
    facts = await stored(shop, anna)
    holders = {PAYMENT: anna.number, EXTERNAL_ID: "1"}
    assert other_holders(BatchFacts(facts.orders, {}, holders)) == []
    assert other_holders(BatchFacts({}, {}, holders)) == [anna.number]

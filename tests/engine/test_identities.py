"""Identities: one order of the whole network has each, in every journal there is.

Command ids, external ids (rule 4.13) and payments (rule 4.8) are claimed whatever the home of the
order, so that neither another phone nor another process makes a second one of the same.
"""

import asyncio
from collections import Counter

import pytest
from msgspec import structs

from gotovo.engine.engine import Engine
from gotovo.engine.ports import Batch, CommandIdReused, IdentityClaim, RaceLost
from gotovo.engine.submission import ResultKind, SubmissionResult
from gotovo.order.refusals import Code, Refusal
from gotovo.order.replay import decode
from gotovo.order.steps.packing import Pack
from gotovo.order.steps.payment import PaymentReceived
from gotovo.order.steps.placement import NewLine, claimed_identity
from gotovo.order.values.identity import IdentityKey, IdentityKind
from gotovo.order.values.order import Attention
from tests.support.engine.cast import COST, Buyer, Shop

HOME = 77
ONE = IdentityKey(IdentityKind.PAYMENT, "demo", "one")
RACES = 30


@pytest.fixture
def engine(shop: Shop) -> Engine:
    return shop.engine()


@pytest.fixture
def anna(shop: Shop) -> Buyer:
    return shop.buyer(HOME)


def test_a_command_without_a_name_claims_nothing() -> None:
    assert claimed_identity(Pack()) is None


async def test_an_external_id_names_one_order_of_its_shop(
    shop: Shop, engine: Engine, anna: Buyer
) -> None:
    """Neither another key (the origin) nor another phone (the home) makes a second order."""
    other_key, other_phone = shop.buyer(HOME), shop.buyer(HOME + 1)
    other_shop, free = shop.buyer(HOME), shop.buyer(HOME)
    await engine.submit(anna.place(external_id="A-1", origin="old-key"))
    for buyer, origin in ((other_key, "new-key"), (other_phone, "old-key")):
        refused = await engine.submit(buyer.place(external_id="A-1", origin=origin))
        assert refused.refusal == Refusal(Code.EXTERNAL_ID_TAKEN, "external_id", "A-1", anna.number)
    accepted = await engine.submit_all(
        [other_shop.place(external_id="A-1", shop="market"), free.place()]
    )
    assert [o.kind for o in accepted] == [ResultKind.DONE, ResultKind.DONE]


async def test_an_external_id_that_was_refused_is_still_free(
    shop: Shop, engine: Engine, anna: Buyer
) -> None:
    unknown = NewLine("unheard-of", "Нечто", 1, 1)
    refused, accepted = await engine.submit_all(
        [anna.place(unknown, external_id="A-2"), shop.buyer(HOME).place(external_id="A-2")]
    )
    assert (refused.kind, accepted.kind) == (ResultKind.REFUSED, ResultKind.DONE)


async def test_one_external_id_placed_at_once_by_two_engines_is_one_order(shop: Shop) -> None:
    engines = shop.engine(), shop.engine()
    for race in range(RACES):
        name, homes = f"R-{race}", (2 * race, 2 * race + 1)
        outcomes = await asyncio.gather(
            *(
                engine.submit(shop.buyer(home).place(external_id=name))
                for engine, home in zip(engines, homes, strict=True)
            )
        )
        told = Counter(each.refusal.code if each.refusal else each.kind for each in outcomes)
        assert told == {ResultKind.DONE: 1, Code.EXTERNAL_ID_TAKEN: 1}


async def test_one_command_id_sent_at_once_to_two_engines_is_one_command(shop: Shop) -> None:
    engines = shop.engine(), shop.engine()
    for race in range(RACES):
        buyers = shop.buyer(2 * race), shop.buyer(2 * race + 1)
        first = buyers[0].place()
        second = structs.replace(
            buyers[1].place(), command_id=first.command_id, fingerprint=b"another body"
        )
        outcomes = await asyncio.gather(
            *(
                engine.submit(submission)
                for engine, submission in zip(engines, (first, second), strict=True)
            ),
            return_exceptions=True,
        )
        assert sum(isinstance(each, SubmissionResult) for each in outcomes) == 1
        assert sum(isinstance(each, CommandIdReused) for each in outcomes) == 1
        placed = [
            (await shop.journal.load(shop.lane_of(x.number), [x.number], [])).orders for x in buyers
        ]
        assert sum(map(len, placed)) == 1


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
        loaded = await shop.journal.load(shop.lane_of(buyer.number), [], [], [ONE])
        assert loaded.holders == {ONE: anna.number}


@pytest.mark.parametrize("at_once", [True, False])
async def test_a_contested_payment_names_the_order_that_has_it_within_a_shop_alone(
    shop: Shop, engine: Engine, anna: Buyer, *, at_once: bool
) -> None:
    """Rule 4.18: whoever reads the event of the other shop learns no number of this one."""
    boris, vera = (shop.buyer(HOME if at_once else HOME + further) for further in (1, 2))
    await engine.submit_all([anna.place(), boris.place(), vera.place(shop="market")])
    payments = [each.pay(payment_id="one") for each in (anna, boris, vera)]
    if at_once:
        await engine.submit_all(payments)
    else:
        for each in payments:
            await engine.submit(each)
    told: list[str] = []
    for buyer in (boris, vera):
        lane = shop.lane_of(buyer.number)
        history = (await shop.journal.histories(lane, [buyer.number]))[buyer.number]
        events = [decode(x.type, x.body) for x in history]
        told += [x.holder for x in events if isinstance(x, PaymentReceived)]
    assert told == [anna.number, ""]


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
    claim = IdentityClaim(ONE, boris.number)
    with pytest.raises(RaceLost):
        await shop.journal.write(Batch(shop.lane_of(boris.number), [], [], [], [claim]))
    loaded = await shop.journal.load(shop.lane_of(boris.number), [], [], [ONE])
    assert loaded.holders == {ONE: anna.number}

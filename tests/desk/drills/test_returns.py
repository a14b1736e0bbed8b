"""Drills against returns: no goods, foreign orders, twice, own ones, and without a claim."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from msgspec import structs

from gotovo.access.staff.second_person import ApprovalKind
from gotovo.desk.handover.visiting import Clerk, Wait
from gotovo.desk.returns.brought_order import BroughtOrder
from gotovo.desk.returns.returning import BroughtGoods, TakenBack
from gotovo.order.refusals import Code, Refusal
from gotovo.order.values.customer import customer_id
from gotovo.order.values.handover.refused_units import GoodsRefusal, RefusedUnits
from tests.support.api.network import ALINA, BOOKSHOP, LAST, SECRET, Api, Network
from tests.support.desk.people import Granted, Person
from tests.support.desk.shelf import BORIS, order_of, ready

ONE = RefusedUnits(1, 1, GoodsRefusal.NOT_FITTING)
DEAR = [LAST | {"price": 300_001}]


class Returner(Person):
    """A person at the desk who is brought goods."""

    async def takes_back(
        self, number: str, *units: RefusedUnits, approval: UUID | None = None
    ) -> TakenBack | Refusal:
        returning = structs.replace(
            self._network.dependencies.desk.returning, visiting=self._visiting
        )
        clerk = self._clerk(None)
        goods = BroughtGoods(taken=units or (ONE,), approval=approval)
        return await returning.take(number, goods, clerk, self._submit(clerk))

    async def is_refused_back(self, number: str, *units: RefusedUnits, **how: Any) -> Code:
        refused = await self.takes_back(number, *units, **how)
        assert isinstance(refused, Refusal), refused
        return refused.code

    async def looks_for(self, phone: str, code: str) -> BroughtOrder | Refusal | Wait:
        clerk = Clerk(self.actor, self.point, UUID(int=0))
        return await self._network.dependencies.desk.returning.find_by_phone(phone, code, clerk)


async def issued(api: Api, **who: Any) -> str:
    number = await ready(api, **who)
    await api.step(number, "handover", "point", code=api.code(number))
    return number


async def test_what_was_never_issued_does_not_come_back(network: Network, api: Api) -> None:
    number = await ready(api)
    assert await Returner(network, 1).is_refused_back(number) is Code.STAGE_FORBIDS
    assert await Returner(network, 1).is_refused_back("123456789012") is Code.UNKNOWN_ORDER
    assert (await order_of(api, number)).refunds == ()


async def test_nothing_comes_back_twice(network: Network, api: Api) -> None:
    clerk, number = Returner(network, 1), await issued(api)
    quantity = (await order_of(api, number)).lines[0].quantity
    everything = RefusedUnits(1, quantity, GoodsRefusal.CHANGED_MIND)
    assert isinstance(await clerk.takes_back(number, everything), TakenBack)
    parcels = (await order_of(api, number)).parcels
    assert await clerk.is_refused_back(number) is Code.WRONG_QUANTITY
    assert await clerk.is_refused_back(number, everything) is Code.WRONG_QUANTITY
    assert (await order_of(api, number)).parcels == parcels


async def test_more_than_was_issued_does_not_come_back(network: Network, api: Api) -> None:
    number = await issued(api)
    many = RefusedUnits(1, 99, GoodsRefusal.CHANGED_MIND)
    assert await Returner(network, 1).is_refused_back(number, many) is Code.WRONG_QUANTITY
    other = RefusedUnits(9, 1, GoodsRefusal.CHANGED_MIND)
    assert await Returner(network, 1).is_refused_back(number, other) is Code.UNKNOWN_LINE


async def test_nobody_takes_back_their_own(network: Network, api: Api) -> None:
    number = await issued(api)
    buyer = Returner(network, 1, own_customer=customer_id(SECRET, ALINA))
    assert await buyer.is_refused_back(number) is Code.OWN_ORDER


async def test_a_clerk_of_another_shop_finds_nothing_to_take_back(
    network: Network, api: Api
) -> None:
    number = await issued(api)
    stranger = Returner(network, 1, shop=BOOKSHOP)
    assert await stranger.is_refused_back(number) is Code.UNKNOWN_ORDER


async def test_dear_goods_that_nobody_claimed_need_a_second_person(
    network: Network, api: Api
) -> None:
    network.second_person = approvals = Granted()
    clerk, colleague = Returner(network, 1), Returner(network, 2)
    number, other = await issued(api, lines=DEAR), await issued(api, customer=BORIS)
    kind = ApprovalKind.RETURN_WITHOUT_CLAIM
    assert await clerk.is_refused_back(number) is Code.APPROVAL_REQUIRED
    own = approvals.grant(network, kind, number, clerk.actor, clerk.actor)
    of_other = approvals.grant(network, kind, other, clerk.actor, colleague.actor)
    for approval in (own, of_other):
        refused = await clerk.is_refused_back(number, approval=approval)
        assert refused is Code.APPROVAL_REQUIRED
    right = approvals.grant(network, kind, number, clerk.actor, colleague.actor)
    assert isinstance(await clerk.takes_back(number, approval=right), TakenBack)
    assert colleague.actor.id in (await api.get("/events?limit=200", "admin")).text


async def test_what_was_claimed_needs_nobody_else(network: Network, api: Api) -> None:
    number = await issued(api, lines=DEAR)
    await api.step(number, "return-claim", "storefront")
    assert isinstance(await Returner(network, 1).takes_back(number), TakenBack)


async def test_after_the_return_period_only_a_claim_is_brought(network: Network, api: Api) -> None:
    late, claimed = await issued(api), await issued(api, customer=BORIS)
    await api.step(claimed, "return-claim", "storefront", units=[{"line": 1, "quantity": 1}])
    network.clock.now += timedelta(days=network.terms.return_days, minutes=1)
    clerk = Returner(network, 1)
    assert await clerk.is_refused_back(late) is Code.RETURN_PERIOD_OVER
    assert isinstance(await clerk.takes_back(claimed), TakenBack)


async def test_digits_and_codes_are_not_guessed_at_returns_either(
    network: Network, api: Api
) -> None:
    number, clerk = await issued(api), Returner(network, 1)
    digits = ALINA[-4:]
    found = await clerk.looks_for(digits, api.code(number))
    assert isinstance(found, BroughtOrder), found
    wrong = "000000" if api.code(number) != "000000" else "000001"
    told = [await clerk.looks_for(phone, wrong) for phone in (digits, "0000")]
    assert [x.code for x in told if isinstance(x, Refusal)] == [Code.WRONG_CODE] * 2
    answers = [await clerk.looks_for(digits, wrong) for _ in range(10)]
    assert isinstance(answers[-1], Wait)

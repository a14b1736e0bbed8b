"""Drills against whoever works at a desk: own orders, no codes, other shops, undone hand-overs."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from gotovo.access.staff.second_person import ApprovalKind
from gotovo.desk.handover.completion import HandoverEnding, OrderEnd
from gotovo.desk.handover.identification import ByClerk, ByNumber
from gotovo.desk.handover.visit import numbers
from gotovo.engine.submission import Submission
from gotovo.order.refusals import Code
from gotovo.order.steps.handover import HandOver
from gotovo.order.steps.handover_timeout import LeaveHandover
from gotovo.order.steps.point_payment import PayAtPoint
from gotovo.order.steps.return_acceptance import AcceptReturn
from gotovo.order.values.actor import TIMER
from gotovo.order.values.customer import customer_id
from gotovo.order.values.handover.proofs import NoCodeReason, Proof
from gotovo.order.values.handover.refused_units import GoodsRefusal, RefusedUnits
from gotovo.order.values.money import Money
from gotovo.order.values.order import Stage
from tests.support.api.network import ALINA, BOOKSHOP, LAST, SECRET, Api, Network
from tests.support.desk.people import Granted, Person, code_of
from tests.support.desk.shelf import BORIS, TWO_BOXES, order_of, ready, wrong_code

CHEAP = [LAST]
"""Goods for one rouble: a clerk alone may issue them without a code."""

DEAR = [LAST | {"price": 300_001}]


def bare(number: str, approval: UUID | None = None) -> ByClerk:
    """Return what a clerk says who was shown nothing."""
    return ByClerk(number, NoCodeReason.NO_PHONE, "", approval)


async def issued(api: Api, clerk: Person, **who: Any) -> str:
    """Return an order that this person has handed over."""
    number = await ready(api, **who)
    visit = await clerk.opens(ByNumber(number, api.code(number)))
    (end,) = await clerk.ends(visit.id, OrderEnd(number))
    assert end.ending is HandoverEnding.DONE, end
    return number


async def test_nobody_issues_to_themselves(network: Network, api: Api) -> None:
    number = await ready(api)
    buyer = Person(network, 1, own_customer=customer_id(SECRET, ALINA))
    for shown in (ByNumber(number, api.code(number)), bare(number)):
        assert await buyer.is_refused(shown) is Code.OWN_ORDER
    visit = await Person(network, 2).opens(ByNumber(number, api.code(number)))
    (end,) = await buyer.ends(visit.id, OrderEnd(number))
    assert code_of(end) is Code.OWN_ORDER
    (end,) = await Person(network, 2).ends(visit.id, OrderEnd(number))
    assert end.ending is HandoverEnding.DONE
    assert code_of(await buyer.corrects(number)) is Code.OWN_ORDER
    assert code_of(await buyer.takes(number, AcceptReturn())) is Code.OWN_ORDER
    paid = PayAtPoint(Money(1, "RUB"), "KZN-1", "slip")
    assert code_of(await buyer.takes(number, paid)) is Code.OWN_ORDER


async def test_without_a_code_dear_goods_need_a_second_person(network: Network, api: Api) -> None:
    network.second_person = approvals = Granted()
    number, other = await ready(api, lines=DEAR), await ready(api, customer=BORIS)
    clerk, colleague = Person(network, 1), Person(network, 2)
    kind = ApprovalKind.HANDOVER_WITHOUT_CODE
    assert await clerk.is_refused(bare(number)) is Code.APPROVAL_REQUIRED
    own = approvals.grant(network, kind, number, clerk.actor, clerk.actor)
    of_other = approvals.grant(network, kind, other, clerk.actor, colleague.actor)
    asked_by_other = approvals.grant(network, kind, number, colleague.actor, clerk.actor)
    of_undoing = approvals.grant(
        network, ApprovalKind.HANDOVER_CORRECTION, number, clerk.actor, colleague.actor
    )
    for approval in (own, of_other, asked_by_other, of_undoing):
        assert await clerk.is_refused(bare(number, approval)) is Code.APPROVAL_REQUIRED
    right = approvals.grant(network, kind, number, clerk.actor, colleague.actor)
    visit = await clerk.opens(bare(number, right))
    assert [x.handover_proof for x in visit.orders] == [Proof.WITHOUT_CODE]
    history = (await api.get("/events?limit=200", "admin")).text
    assert colleague.actor.id in history


async def test_an_approval_is_good_for_one_hand_over(network: Network, api: Api) -> None:
    network.second_person = approvals = Granted()
    number = await ready(api, lines=DEAR)
    clerk, colleague = Person(network, 1), Person(network, 2)
    kind = ApprovalKind.HANDOVER_WITHOUT_CODE
    approval = approvals.grant(network, kind, number, clerk.actor, colleague.actor)
    visit = await clerk.opens(bare(number, approval))
    await clerk.ends(visit.id, OrderEnd(number, leaves=True))
    assert await clerk.is_refused(bare(number, approval)) is Code.APPROVAL_REQUIRED


async def test_who_often_issues_without_a_code_is_flagged(network: Network, api: Api) -> None:
    clerk, number = Person(network, 1), await ready(api, lines=CHEAP)
    for _ in range(6):
        assert network.flagged == []
        visit = await clerk.opens(bare(number))
        await clerk.ends(visit.id, OrderEnd(number, leaves=True))
    assert network.flagged == [(clerk.actor.id, number)]


async def test_without_a_code_no_other_order_of_the_buyer_is_opened(
    network: Network, api: Api
) -> None:
    number, other = await ready(api, lines=CHEAP), await ready(api)
    clerk = Person(network, 1)
    visit = await clerk.opens(bare(number))
    again = await clerk.opens(ByNumber(number, wrong_code(api, number)))
    for each in (visit, again):
        assert (numbers(each.orders), each.waiting) == ((number,), ())
    assert (await order_of(api, other)).stage is Stage.SHELVED


async def test_codes_that_were_guessed_at_need_a_second_person_whatever_the_goods_cost(
    network: Network, api: Api
) -> None:
    number = await ready(api, lines=CHEAP)
    for name in range(15):
        counter = (await order_of(api, number)).codes.counter
        guess = "000000" if api.code(number, counter) != "000000" else "000001"
        await Person(network, 100 + name).tries(ByNumber(number, guess))
    assert await Person(network, 1).is_refused(bare(number)) is Code.APPROVAL_REQUIRED


async def test_a_clerk_of_another_shop_finds_nobody(network: Network, api: Api) -> None:
    number = await ready(api)
    stranger = Person(network, 1, shop=BOOKSHOP)
    for shown in (ByNumber(number, api.code(number)), bare(number)):
        assert await stranger.is_refused(shown) is Code.UNKNOWN_ORDER
    visit = await Person(network, 2).opens(ByNumber(number, api.code(number)))
    assert await stranger.finds_no(visit.id, OrderEnd(number))
    assert code_of(await stranger.corrects(number)) is Code.UNKNOWN_ORDER


async def test_the_visit_of_another_point_or_another_buyer_opens_nothing(
    network: Network, api: Api
) -> None:
    number, strangers = await ready(api), await ready(api, customer=BORIS)
    clerk = Person(network, 1)
    visit = await clerk.opens(ByNumber(number, api.code(number)))
    assert await Person(network, 2, "KZN-2").finds_no(visit.id, OrderEnd(number))
    results = await clerk.ends(visit.id, OrderEnd(number), OrderEnd(strangers))
    assert [code_of(each) for each in results] == [None, Code.UNKNOWN_ORDER]
    assert (await order_of(api, strangers)).stage is Stage.SHELVED


async def test_the_id_of_a_visit_that_is_over_hands_nothing_over(
    network: Network, api: Api
) -> None:
    number = await ready(api)
    clerk = Person(network, 1)
    visit = await clerk.opens(ByNumber(number, api.code(number)))
    await clerk.ends(visit.id, OrderEnd(number, leaves=True))
    (end,) = await clerk.ends(visit.id, OrderEnd(number))
    assert code_of(end) is Code.WRONG_CODE


async def test_a_hand_over_that_timed_out_needs_the_code_again(network: Network, api: Api) -> None:
    number = await ready(api)
    clerk = Person(network, 1)
    visit = await clerk.opens(ByNumber(number, api.code(number)))
    network.clock.now += timedelta(minutes=network.terms.handover_minutes)
    await network.engine.submit(Submission(UUID(int=1), number, LeaveHandover(), TIMER, bytes(16)))
    (end,) = await clerk.ends(visit.id, OrderEnd(number))
    assert code_of(end) is Code.WRONG_CODE


async def test_once_the_buyer_stops_one_order_none_that_was_opened_with_it_leaves(
    network: Network, api: Api
) -> None:
    first, second = await ready(api), await ready(api)
    clerk = Person(network, 1)
    visit = await clerk.opens(ByNumber(first, api.code(first)))
    assert set(numbers(visit.orders)) == {first, second}
    await api.step(first, "handover-stop", "storefront")
    results = await clerk.ends(visit.id, OrderEnd(first), OrderEnd(second))
    assert [code_of(each) for each in results] == [Code.BLOCKED, Code.BLOCKED]
    assert all(each.stopped_by_buyer for each in results)
    assert (await order_of(api, second)).stage is Stage.SHELVED


async def test_another_orders_parcel_is_no_substitute(network: Network, api: Api) -> None:
    number, other = await ready(api, TWO_BOXES), await ready(api, customer=BORIS)
    clerk = Person(network, 1)
    visit = await clerk.opens(ByNumber(number, api.code(number)))
    swapped = OrderEnd(number, (f"{number}01", f"{other}01"))
    extra = OrderEnd(number, (f"{number}01", f"{number}02", f"{other}01"))
    for end in (swapped, extra):
        (result,) = await clerk.ends(visit.id, end)
        assert code_of(result) is Code.PARCEL_MISSING


async def test_goods_are_not_refused_once_they_were_issued(network: Network, api: Api) -> None:
    clerk = Person(network, 1)
    number = await issued(api, clerk)
    late = HandOver(refused=(RefusedUnits(1, 1, GoodsRefusal.DEFECT),))
    assert code_of(await clerk.takes(number, late)) is Code.ALREADY_ISSUED
    assert (await order_of(api, number)).refunds == ()


async def test_who_has_the_goods_gets_no_refund_by_cancelling(network: Network, api: Api) -> None:
    clerk, number = Person(network, 1), await ready(api)
    visit = await clerk.opens(ByNumber(number, api.code(number)))
    answer = await api.post(f"/orders/{number}/cancellation", {}, "storefront")
    assert answer.json()["code"] == "stage_forbids"
    await clerk.ends(visit.id, OrderEnd(number))
    answer = await api.post(f"/orders/{number}/cancellation", {}, "storefront")
    assert answer.json()["code"] == "already_issued"
    assert (await order_of(api, number)).refunds == ()


async def test_a_clerk_undoes_their_own_hand_over_for_some_minutes(
    network: Network, api: Api
) -> None:
    clerk, colleague = Person(network, 1), Person(network, 2)
    number = await issued(api, clerk)
    assert code_of(await colleague.corrects(number)) is Code.APPROVAL_REQUIRED
    assert code_of(await clerk.corrects(number)) is None
    number = await issued(api, clerk, customer=BORIS)
    network.clock.now += timedelta(minutes=16)
    assert code_of(await clerk.corrects(number)) is Code.APPROVAL_REQUIRED


async def test_later_a_second_person_agrees_once_and_not_for_ever(
    network: Network, api: Api
) -> None:
    network.second_person = approvals = Granted()
    clerk, colleague = Person(network, 1), Person(network, 2)
    kind = ApprovalKind.HANDOVER_CORRECTION
    number = await issued(api, clerk)
    network.clock.now += timedelta(hours=1)
    approval = approvals.grant(network, kind, number, clerk.actor, colleague.actor)
    assert code_of(await clerk.corrects(number, approval)) is None
    visit = await clerk.opens(ByNumber(number, api.code(number)))
    await clerk.ends(visit.id, OrderEnd(number))
    network.clock.now += timedelta(hours=1)
    assert code_of(await clerk.corrects(number, approval)) is Code.APPROVAL_REQUIRED
    network.clock.now += timedelta(hours=72)
    late = approvals.grant(network, kind, number, clerk.actor, colleague.actor)
    assert code_of(await clerk.corrects(number, late)) is Code.CORRECTION_PERIOD_OVER


async def test_nothing_is_undone_once_a_refund_has_begun(network: Network, api: Api) -> None:
    clerk, number = Person(network, 1), await ready(api)
    visit = await clerk.opens(ByNumber(number, api.code(number)))
    await clerk.ends(visit.id, OrderEnd(number, refused=(RefusedUnits(1, 1),)))
    assert code_of(await clerk.corrects(number)) is Code.STAGE_FORBIDS


@pytest.mark.parametrize(
    ("step", "body"),
    [
        ("handover", {"without_code": {"reason": "no_phone", "approved_by": "staff-1"}}),
        ("handover", {"fact": True}),
        ("handover-opening", {"without_code": {"reason": "no_phone"}}),
        ("handover-opening", {"same_buyer": "123456789012"}),
        ("correction", {"version": 1, "note": "x", "approved_by": "staff-1"}),
    ],
)
async def test_no_request_says_by_itself_what_the_desk_has_to_find_out(
    api: Api, step: str, body: dict[str, object]
) -> None:
    number = await ready(api)
    answer = await api.post(f"/orders/{number}/{step}", body, "point")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_body")
    assert (await order_of(api, number)).stage is Stage.SHELVED

"""Races at the desk, with the real database: exactly one wins, the others hear it (rule 4.11)."""

from asyncio import gather
from itertools import permutations
from uuid import UUID

import pytest

from gotovo.desk.handover.completion import HandoverEnding, OrderEnd
from gotovo.desk.handover.identification import ByNumber
from gotovo.desk.handover.visit import numbers
from gotovo.order.refusals import Code
from gotovo.order.values.order import Outcome, Stage
from tests.support.api.network import Api, Network
from tests.support.desk.people import Person, code_of
from tests.support.desk.shelf import order_of, ready

RUNS = 4


@pytest.mark.parametrize("_run", range(RUNS))
async def test_of_two_desks_that_end_one_visit_at_once_exactly_one_wins(
    network: Network, api: Api, _run: int
) -> None:
    number = await ready(api)
    one, other = Person(network, 1), Person(network, 2)
    visit = await one.opens(ByNumber(number, api.code(number)))
    ends = await gather(*(each.ends(visit.id, OrderEnd(number)) for each in (one, other)))
    endings = sorted(results[0].ending for results in ends)
    assert endings == [HandoverEnding.DONE, HandoverEnding.REFUSED]
    loser = next(x[0] for x in ends if x[0].ending is HandoverEnding.REFUSED)
    assert code_of(loser) is Code.ALREADY_ISSUED
    events = [e.type for e in await network.dependencies.reads.history(number)]
    assert events.count("order.issued") == 1


@pytest.mark.parametrize("which", list(permutations(("stop", "cancel", "issue"))))
async def test_of_a_stop_a_cancellation_and_a_hand_over_exactly_one_wins(
    network: Network, api: Api, which: tuple[str, ...]
) -> None:
    number = await ready(api)
    clerk = Person(network, 1)
    visit = await clerk.opens(ByNumber(number, api.code(number)))

    async def take(what: str) -> None:
        if what == "issue":
            await clerk.ends(visit.id, OrderEnd(number))
        elif what == "stop":
            await api.post(f"/orders/{number}/handover-stop", {}, "storefront")
        else:
            await api.post(
                f"/orders/{number}/cancellation", {"reason": "customer_request"}, "storefront"
            )

    await gather(*(take(what) for what in which))
    order = await order_of(api, number)
    types = [e.type for e in await network.dependencies.reads.history(number)]
    assert types.count("order.issued") + types.count("order.handover_stopped") == 1
    if order.outcome is Outcome.ISSUED:
        assert order.refunds == ()
    else:
        assert types.count("order.issued") == 0
        assert types.count("refund.started") == types.count("order.cancelled")


async def test_what_lost_the_race_does_not_stop_the_rest_of_the_visit(
    network: Network, api: Api
) -> None:
    orders = [await ready(api) for _ in range(5)]
    clerk = Person(network, 1)
    visit = await clerk.opens(ByNumber(orders[0], api.code(orders[0])))
    assert set(numbers(visit.orders)) == set(orders)
    ending = clerk.ends(visit.id, *(OrderEnd(number) for number in orders))
    await gather(ending, *(api.post(f"/orders/{x}/handover-stop", {}, "support") for x in orders))
    for number in orders:
        assert (await order_of(api, number)).stage in {Stage.ISSUED, Stage.SHELVED}


async def test_a_request_that_was_cut_off_is_repeated_without_harm(
    network: Network, api: Api
) -> None:
    """Rule 4.13."""
    first, second = await ready(api), await ready(api)
    clerk, request = Person(network, 1), UUID(int=77)
    shown = ByNumber(first, api.code(first))
    visit = await clerk.opens(shown, UUID(int=76))
    assert await clerk.opens(shown, UUID(int=76)) == visit
    ends = (OrderEnd(first), OrderEnd(second))
    once = await clerk.ends(visit.id, *ends, request=request)
    again = await clerk.ends(visit.id, *ends, request=request)
    assert (
        [x.ending for x in once]
        == [x.ending for x in again]
        == [HandoverEnding.DONE, HandoverEnding.DONE]
    )
    assert [x.order and x.order.version for x in once] == [
        x.order and x.order.version for x in again
    ]

"""Wherever the power goes, a refund is neither lost nor paid twice."""

from collections.abc import Awaitable, Callable
from contextlib import suppress

import pytest

from gotovo.order.values.invariants import broken
from gotovo.order.values.payments.refund import RefundState
from tests.support.engine.cast import COST, Buyer
from tests.support.payments.refunds import LEASE_OVER, Killed, PowerCut, RefundOffice

MOMENTS_MIN = 30
"""Fewer moments than this would mean that effects are not cut."""

Outcome = Callable[[RefundOffice, Buyer], Awaitable[None]]


async def _paid(office: RefundOffice, buyer: Buyer) -> None:
    order = await office.order(buyer)
    assert order.refunds[0].state is RefundState.COMPLETED
    for source in order.refunds[0].sources:
        assert office.given_back(source.payment_id) == source.amount
    assert broken(order) == ()


async def _failed_in_part(office: RefundOffice, buyer: Buyer) -> None:
    order = await office.order(buyer)
    refund = order.refunds[0]
    assert (refund.state, refund.paid_back) == (RefundState.FAILED, refund.sources[1].amount)
    assert office.given_back(refund.sources[0].payment_id) == 0
    assert office.given_back(refund.sources[1].payment_id) == refund.sources[1].amount
    kinds = await office.pool.fetch("select kind from case_file where number = $1", buyer.number)
    assert [row["kind"] for row in kinds] == ["refund_failed"]
    failures = await office.pool.fetchval(
        "select count(*) from event where number = $1 and type = 'refund.failed'", buyer.number
    )
    assert failures == 1
    assert broken(order) == ()


@pytest.mark.parametrize("outcome", [_paid, _failed_in_part])
async def test_a_kill_at_any_moment_loses_nothing_and_pays_nothing_twice(
    office: RefundOffice, outcome: Outcome
) -> None:
    moment, is_cut = 0, True
    while is_cut:
        buyer = await office.cancelled(400, COST - 400)
        sources = (await office.order(buyer)).refunds[0].sources
        if outcome is _failed_in_part:
            office.ledger.refund_outcomes[sources[0].payment_id] = ("canceled", "general_decline")
        power = PowerCut(moment)
        with suppress(Killed):
            await office.start(power).work()
        is_cut = power.is_out
        await office.after(**LEASE_OVER)
        await outcome(office, buyer)
        asked = [
            each
            for each in office.ledger.refunds.values()
            if each["payment_id"] in {source.payment_id for source in sources}
        ]
        assert len(asked) == len(sources), moment
        assert (
            await office.pool.fetchval(
                "select count(*) from refund_transfer where next_at is not null"
            )
            == 0
        )
        moment += 1
    assert moment > MOMENTS_MIN

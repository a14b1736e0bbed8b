"""A refund is asked for once at its provider, whatever breaks, and paid when the provider says."""

from datetime import timedelta
from typing import Final
from uuid import UUID

import pytest

from gotovo.order.steps.refund_completion import CompleteRefund
from gotovo.order.steps.refund_failure import FailRefund
from gotovo.order.steps.refund_reroute import RerouteRefund
from gotovo.order.values.invariants import broken
from gotovo.order.values.money import Money
from gotovo.order.values.order import Attention
from gotovo.order.values.payments.refund import RefundFailureReason, RefundRoute, RefundState
from gotovo.order.values.settlement.balance import balance
from gotovo.store.tables.payments.refund_transfers import TransferState
from tests.support.engine.cast import COST
from tests.support.payments.refunds import RefundOffice

UNMATCHED_CASE: Final = UUID("7be0d4f6-52ec-5b0d-9d53-2f3a6f9f5c12")


async def test_a_refund_is_paid_when_the_provider_says_so(office: RefundOffice) -> None:
    office.ledger.refund_outcomes["*"] = ("pending", "")
    buyer = await office.cancelled()
    await office.process.work()
    refund = (await office.order(buyer)).refunds[0]
    assert (refund.state, refund.completed_at) == (RefundState.SENT, None)
    assert refund.sent_at == office.shop.clock()
    [asked] = office.ledger.refunds.values()
    office.ledger.settle_refund(asked["id"], "succeeded")
    await office.after(minutes=16)
    refund = (await office.order(buyer)).refunds[0]
    assert (refund.state, refund.provider_id) == (RefundState.COMPLETED, asked["id"])
    assert refund.completed_at == office.shop.clock()


async def test_each_payment_gets_its_part_back_under_a_key_of_its_own(
    office: RefundOffice,
) -> None:
    buyer = await office.cancelled(400, COST - 400)
    await office.process.work()
    order = await office.order(buyer)
    sums = {s.payment_id: s.amount for s in order.refunds[0].sources}
    assert len(sums) == 2
    assert {payment: office.given_back(payment) for payment in sums} == sums
    assert [part.state for part in await office.parts(buyer)] == [TransferState.SUCCEEDED] * 2
    assert [part.key for part in await office.parts(buyer)] == [
        f"{buyer.number}-R1-0-0",
        f"{buyer.number}-R1-1-0",
    ]
    ids = ", ".join(part.provider_id for part in await office.parts(buyer))
    assert (order.refunds[0].state, order.refunds[0].provider_id) == ("completed", ids)


async def test_what_is_too_much_goes_back_and_the_order_goes_on(office: RefundOffice) -> None:
    buyer = await office.paid(COST + 50)
    await office.process.work()
    order = await office.order(buyer)
    assert (order.refunds[0].amount, order.refunds[0].state) == (50, "completed")
    assert order.outcome is None
    assert balance(order).holds


async def test_a_lost_answer_is_asked_for_again_under_the_same_key(office: RefundOffice) -> None:
    buyer = await office.cancelled()
    office.server.fault("lost", "POST /refunds")
    await office.process.work()
    assert (await office.parts(buyer))[0].state is TransferState.SENDING
    assert len(office.ledger.refunds) == 1
    await office.after(minutes=1)
    assert (await office.order(buyer)).refunds[0].state is RefundState.COMPLETED
    assert len(office.ledger.refunds) == 1


async def test_a_provider_that_is_away_for_days_is_asked_without_end(
    office: RefundOffice,
) -> None:
    """The provider has forgotten the key by then; the refund is found in its list."""
    buyer = await office.cancelled()
    office.server.fault("lost", "POST /refunds")
    await office.process.work()
    office.server.fault("error", times=10_000)
    for _ in range(40):
        await office.after(hours=1, minutes=20)
    assert (await office.parts(buyer))[0].state is TransferState.SENDING
    assert (await office.parts(buyer))[0].reason == "ProviderUnavailable"
    office.server.faults.clear()
    await office.after(hours=2)
    assert (await office.order(buyer)).refunds[0].state is RefundState.COMPLETED
    assert len(office.ledger.refunds) == 1


async def test_a_failed_refund_becomes_a_case_and_takes_another_way(office: RefundOffice) -> None:
    office.ledger.refund_outcomes["*"] = ("canceled", "yoo_money_account_closed")
    buyer = await office.cancelled()
    await office.process.work()
    order = await office.order(buyer)
    refund = order.refunds[0]
    assert (refund.state, refund.failure) == ("failed", RefundFailureReason.CARD_CLOSED)
    assert order.attention == (Attention.MONEY,)
    row = await office.pool.fetchrow("select * from case_file")
    assert row is not None
    assert (row["kind"], row["number"]) == ("refund_failed", buyer.number)
    assert b"yoo_money_account_closed" in row["proofs"]
    await office.step(buyer, RerouteRefund(refund.id, RefundRoute.BANK_TRANSFER))
    await office.after(hours=1)
    assert len(office.ledger.refunds) == 1
    order = await office.step(buyer, CompleteRefund(refund.id, "order 17"))
    assert (order.refunds[0].state, order.attention) == ("completed", ())
    assert broken(order) == ()


async def test_what_failed_is_sent_again_in_a_new_round(office: RefundOffice) -> None:
    buyer = await office.cancelled(400, COST - 400)
    sources = (await office.order(buyer)).refunds[0].sources
    office.ledger.refund_outcomes[sources[0].payment_id] = ("canceled", "general_decline")
    await office.process.work()
    order = await office.order(buyer)
    refund = order.refunds[0]
    assert (refund.state, refund.paid_back) == ("failed", sources[1].amount)
    assert balance(order).holds
    assert broken(order) == ()
    office.ledger.refund_outcomes.clear()
    await office.step(buyer, RerouteRefund(refund.id))
    await office.process.work()
    order = await office.order(buyer)
    assert (order.refunds[0].state, order.attention) == ("completed", ())
    assert {s.payment_id: office.given_back(s.payment_id) for s in sources} == {
        s.payment_id: s.amount for s in sources
    }
    assert [part.round for part in await office.parts(buyer)] == [1, 0]


async def test_what_was_paid_by_hand_in_part_is_not_asked_of_the_provider(
    office: RefundOffice,
) -> None:
    """It would pay the whole: the buyer would have the part twice."""
    buyer = await office.cancelled()
    refund = f"{buyer.number}-R1"
    await office.step(buyer, FailRefund(refund, paid_back=100))
    await office.process.work()
    await office.step(buyer, RerouteRefund(refund))
    await office.process.work()
    assert not office.ledger.refunds
    assert (await office.order(buyer)).refunds[0].state is RefundState.FAILED
    assert await office.case_kinds() == ["refund_failed"], "somebody has to name another way"
    await office.step(buyer, RerouteRefund(refund, RefundRoute.CASH_AT_POINT))
    await office.step(buyer, CompleteRefund(refund, "receipt 17"))


async def test_a_refund_that_the_provider_has_forgotten_is_a_case(office: RefundOffice) -> None:
    office.ledger.refund_outcomes["*"] = ("pending", "")
    buyer = await office.cancelled()
    await office.process.work()
    office.ledger.refunds.clear()
    for _ in range(2):
        await office.after(hours=1)
    assert await office.case_kinds() == ["refund_conflict"]
    assert (await office.parts(buyer))[0].state is TransferState.PENDING
    await office.step(buyer, CompleteRefund(f"{buyer.number}-R1", "the bank says so"))


async def test_a_refund_that_somebody_else_paid_is_not_sent(office: RefundOffice) -> None:
    buyer = await office.cancelled()
    await office.step(buyer, CompleteRefund(f"{buyer.number}-R1", "by hand"))
    await office.process.work()
    [part] = await office.parts(buyer)
    assert (part.state, part.reason) == (TransferState.CANCELLED, "order_says_completed")
    assert not office.ledger.refunds


async def test_a_refund_that_was_given_up_before_it_was_sent_is_not_sent(
    office: RefundOffice,
) -> None:
    buyer = await office.cancelled()
    await office.step(buyer, FailRefund(f"{buyer.number}-R1"))
    await office.process.work()
    assert not office.ledger.refunds
    assert (await office.parts(buyer))[0].state is TransferState.CANCELLED
    await office.step(buyer, RerouteRefund(f"{buyer.number}-R1"))
    await office.process.work()
    assert (await office.order(buyer)).refunds[0].state is RefundState.COMPLETED
    assert len(office.ledger.refunds) == 1


async def test_money_that_went_back_twice_is_a_case(office: RefundOffice) -> None:
    """A program paid it while the provider did, too."""
    office.ledger.refund_outcomes["*"] = ("pending", "")
    buyer = await office.cancelled()
    await office.process.work()
    await office.step(buyer, CompleteRefund(f"{buyer.number}-R1", "by hand"))
    [asked] = office.ledger.refunds.values()
    office.ledger.settle_refund(asked["id"], "succeeded")
    await office.after(minutes=16)
    assert await office.case_kinds() == ["refund_conflict"]


async def test_a_provider_that_is_open_no_more_leaves_the_refund_waiting(
    office: RefundOffice,
) -> None:
    buyer = await office.cancelled()
    await office.process.follower.catch_up()
    await office.pool.execute("update refund_transfer set provider = 'gone'")
    await office.process.work()
    [part] = await office.parts(buyer)
    assert (part.state, part.reason) == (TransferState.WAITING, "provider_closed")
    assert (await office.transfers.counts(part.created_at)).old == 0
    assert (await office.transfers.counts(part.created_at + timedelta(seconds=1))).old == 1


@pytest.mark.parametrize("is_paid", [True, False])
async def test_money_of_a_case_goes_back_without_an_order(
    office: RefundOffice, *, is_paid: bool
) -> None:
    if not is_paid:
        office.ledger.refund_outcomes["*"] = ("canceled", "general_decline")
    payment = await office.captured(700)
    case, now = UNMATCHED_CASE, office.shop.clock()
    for is_new in (True, False):
        amount = Money(700, "RUB")
        put = await office.transfers.put_unmatched(case, "yookassa", payment, amount, now)
        assert put is is_new
    await office.process.work()
    part = await office.transfers.of_case(case)
    assert part is not None
    assert part.state is (TransferState.SUCCEEDED if is_paid else TransferState.FAILED)
    assert office.given_back(payment) == (700 if is_paid else 0)
    assert await office.case_kinds() == ([] if is_paid else ["refund_failed"])
    await office.after(hours=1)
    assert len(office.ledger.refunds) == 1

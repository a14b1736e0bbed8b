"""A hint about a refund makes its provider be asked, and only the answer counts."""

import pytest

from gotovo.order.values.money import Money
from gotovo.order.values.payments.refund import RefundFailureReason, RefundState
from gotovo.payments.providers.port import ProviderRefused, RefundRequest
from gotovo.store.tables.payments.refund_transfers import TransferState
from tests.support.payments.refunds import RefundOffice


async def test_a_hint_is_sooner_than_the_next_look(office: RefundOffice) -> None:
    office.ledger.refund_outcomes["*"] = ("pending", "")
    buyer = await office.cancelled()
    await office.process.work()
    [asked] = office.ledger.refunds.values()
    await office.process.watcher.check("yookassa", asked["id"])
    assert (await office.order(buyer)).refunds[0].state is RefundState.SENT
    office.ledger.settle_refund(asked["id"], "succeeded")
    for _ in range(2):
        await office.process.watcher.check("yookassa", asked["id"])
    refund = (await office.order(buyer)).refunds[0]
    assert (refund.state, refund.provider_id) == (RefundState.COMPLETED, asked["id"])
    assert await office.case_kinds() == []


async def test_a_hint_may_come_before_the_answer_does(office: RefundOffice) -> None:
    buyer = await office.cancelled()
    office.server.fault("lost", "POST /refunds")
    await office.process.work()
    [asked] = office.ledger.refunds.values()
    await office.process.watcher.check("yookassa", asked["id"])
    assert (await office.order(buyer)).refunds[0].state is RefundState.COMPLETED
    assert len(office.ledger.refunds) == 1


async def test_what_was_paid_out_may_come_back(office: RefundOffice) -> None:
    buyer = await office.cancelled()
    await office.process.work()
    [asked] = office.ledger.refunds.values()
    asked["status"] = "canceled"
    asked["cancellation_details"] = {"party": "payment_network", "reason": "rejected_by_payee"}
    await office.process.watcher.check("yookassa", asked["id"])
    refund = (await office.order(buyer)).refunds[0]
    assert (refund.state, refund.completed_at) == (RefundState.FAILED, None)
    assert refund.failure is RefundFailureReason.DECLINED
    assert await office.case_kinds() == ["refund_failed"]


async def test_what_had_failed_and_was_paid_after_all_is_a_case(office: RefundOffice) -> None:
    """A person may pay it by another way meanwhile: the buyer would have it twice, unseen."""
    office.ledger.refund_outcomes["*"] = ("canceled", "general_decline")
    buyer = await office.cancelled()
    await office.process.work()
    [asked] = office.ledger.refunds.values()
    assert await office.case_kinds() == ["refund_failed"]
    asked["status"] = "succeeded"
    for _ in range(2):
        await office.process.watcher.check("yookassa", asked["id"])
    assert (await office.order(buyer)).refunds[0].state is RefundState.FAILED
    assert sorted(await office.case_kinds()) == ["refund_conflict", "refund_failed"]


async def test_a_refund_that_no_order_has_is_a_case(office: RefundOffice) -> None:
    """Somebody gave it back in the provider's own office."""
    buyer = await office.paid()
    payment = (await office.order(buyer)).payments[0]
    assert not isinstance(payment, str)
    keys = ("", f"{buyer.number}-R1-0-0", "case-x-0-0", f"{buyer.number}-R1-0-x", "-R-0-0")
    keys = (*keys, f"{buyer.number}-R1\0-0-0", f"{buyer.number}-R\ud7ff-0-0")
    for index, key in enumerate(keys):
        made = await office.provider.refund(
            RefundRequest(
                key=key or "elsewhere",
                payment_id=payment.payment_id,
                amount=Money(10, "RUB"),
                description="",
            )
        )
        for _ in range(2):
            await office.process.watcher.check("yookassa", made.refund_id)
        assert len(await office.case_kinds()) == index + 1
    assert set(await office.case_kinds()) == {"refund_conflict"}


async def test_a_refund_the_provider_does_not_know_is_an_error(office: RefundOffice) -> None:
    with pytest.raises(ProviderRefused):
        await office.process.watcher.check("yookassa", "2d9f0e8c-000f-5000-8000-18db351245c7")
    assert await office.case_kinds() == []


async def test_another_sum_than_was_asked_for_is_a_case(office: RefundOffice) -> None:
    office.ledger.refund_outcomes["*"] = ("pending", "")
    buyer = await office.cancelled()
    await office.process.work()
    [asked] = office.ledger.refunds.values()
    asked["amount"] = {"value": "1.00", "currency": "RUB"}
    await office.process.watcher.check("yookassa", asked["id"])
    assert await office.case_kinds() == ["refund_conflict"]
    assert (await office.parts(buyer))[0].state is TransferState.PENDING

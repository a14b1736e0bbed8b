"""Transfers are stored once, taken by one process at a time, and end once."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from msgspec import structs

from gotovo.order.values.money import Money
from gotovo.order.values.number import home_of
from gotovo.store.journal.journal import PostgresJournal
from gotovo.store.tables.payments.refund_transfers import (
    NewTransfer,
    RefundTransfer,
    RefundTransfers,
    TransferEnd,
    TransferState,
)
from tests.support.engine.cast import TEA, Buyer, Shop
from tests.support.order.cast import NOON

MINUTE = timedelta(minutes=1)
CASE = UUID("7be0d4f6-52ec-5b0d-9d53-2f3a6f9f5c12")
PAID = TransferEnd(state=TransferState.SUCCEEDED, at=NOON, provider_id="rf-1")
FAILED = TransferEnd(state=TransferState.FAILED, at=NOON, reason="declined")


@pytest.fixture
def transfers(pool: "asyncpg.Pool[Any]") -> RefundTransfers:
    return RefundTransfers(pool)


@pytest.fixture
async def buyer(pool: "asyncpg.Pool[Any]") -> AsyncIterator[Buyer]:
    """Give the buyer of an order that was placed."""
    await pool.execute(
        "insert into stock (home, warehouse, sku, title, on_hand, reserved)"
        " values (0, 'KZN', 'tea', 'tea', 9, 0)"
    )
    shop = Shop(PostgresJournal(pool))
    buyer = shop.buyer()
    await shop.engine().submit(buyer.place(TEA))
    yield buyer
    await shop.close()


def new(buyer: Buyer, source: int = 0) -> NewTransfer:
    return NewTransfer(
        refund=f"{buyer.number}-R1",
        source=source,
        number=buyer.number,
        provider="yookassa",
        payment_id=f"p-{source}",
        amount=100,
        currency="",
        created_at=NOON,
        send_at=NOON,
    )


async def only(transfers: RefundTransfers, buyer: Buyer) -> RefundTransfer:
    [transfer] = await transfers.of_refund(home_of(buyer.number), f"{buyer.number}-R1")
    return transfer


async def test_a_transfer_is_stored_once_in_its_orders_currency(
    transfers: RefundTransfers, buyer: Buyer
) -> None:
    await transfers.put([new(buyer)])
    await transfers.put([structs.replace(new(buyer), amount=7), new(buyer, 1)])
    await transfers.put([])
    found = await transfers.of_refund(home_of(buyer.number), f"{buyer.number}-R1")
    assert [each.amount for each in found] == [Money(100, "RUB")] * 2
    assert found[1].key == f"{buyer.number}-R1-1-0"
    await transfers.put([structs.replace(new(buyer, 2), currency="USD")])
    found = await transfers.of_refund(home_of(buyer.number), f"{buyer.number}-R1")
    assert found[2].amount == Money(100, "USD")


async def test_what_is_taken_is_nobody_elses_until_its_lease_ends(
    transfers: RefundTransfers, buyer: Buyer
) -> None:
    await transfers.put([structs.replace(new(buyer), send_at=NOON + MINUTE)])
    assert await transfers.take_due(NOON, NOON + 9 * MINUTE, 9) == []
    later = NOON + MINUTE
    assert len(await transfers.take_due(later, later + 9 * MINUTE, 9)) == 1
    assert await transfers.take_due(later, later + 9 * MINUTE, 9) == []
    assert len(await transfers.take_due(later + 9 * MINUTE, later + 20 * MINUTE, 9)) == 1


async def test_no_more_is_taken_than_was_asked_for_the_oldest_first(
    transfers: RefundTransfers, buyer: Buyer
) -> None:
    early = structs.replace(new(buyer, 1), send_at=NOON - MINUTE)
    await transfers.put([new(buyer), early, new(buyer, 2)])
    [taken] = await transfers.take_due(NOON, NOON + MINUTE, 1)
    assert taken.source == 1


async def test_the_end_is_stored_once_and_told_once(
    transfers: RefundTransfers, buyer: Buyer
) -> None:
    await transfers.put([new(buyer)])
    transfer = await only(transfers, buyer)
    assert await transfers.asking(transfer, NOON)
    await transfers.pending(transfer, "rf-1", NOON + MINUTE)
    assert (await only(transfers, buyer)).state is TransferState.PENDING
    assert await transfers.settle(transfer, PAID)
    assert not await transfers.settle(transfer, PAID)
    assert not await transfers.asking(transfer, NOON)
    await transfers.pending(transfer, "rf-2", NOON)
    await transfers.later(transfer, NOON, "late")
    [taken] = await transfers.take_due(NOON, NOON, 9)
    assert (taken.state, taken.provider_id, taken.settled_at) == ("succeeded", "rf-1", NOON)
    await transfers.told(taken)
    assert await transfers.take_due(NOON, NOON, 9) == []


async def test_what_was_paid_may_come_back_and_what_failed_stays_failed(
    transfers: RefundTransfers, buyer: Buyer
) -> None:
    await transfers.put([new(buyer)])
    transfer = await only(transfers, buyer)
    assert await transfers.settle(transfer, PAID)
    assert await transfers.settle(transfer, FAILED)
    assert not await transfers.settle(transfer, PAID)
    found = await only(transfers, buyer)
    assert (found.state, found.provider_id, found.reason) == ("failed", "rf-1", "declined")


async def test_only_what_has_failed_waits_again_once_a_round(
    transfers: RefundTransfers, buyer: Buyer
) -> None:
    await transfers.put([new(buyer), new(buyer, 1)])
    first, second = await transfers.of_refund(home_of(buyer.number), f"{buyer.number}-R1")
    await transfers.settle(first, FAILED)
    await transfers.settle(second, PAID)
    for _ in range(2):
        await transfers.send_again(buyer.number, first.refund, 1, NOON)
    again, same = await transfers.of_refund(first.home, first.refund)
    assert (again.state, again.round, again.reason) == (TransferState.WAITING, 1, "")
    assert (again.attempts, again.asked_at, again.settled_at) == (0, None, None)
    assert (same.state, same.round) == (TransferState.SUCCEEDED, 0)
    assert not await transfers.settle(first, PAID)
    await transfers.settle(again, FAILED)
    await transfers.send_again(buyer.number, first.refund, 1, NOON)
    assert (await transfers.of_refund(first.home, first.refund))[0].state is TransferState.FAILED


async def test_only_what_waits_is_called_off(transfers: RefundTransfers, buyer: Buyer) -> None:
    await transfers.put([new(buyer), new(buyer, 1)])
    first, _ = await transfers.of_refund(home_of(buyer.number), f"{buyer.number}-R1")
    await transfers.asking(first, NOON)
    await transfers.cancel(buyer.number, first.refund, "called_off", NOON)
    found = await transfers.of_refund(first.home, first.refund)
    assert [each.state for each in found] == [TransferState.SENDING, TransferState.CANCELLED]
    assert (found[0].attempts, found[0].asked_at) == (1, NOON)


async def test_a_transfer_is_found_by_its_key_and_by_the_providers_id(
    transfers: RefundTransfers, buyer: Buyer
) -> None:
    await transfers.put([new(buyer)])
    await transfers.put_unmatched(CASE, "yookassa", "p-9", Money(5, "RUB"), NOON)
    transfer = await only(transfers, buyer)
    assert await transfers.of_key(transfer.key) == transfer
    assert await transfers.of_key(f"case-{CASE}-0-0") == await transfers.of_case(CASE)
    for text in ("", "x", "a-b-c", f"{transfer.refund}-0-1", f"{transfer.refund}-0", "case-1-0-0"):
        assert await transfers.of_key(text) is None
    await transfers.settle(transfer, PAID)
    found = await transfers.of_provider("yookassa", "rf-1")
    assert found is not None
    assert found.refund == transfer.refund
    assert await transfers.of_provider("stripe", "rf-1") is None


async def test_what_is_open_too_long_and_what_failed_is_counted(
    transfers: RefundTransfers, buyer: Buyer
) -> None:
    await transfers.put([new(buyer), new(buyer, 1)])
    counted = await transfers.counts(NOON + MINUTE)
    assert (counted.open, counted.old, counted.failed) == (2, 2, 0)
    first, _ = await transfers.of_refund(home_of(buyer.number), f"{buyer.number}-R1")
    await transfers.settle(first, PAID)
    counted = await transfers.counts(NOON)
    assert (counted.open, counted.old) == (1, 0)

"""The audit covers payments, refunds and receipts: any figure changed by hand is named."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from gotovo.assembly.payments.reconciliation import up_to_date_ledger
from gotovo.order.ledger.fiscal_moves import moves_of
from gotovo.order.values.fiscal.fiscal_codes import PaymentSubject, TaxSystem, VatRate
from gotovo.order.values.fiscal.fiscal_terms import FiscalTerms, GoodsTerms
from gotovo.order.values.money import Money
from gotovo.order.values.number import home_of
from gotovo.payments.receipts.fiscal_document import encoded, fiscal_document
from gotovo.store.postgres.pool import open_pool
from gotovo.store.reads.buyer import BuyerReads
from gotovo.store.reads.programs import ProgramReads
from gotovo.store.tables.payments.payment_attempts import (
    AttemptEnd,
    AttemptState,
    NewAttempt,
    PaymentAttempts,
)
from tests.conftest import own_database
from tests.support.engine.cast import COST
from tests.support.order.cast import SECRET
from tests.support.payments.refunds import refund_office
from tests.support.store.audited import audited_through

HOUR = timedelta(hours=1)

CHANGES = {
    "money_entry.captured": "update money_entry set captured = captured + 1, owed = owed + 1",
    "money_entry.refunded": "update money_entry set refunded = refunded + 1, owed = owed - 1",
    "money_entry.paid_back": "update money_entry set paid_back = paid_back + 1",
    "money_entry.payment_id": "update money_entry set payment_id = 'x' where captured > 0",
    "money_entry.provider": "update money_entry set provider = 'x' where captured > 0",
    "money_entry.at": "update money_entry set at = at - interval '1 day'",
    "money_entry.shop": "update money_entry set shop = 'another'",
    "money_entry": "delete from money_entry",
    "payment_attempt.amount": "update payment_attempt set amount = amount + 1",
    "payment_attempt.currency": "update payment_attempt set currency = 'USD'",
    "payment_attempt.shop": "update payment_attempt set shop = 'another'",
    "payment_attempt.state": "update payment_attempt set payment_id = 'x'",
    "payment_attempt.created_at": "update payment_attempt set created_at = '2020-01-01'",
    "payment_attempt": "update payment_attempt set number = '200785804784'",
    "refund_transfer.amount": "update refund_transfer set amount = amount + 1",
    "refund_transfer.currency": "update refund_transfer set currency = 'USD'",
    "refund_transfer.payment_id": "update refund_transfer set payment_id = 'x'",
    "refund_transfer.provider": "update refund_transfer set provider = 'x'",
    "refund_transfer": "update refund_transfer set refund = refund || 'x'",
    "fiscal_receipt.amount": "update fiscal_receipt set amount = amount + 1",
    "fiscal_receipt.kind": "update fiscal_receipt set kind = 'settlement'",
    "fiscal_receipt.shop": "update fiscal_receipt set shop = 'another'",
    "fiscal_receipt.document": (
        """update fiscal_receipt set document = replace(document, '"total":', '"total":1')"""
    ),
    "fiscal_receipt": "update fiscal_receipt set version = version + 50",
}
"""A change by hand of each figure, by where the audit has to find it."""


@pytest.fixture(scope="module")
def shop_url(server_url: str, template: str) -> Iterator[str]:
    """Give a database with orders that were paid and given back; tests roll changes back."""
    for url in own_database(server_url, template):
        asyncio.run(populate(url))
        yield url


@pytest.fixture
async def shop(shop_url: str) -> AsyncIterator[Any]:
    """Give one snapshot that may be changed by hand."""
    async with snapshot(shop_url) as connection:
        yield connection


@asynccontextmanager
async def snapshot(url: str) -> AsyncGenerator[Any]:
    connection = await asyncpg.connect(url)
    transaction = connection.transaction(isolation="repeatable_read")
    await transaction.start()
    yield connection
    await transaction.rollback()
    await connection.close()


async def populate(url: str) -> None:
    """Let orders be paid, cancelled and given back, with attempts and receipts of each."""
    pool = await open_pool(url)
    async with refund_office(pool) as office:
        for sku in ("tea", "cup"):
            await pool.execute(
                "insert into stock_entry values (0, $1, 'KZN', $2, 1000, 'receipt', 'test', $3)",
                uuid4(),
                sku,
                office.shop.clock(),
            )
        buyers = [await office.cancelled(), await office.cancelled(COST - 100, 100)]
        buyers.append(await office.paid())
        await office.process.work()
        await up_to_date_ledger(pool)
        for buyer in buyers:
            await attempted(pool, buyer.number)
            await receipted(pool, buyer.number)
    await pool.close()


async def attempted(pool: "asyncpg.Pool[Any]", number: str) -> None:
    """Store the attempt that an order's first payment came by."""
    read = await ProgramReads(pool).order(number)
    assert read is not None
    order, attempts = read.order, PaymentAttempts(pool)
    payment = order.payments[0]
    assert not isinstance(payment, str)
    attempt = await attempts.begin(
        NewAttempt(
            number=number,
            shop=order.shop,
            provider=payment.provider,
            method="sbp",
            amount=Money(COST, order.currency),
            created_at=order.placed_at,
            expires_at=order.placed_at + HOUR,
            check_at=order.placed_at,
        )
    )
    end = AttemptEnd(
        state=AttemptState.SUCCEEDED,
        at=payment.at,
        reference=payment.payment_id,
        payment_id=payment.payment_id,
    )
    assert await attempts.settle(number, attempt.attempt, end)


async def receipted(pool: "asyncpg.Pool[Any]", number: str) -> None:
    """Store the receipts of an order as they are sent."""
    history = await BuyerReads(pool).history(number)
    read = await ProgramReads(pool).order(number)
    assert read is not None
    goods = GoodsTerms(vat=VatRate.TWENTY_TWO, subject=PaymentSubject.COMMODITY)
    terms = FiscalTerms(
        inn="7707083893",
        tax_system=TaxSystem.GENERAL,
        email="shop@example.ru",
        site="https://shop.example.ru",
        goods=goods,
        delivery_vat=VatRate.TWENTY_TWO,
    )
    for move in moves_of(history):
        document = encoded(fiscal_document(read.order, move, terms)).decode()
        await pool.execute(
            "insert into fiscal_receipt (home, number, version, shop, kind, amount, state,"
            " created_at, try_at, document, register) values ($1, $2, $3, $4, $5, $6, 'sent',"
            " $7, $7, $8, 'atol')",
            home_of(number),
            number,
            move.version,
            read.order.shop,
            move.kind,
            move.amount,
            read.order.placed_at,
            document,
        )


async def places(connection: Any) -> set[str]:
    """Return where the audit finds something."""
    return {each.where for each in (await audited_through(connection, SECRET)).findings}


async def test_what_was_written_is_clean(shop: Any) -> None:
    report = await audited_through(shop, SECRET)
    assert report.findings == []
    tables = ("money_entry", "payment_attempt", "refund_transfer", "fiscal_receipt")
    rows = [await shop.fetchval(f"select count(*) from {each}") for each in tables]  # noqa: S608
    assert all(rows)
    assert report.checked.money == sum(rows)


@pytest.mark.parametrize("where", CHANGES)
async def test_a_figure_changed_by_hand_is_named(shop: Any, where: str) -> None:
    await shop.execute(CHANGES[where])
    assert where in await places(shop)


async def test_what_the_ledger_has_not_read_yet_is_not_missed(shop: Any) -> None:
    await shop.execute("delete from money_entry")
    await shop.execute("update follower set position = 0 where name = 'money'")
    assert await places(shop) == set()


async def test_a_refund_that_is_sent_and_waits_by_the_table_is_named(shop: Any) -> None:
    await shop.execute(
        "update refund_transfer set refund = replace(refund, '-R1', '-R2') where source = 0"
    )
    assert "refund_transfer" in await places(shop)

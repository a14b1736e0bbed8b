"""What the page says of receipts: where they are seen, and that they are being issued."""

from datetime import timedelta

import asyncpg
import pytest
from msgspec.structs import replace

from gotovo.order.values.fiscal.fiscal_codes import FiscalKind
from gotovo.order.values.order import Order
from gotovo.store.tables.money.fiscal_receipts import (
    DueReceipt,
    DueReceipts,
    FiscalOutcome,
    FiscalReceipts,
    FiscalState,
)
from gotovo.web.site.dependencies import WebDependencies
from tests.support.web.buyer import Buyer, text_of
from tests.support.web.cast import ALINA, NOW, Cast
from tests.support.web.sample_orders.open_orders import ready
from tests.support.web.stage import browser_of

URL = "https://check.ofd.test/rec/1?a=1&b=2"


@pytest.fixture
def receipts(pool: asyncpg.Pool) -> FiscalReceipts:
    return FiscalReceipts(pool)


async def due(receipts: FiscalReceipts, order: Order) -> None:
    await receipts.put(
        DueReceipts(
            number=order.number,
            shop="",
            at=NOW,
            receipts=[DueReceipt(2, FiscalKind.PREPAYMENT, 45_050)],
            is_new=True,
        )
    )


async def settle(receipts: FiscalReceipts, outcome: FiscalOutcome) -> None:
    (row,) = await receipts.take(NOW, NOW + timedelta(minutes=1), 10)
    assert await receipts.asked(row, "{}", "atol", NOW)
    assert await receipts.finish(row, outcome)


async def page(dependencies: WebDependencies, receipts: FiscalReceipts, order: Order) -> str:
    async with browser_of(replace(dependencies, receipts=receipts)) as client:
        buyer = Buyer(client)
        await buyer.signs_in(ALINA)
        return (await buyer.opens(f"/orders/{order.number}")).text


def registered(url: str) -> FiscalOutcome:
    return FiscalOutcome(
        state=FiscalState.REGISTERED,
        reference="uuid-1",
        fiscal_drive="9999078900001341",
        fiscal_document="17",
        fiscal_sign="2617603921",
        url=url,
        settled_at=NOW,
    )


async def test_a_receipt_is_being_issued_and_then_can_be_opened(
    cast: Cast, dependencies: WebDependencies, receipts: FiscalReceipts
) -> None:
    order = await ready(cast)
    await due(receipts, order)
    first = await page(dependencies, receipts, order)
    assert "It is being issued." in first
    assert "check.ofd" not in first
    await settle(receipts, registered(URL))
    second = await page(dependencies, receipts, order)
    assert 'href="https://check.ofd.test/rec/1?a=1&amp;b=2"' in second
    assert "being issued" not in second


async def test_a_receipt_without_a_link_has_its_numbers(
    cast: Cast, dependencies: WebDependencies, receipts: FiscalReceipts
) -> None:
    order = await ready(cast)
    await due(receipts, order)
    await settle(receipts, registered(""))
    text = text_of(await page(dependencies, receipts, order))
    assert "Fiscal drive 9999078900001341, document 17, sign 2617603921." in text


@pytest.mark.parametrize(
    ("is_seen_to", "said"),
    [(False, "the shop is looking into it"), (True, "The shop has issued it separately.")],
)
async def test_a_receipt_that_failed_is_looked_into(
    cast: Cast,
    dependencies: WebDependencies,
    receipts: FiscalReceipts,
    is_seen_to: bool,  # noqa: FBT001
    said: str,
) -> None:
    order = await ready(cast)
    await due(receipts, order)
    failed = FiscalOutcome(state=FiscalState.FAILED, reason="driver -1", settled_at=NOW)
    await settle(receipts, failed)
    if is_seen_to:
        assert await receipts.settle_elsewhere(order.number, 2, NOW)
    text = text_of(await page(dependencies, receipts, order))
    assert said in text
    assert "driver" not in text


async def test_where_receipts_are_off_the_page_says_nothing_of_them(
    cast: Cast, buyer: Buyer, receipts: FiscalReceipts
) -> None:
    order = await ready(cast)
    await due(receipts, order)
    await buyer.signs_in(ALINA)
    text = text_of((await buyer.opens(f"/orders/{order.number}")).text)
    assert "Payment" in text
    assert "Receipt," not in text

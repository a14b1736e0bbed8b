"""The receipts of an order, for programs that see its payments."""

from datetime import timedelta

from gotovo.order.values.fiscal.fiscal_codes import FiscalKind
from gotovo.store.tables.money.fiscal_receipts import (
    DueReceipt,
    DueReceipts,
    FiscalOutcome,
    FiscalState,
)
from tests.support.api.network import Api


async def test_a_receipt_is_shown_with_its_proof(api: Api) -> None:
    number = (await api.place())["number"]
    receipts, now = api.network.dependencies.receipts, api.network.clock()
    assert (await api.get(f"/orders/{number}/receipts")).json() == {"items": []}
    due = DueReceipts(
        number=number,
        shop="",
        at=now,
        receipts=[DueReceipt(2, FiscalKind.PREPAYMENT, 1_500)],
        is_new=True,
    )
    await receipts.put(due)
    (row,) = await receipts.take(now, now + timedelta(minutes=1), 1)
    await receipts.asked(row, "{}", "atol", now)
    outcome = FiscalOutcome(
        state=FiscalState.REGISTERED,
        reference="uuid-1",
        fiscal_drive="9999",
        fiscal_document="17",
        fiscal_sign="26",
        url="https://check.ofd.test/17",
        settled_at=now,
    )
    assert await receipts.finish(row, outcome)
    for by in ("storefront", "support", "admin"):
        (shown,) = (await api.get(f"/orders/{number}/receipts", by)).json()["items"]
        assert shown["state"] == "registered"
        assert shown["amount"] == {"amount": 1_500, "currency": "RUB"}
        assert (shown["fiscal_drive"], shown["fiscal_document"]) == ("9999", "17")
        assert shown["url"] == "https://check.ofd.test/17"
        assert "document" not in shown
    assert (await api.get(f"/orders/{number}/receipts", "warehouse")).status_code == 403
    assert (await api.get("/orders/123456789012/receipts")).status_code == 404

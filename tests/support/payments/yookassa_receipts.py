"""Receipts at YooKassa (54-ФЗ): created beside a payment or a refund, registered a little later.

https://yookassa.ru/developers/api#receipt
"""

from decimal import Decimal
from typing import Final
from uuid import uuid4

from tests.support.payments.yookassa_ledger import (
    Call,
    Handler,
    Json,
    YooKassaError,
    YooKassaLedger,
    invalid,
)

ITEMS_MAX: Final = 100
VAT_CODES: Final = range(1, 13)
MODES: Final = frozenset(
    {
        "full_prepayment",
        "partial_prepayment",
        "advance",
        "full_payment",
        "partial_payment",
        "credit",
        "credit_payment",
    }
)


def create_receipt(ledger: YooKassaLedger, call: Call) -> Json:
    """Create a receipt; its settlements are worth what its items are."""
    asked = call.body
    kind = asked.get("type")
    if kind not in {"payment", "refund"}:
        raise invalid("Type has to be payment or refund", "type")
    named = f"{kind}_id"
    if asked.get(named) not in (ledger.payments if kind == "payment" else ledger.refunds):
        raise invalid("Object of the receipt doesn't exist", named)
    customer = asked.get("customer") or {}
    if not (customer.get("email") or customer.get("phone")):
        raise invalid("Customer has neither email nor phone", "customer")
    items, settlements = asked.get("items") or [], asked.get("settlements") or []
    if not 1 <= len(items) <= ITEMS_MAX:
        raise invalid("Receipt has to have 1 to 100 items", "items")
    for item in items:
        _check_item(item)
    worth = sum((_worth(item) for item in items), Decimal())
    settled = sum((Decimal(each["amount"]["value"]) for each in settlements), Decimal())
    if worth != settled:
        raise invalid("Settlements are not worth what the items are", "settlements")
    receipt: Json = {
        "id": f"rt-{uuid4()}",
        "type": kind,
        named: asked[named],
        "status": "pending",
        "created_at": ledger.clock().isoformat(timespec="milliseconds"),
        "items": items,
        "settlements": settlements,
    }
    return ledger.save("receipt", receipt)


def register_receipt(ledger: YooKassaLedger, receipt_id: str, *, refused: bool = False) -> Json:
    """Let the cash register print a receipt, or refuse it."""
    receipt = ledger.receipts[receipt_id]
    receipt["status"] = "canceled" if refused else "succeeded"
    if not refused:
        number = str(len(ledger.receipts))
        receipt |= {
            "fiscal_document_number": number,
            "fiscal_storage_number": "9288000100115785",
            "fiscal_attribute": "2617603921",
            "registered_at": ledger.clock().isoformat(timespec="milliseconds"),
        }
    return ledger.save("receipt", receipt)


def find_receipt(ledger: YooKassaLedger, call: Call) -> Json:
    """Return a receipt as it stands."""
    receipt = ledger.receipts.get(call.parts[0])
    if receipt is None:
        raise YooKassaError(404, "not_found", "Receipt doesn't exist", "receipt_id")
    return receipt


RECEIPT_ROUTES: Final[dict[tuple[str, str], Handler]] = {
    ("POST", "/receipts"): create_receipt,
    ("GET", "/receipts/([^/]+)"): find_receipt,
}


def _worth(item: Json) -> Decimal:
    return Decimal(item["amount"]["value"]) * Decimal(str(item["quantity"]))


def _check_item(item: Json) -> None:
    if not 1 <= len(item.get("description") or "") <= 128:
        raise invalid("Description has to have 1 to 128 characters", "items.description")
    if item.get("vat_code") not in VAT_CODES:
        raise invalid("VAT code is unknown", "items.vat_code")
    if item.get("payment_mode") not in MODES:
        raise invalid("Payment mode is unknown", "items.payment_mode")

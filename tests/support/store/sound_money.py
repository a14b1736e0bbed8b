"""A sound row of each table about money that has check constraints."""

from datetime import UTC, datetime
from typing import Any

NOW = datetime(2025, 11, 22, 14, 5, tzinfo=UTC)

PAYMENT_ATTEMPT: dict[str, Any] = {
    "home": 7,
    "number": "123456789012",
    "attempt": 1,
    "shop": "main",
    "provider": "yookassa",
    "method": "sbp",
    "amount": 100,
    "currency": "RUB",
    "state": "creating",
    "created_at": NOW,
    "expires_at": NOW,
    "check_at": NOW,
}
CASE_FILE: dict[str, Any] = {
    "home": 7,
    "id": "00000000-0000-0000-0000-000000000001",
    "kind": "unmatched_payment",
    "about": "yookassa:1",
    "shop": "",
    "number": "",
    "proofs": b"{}",
    "opened_at": NOW,
    "due_at": NOW,
}
MONEY_ENTRY: dict[str, Any] = {
    "home": 7,
    "number": "123456789012",
    "version": 2,
    "currency": "RUB",
    "shop": "",
    "at": NOW,
    "captured": 100,
    "issued": 0,
    "refunded": 0,
    "owed": 100,
    "paid_back": 0,
    "provider": "yookassa",
    "payment_id": "1",
}
RECONCILIATION: dict[str, Any] = {
    "provider": "yookassa",
    "day": NOW.date(),
    "began_at": NOW,
    "held_until": NOW,
}
DEMO_PAYMENT: dict[str, Any] = {
    "reference": "demo-1",
    "number": "123456789012",
    "attempt": 1,
    "shop": "main",
    "amount": 100,
    "currency": "RUB",
    "method": "card",
    "description": "Order",
    "return_url": "/orders/123456789012",
    "state": "succeeded",
    "captured": 100,
    "created_at": NOW,
    "ended_at": NOW,
}
DEMO_REFUND: dict[str, Any] = {
    "refund_id": "demo-refund-1",
    "key": "r1",
    "reference": "demo-1",
    "amount": 100,
    "currency": "RUB",
    "fails": False,
    "created_at": NOW,
    "ends_at": NOW,
}
PAYMENT_NOTIFICATION: dict[str, Any] = {
    "home": 7,
    "provider": "yookassa",
    "id": b"\x07" * 32,
    "about": "payment",
    "kind": "payment.succeeded",
    "reference": "2d9f7c1e",
    "received_at": NOW,
    "outcome": "waiting",
    "next_at": NOW,
}
REFUND_TRANSFER: dict[str, Any] = {
    "home": 7,
    "refund": "123456789012-R1",
    "source": 0,
    "number": "123456789012",
    "provider": "yookassa",
    "payment_id": "2d9f",
    "amount": 100,
    "currency": "RUB",
    "state": "waiting",
    "created_at": NOW,
    "next_at": NOW,
}
CASE_NOTE: dict[str, Any] = {
    "home": 7,
    "id": "00000000-0000-0000-0000-000000000001",
    "number": "123456789012",
    "said": "Agreed with the bank.",
    "written_at": NOW,
}
FISCAL_RECEIPT: dict[str, Any] = {
    "home": 7,
    "number": "123456789012",
    "version": 2,
    "shop": "",
    "kind": "prepayment",
    "amount": 100,
    "state": "waiting",
    "created_at": NOW,
    "try_at": NOW,
}
SOUND_MONEY: dict[str, dict[str, Any]] = {
    "money_entry": MONEY_ENTRY,
    "reconciliation": RECONCILIATION,
    "payment_attempt": PAYMENT_ATTEMPT,
    "case_file": CASE_FILE,
    "demo_payment": DEMO_PAYMENT,
    "demo_refund": DEMO_REFUND,
    "payment_notification": PAYMENT_NOTIFICATION,
    "refund_transfer": REFUND_TRANSFER,
    "case_note": CASE_NOTE,
    "fiscal_receipt": FISCAL_RECEIPT,
}

"""Examples that stand in the documentation and are sent by a test: each one works as it is."""

from typing import Any

PLACE_EXAMPLE: dict[str, Any] = {
    "external_id": "SHOP-1001",
    "customer": {"phone": "+79001234547", "name": "Анна", "locale": "ru"},
    "lines": [
        {
            "sku": "MUG-RED",
            "title": "Кружка красная",
            "quantity": 2,
            "price": {"amount": 49900, "currency": "RUB"},
        }
    ],
    "charges": [
        {
            "kind": "delivery_fee",
            "title": "Доставка",
            "amount": {"amount": 9980, "currency": "RUB"},
        },
        {
            "kind": "discount",
            "title": "Скидка 10 %",
            "amount": {"amount": -9980, "currency": "RUB"},
        },
    ],
    "delivery": {"method": "pickup", "point": "KZN-1"},
}

STEP_EXAMPLES: dict[str, dict[str, Any]] = {
    "payment": {
        "amount": {"amount": 99800, "currency": "RUB"},
        "provider": "yookassa",
        "payment_id": "2d9f-0001",
    },
    "point-payment": {
        "amount": {"amount": 99800, "currency": "RUB"},
        "point": "KZN-1",
        "reference": "633412345678",
        "method": "card",
    },
    "picking": {"wave": "W-7"},
    "packing": {"boxes": [{"contents": [{"line": 1, "quantity": 2}]}]},
    "dispatch": {"manifest": "M-12"},
    "arrival": {"point": "KZN-1"},
    "shelving": {"cell": "A-04"},
    "handover-opening": {"code": "123456"},
    "handover": {"code": "123456"},
    "storage-extension": {"note": "buyer called"},
    "reinstatement": {"note": "found on the shelf"},
    "call": {"answered": True, "note": "after six"},
    "slot": {"begins_at": "2026-11-24T15:00:00Z", "ends_at": "2026-11-24T17:00:00Z"},
    "attempt": {"reason": "no_answer"},
    "cancellation": {"reason": "customer_request"},
    "return-claim": {"units": [{"line": 1, "quantity": 1}], "note": "too small"},
    "return-refusal": {
        "units": [{"line": 1, "quantity": 1, "reason": "used"}],
        "note": "washed, and the label is gone",
    },
    "return": {"units": [{"line": 1, "quantity": 1}], "point": "KZN-1"},
    "reception": {
        "units": [
            {"line": 1, "quantity": 1, "condition": "restocked"},
            {"line": 1, "quantity": 1, "condition": "defective"},
        ]
    },
    "redirection": {"delivery": {"method": "pickup", "point": "KZN-1"}},
    "promise": {
        "promised_for": "2026-11-26",
        "promised_until": "2026-11-26T17:00:00Z",
        "reason": "snow",
    },
    "refund-completion": {"refund": "123456789012-R1", "provider_id": "rf-77"},
    "refund-failure": {"refund": "123456789012-R1", "reason": "card_closed"},
    "refund-reroute": {"refund": "123456789012-R1", "route": "bank_transfer"},
    "attention": {"flag": "damaged", "note": "torn box"},
    "attention-clearance": {"flag": "damaged"},
    "correction": {"version": 9, "note": "wrong parcel scanned"},
}
"""The body of each step that has one worth showing; the others take an empty object."""

SHOP_EXAMPLE: dict[str, Any] = {"title": "Books on Bauman Street"}

RECEIPT_TERMS_EXAMPLE: dict[str, Any] = {
    "inn": "7712345671",
    "tax_system": "osn",
    "email": "receipts@shop.example",
    "site": "https://shop.example",
    "goods": {"vat": "vat22"},
    "delivery_vat": "vat22",
    "by_class": {"books": {"vat": "vat10"}},
    "by_sku": {
        "MUG-RED": {
            "vat": "none",
            "supplier": {
                "sign": "commission_agent",
                "inn": "1655123453",
                "name": "ООО Фарфор",
                "phone": "+78432000000",
            },
        }
    },
}

QUESTION_EXAMPLE: dict[str, Any] = {
    "said": "Звонит: курьер не приехал, будет ли он сегодня?",
    "channel": "phone",
}
ANSWER_EXAMPLE: dict[str, Any] = {"said": "Курьер позвонит вам сегодня до шести."}

COMMANDS_EXAMPLE: dict[str, Any] = {
    "commands": [
        {"id": "scan-1", "order": "123456789012", "step": "arrival", "point": "KZN-1"},
        {"id": "scan-2", "order": "123456789012", "step": "shelving", "cell": "A-04"},
    ]
}

VISIT_EXAMPLE: dict[str, Any] = {"number": "123456789012", "code": "000000"}

COMPLETION_EXAMPLE: dict[str, Any] = {
    "orders": [
        {
            "number": "123456789012",
            "scanned": ["12345678901201"],
            "refused": [{"line": 1, "quantity": 1, "reason": "not_fitting"}],
        }
    ]
}

CORRECTION_EXAMPLE: dict[str, Any] = {
    "order": "123456789012",
    "note": "The parcel of the next buyer was given out",
}

TIMETABLE_EXAMPLE: dict[str, Any] = {
    "time_zone": "Europe/Moscow",
    "week": [[{"opens": "09:00:00", "closes": "21:00:00"}]] * 7,
    "exceptions": {"2026-12-31": {"hours": [], "reason": "New Year's Eve"}},
    "country": "RU",
    "closed_on_holidays": False,
}

POINT_EXAMPLE: dict[str, Any] = {
    "title": "Пункт на Баумана",
    "address": "Казань, ул. Баумана, 44",
    "timetable": TIMETABLE_EXAMPLE,
    "warehouse": "KZN",
    "storage_days": 7,
    "handover": "code",
}

WAREHOUSE_EXAMPLE: dict[str, Any] = {
    "title": "Склад Казань",
    "timetable": TIMETABLE_EXAMPLE,
    "accepts_orders": True,
    "priority": 10,
    "regions": ["42", "43"],
}

POINT_PATCH_EXAMPLE: dict[str, Any] = {
    "accepting": False,
    "timetable": {
        "exceptions": {"2026-12-30": {"hours": [], "reason": "Inventory"}, "2026-12-31": None}
    },
}

WAREHOUSE_PATCH_EXAMPLE: dict[str, Any] = {"title": "Склад Казань-2"}

STOCK_EXAMPLE: dict[str, Any] = {
    "warehouse": "KZN",
    "reason": "delivery note 4711",
    "entries": [{"sku": "MUG-RED", "delta": 100, "title": "Кружка красная"}],
}

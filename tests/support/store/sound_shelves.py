"""A sound row of each table about what is searched for and counted on shelves."""

from typing import Any, Final

from tests.support.store.sound_money import NOW

_ID: Final = "07000000-0000-0000-0000-000000000001"

SOUND_SHELVES: dict[str, dict[str, Any]] = {
    "parcel_search": {
        "home": 7,
        "id": _ID,
        "barcode": "12345678901201",
        "number": "123456789012",
        "point": "KZN-1",
        "cell": "1-1",
        "started_at": NOW,
        "started_by": "point:p",
        "due_at": NOW,
    },
    "inventory": {
        "id": _ID,
        "point": "KZN-1",
        "scope": "",
        "started_at": NOW,
        "started_by": "point:p",
    },
    "inventory_scan": {
        "home": 7,
        "id": _ID,
        "inventory": _ID,
        "cell": "1-1",
        "code": "12345678901201",
        "barcode": "12345678901201",
        "number": "123456789012",
        "typed": False,
        "at": NOW,
        "recorded_at": NOW,
        "actor": "point:p",
    },
}

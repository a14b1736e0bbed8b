"""A sound row of each table about vans and what came with them."""

from typing import Any, Final

from tests.support.store.sound_money import NOW

_ID: Final = "07000000-0000-0000-0000-000000000001"

SOUND_MANIFESTS: dict[str, dict[str, Any]] = {
    "manifest": {
        "code": "MAN-1",
        "warehouse": "KZN",
        "point": "KZN-1",
        "state": "open",
        "created_at": NOW,
        "created_by": "warehouse:w",
    },
    "manifest_parcel": {
        "home": 7,
        "manifest": "MAN-1",
        "barcode": "12345678901201",
        "number": "123456789012",
        "box": "",
        "listed_at": NOW,
        "left_out": "",
    },
    "return_box": {
        "code": "BOX-1",
        "point": "KZN-1",
        "kind": "ordinary",
        "state": "open",
        "items": 1,
        "single": False,
        "opened_at": NOW,
        "opened_by": "point:p",
    },
    "return_box_item": {
        "home": 7,
        "id": _ID,
        "barcode": "12345678901201",
        "number": "123456789012",
        "box": "BOX-1",
        "moved_from": "",
        "put_at": NOW,
        "put_by": "point:p",
        "left_out": "",
    },
    "box_handover": {
        "id": _ID,
        "point": "KZN-1",
        "driver": "",
        "boxes": 1,
        "parcels": 1,
        "at": NOW,
        "actor": "point:p",
    },
    "acceptance": {"id": _ID, "point": "KZN-1", "opened_at": NOW, "opened_by": "point:p"},
    "acceptance_scan": {
        "home": 7,
        "id": _ID,
        "acceptance": _ID,
        "point": "KZN-1",
        "answer": "accepted",
        "code": "12345678901201",
        "barcode": "12345678901201",
        "number": "123456789012",
        "box": "",
        "cell": "1-1",
        "size": "M",
        "reason": "",
        "belongs_to": "",
        "surplus": False,
        "told_by_box": False,
        "attachments": [],
        "at": NOW,
        "recorded_at": NOW,
        "actor": "point:p",
    },
    "accepted_parcel": {
        "home": 7,
        "barcode": "12345678901201",
        "arrival": 4,
        "scan": _ID,
        "acceptance": _ID,
        "point": "KZN-1",
        "at": NOW,
        "actor": "point:p",
    },
}

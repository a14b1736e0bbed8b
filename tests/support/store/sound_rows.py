"""A sound row of each table that has check constraints."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from tests.support.store.sound_manifests import SOUND_MANIFESTS
from tests.support.store.sound_money import NOW, SOUND_MONEY
from tests.support.store.sound_shelves import SOUND_SHELVES

ORDER: dict[str, Any] = {
    "home": 7,
    "number": "123456789012",
    "version": 1,
    "customer": "c",
    "origin": "shop",
    "status": "awaiting_payment",
    "stage": "placed",
    "method": "pickup",
    "point": "KZN-1",
    "warehouse": "KZN",
    "attention": [],
    "total": 100,
    "currency": "RUB",
    "placed_at": NOW,
    "state": b"{}",
    "head": bytes(32),
}
CLOSED = {"status": "closed", "outcome": "cancelled", "reason": "lost", "closed_at": NOW}
EVENT: dict[str, Any] = {
    "home": 7,
    "number": "123456789012",
    "version": 1,
    "lane": 0,
    "position": 1,
    "type": "order.placed",
    "at": NOW,
    "recorded_at": NOW,
    "actor": "storefront:shop",
    "command_id": "00000000-0000-0000-0000-000000000001",
    "body": b"{}",
    "hash": bytes(32),
}
COMMAND: dict[str, Any] = {
    "id": "00000000-0000-0000-0000-000000000001",
    "home": 7,
    "number": "123456789012",
    "fingerprint": b"f",
    "kind": "done",
    "version": 1,
    "recorded_at": NOW,
}
REFUND: dict[str, Any] = {
    "home": 7,
    "number": "123456789012",
    "id": "r1",
    "amount": 100,
    "currency": "RUB",
    "state": "started",
    "route": "original",
    "promised_for": NOW.date(),
    "started_at": NOW,
}
CHANGED_PLACE: dict[str, Any] = {
    "kind": "point",
    "code": "KZN-1",
    "version": 2,
    "changed_at": NOW,
}
MESSAGE: dict[str, Any] = {
    "home": 7,
    "id": "00000000-0000-0000-0000-000000000001",
    "customer": "c",
    "number": "123456789012",
    "version": 2,
    "purpose": "ready",
    "created_at": NOW,
    "send_at": NOW,
    "state": "waiting",
}
STOCK: dict[str, Any] = {
    "home": 0,
    "warehouse": "KZN",
    "sku": "mug",
    "title": "Mug",
    "on_hand": 2,
    "reserved": 0,
}
LANE = {"home": 5, "position": 0}
PACE_SKETCH: dict[str, Any] = {
    "stage": "paid",
    "goal": "next",
    "route": "KZN>KZN-1",
    "slot": 3,
    "buckets": [7],
    "weights": [1.0],
    "learnt_at": NOW,
}

HELP_MESSAGE: dict[str, Any] = {
    "home": 7,
    "number": "123456789012",
    "id": "00000000-0000-0000-0000-000000000002",
    "author": "buyer",
    "written_at": NOW,
    "said": "Where is it?",
}
HELP_ASSIGNMENT: dict[str, Any] = {
    "home": 7,
    "number": "123456789012",
    "assignee": "support:sonya",
    "assigned_at": NOW,
}
CLAIM_COMMENT: dict[str, Any] = {
    "home": 7,
    "number": "123456789012",
    "said": "",
    "written_at": NOW,
}
ORDER_TEXT: dict[str, Any] = {
    "home": 7,
    "number": "123456789012",
    "digest": "0" * 32,
    "salt": bytes(16),
    "said": "wet",
}
CLAIM_PHOTO: dict[str, Any] = {
    "home": 7,
    "number": "123456789012",
    "id": "00000000-0000-0000-0000-000000000003",
    "added_at": NOW,
    "picture": b"RIFF",
}
ATTACHMENT: dict[str, Any] = {
    "home": 7,
    "id": "07000000-0000-0000-0000-000000000003",
    "kind": "order",
    "subject": "123456789012",
    "number": "123456789012",
    "point": "KZN-1",
    "purpose": "condition",
    "type": "image/jpeg",
    "size": 4,
    "width": 1,
    "height": 1,
    "digest": bytes(32),
    "content": b"RIFF",
    "added_at": NOW,
    "added_by": "point:k",
}
RATING: dict[str, Any] = {
    "home": 7,
    "number": "123456789012",
    "stars": 5,
    "said": "",
    "rated_at": NOW,
    "changed_at": NOW,
}
TRACK_LINK: dict[str, Any] = {
    "home": 7,
    "digest": bytes(32),
    "number": "123456789012",
    "made_at": NOW,
}
ORDER_LOOK: dict[str, Any] = {
    "home": 7,
    "subject": "123456789012",
    "day": NOW.date(),
    "actor": "support:k1",
    "place": "",
    "what": "order",
    "looks": 1,
    "first_at": NOW,
    "last_at": NOW,
}
PUSH_SUBSCRIPTION: dict[str, Any] = {
    "home": 7,
    "digest": bytes(32),
    "customer": "c",
    "session": bytes(32),
    "endpoint": "https://push.example/1",
    "public_key": bytes(65),
    "auth": bytes(16),
    "language": "ru",
    "made_at": NOW,
}

NOTICE_CHOICE: dict[str, Any] = {
    "home": 7,
    "customer": "c",
    "channel": "mail",
    "kind": "reminders",
    "chosen_at": NOW,
    "is_on": False,
    "source": "page",
    "wording": 1,
}

IDENTITY = {
    "home": 1,
    "kind": "payment",
    "scope": "demo",
    "name": "p-1",
    "number": "200785804776",
}

SECURITY_LOG: dict[str, Any] = {
    "seq": 1_000,
    "at": NOW,
    "kind": "key_created",
    "actor": "cli:",
    "subject": "key:a",
    "network": "",
    "outcome": "done",
    "state": bytes(32),
    "details": b"{}",
    "hash": bytes(32),
}
SECURITY_LOG_HEAD: dict[str, Any] = {
    "log": 1,
    "seq": 0,
    "hash": bytes(32),
    "anchor_seq": 0,
    "anchor_hash": bytes(32),
}
WEBHOOK: dict[str, Any] = {
    "id": "wh_a",
    "shop": "",
    "url": "https://shop.example/",
    "title": "",
    "secrets": [bytes(32)],
    "secret_ends": [None],
    "is_on": True,
    "off_reason": "",
    "version": 1,
    "created_at": NOW,
    "updated_at": NOW,
    "created_by": "admin:boris",
}
WEBHOOK_DELIVERY: dict[str, Any] = {
    "webhook": "wh_a",
    "position": 1,
    "lane": 0,
    "number": "123456789012",
    "type": "order.placed",
    "message": "evt_a",
    "state": "waiting",
    "attempts": 1,
    "error": "status",
}
CHANNEL_SPENDING: dict[str, Any] = {
    "channel": "sms",
    "country": "7",
    "day": NOW.date(),
    "unit": "RUB",
    "spent": 13,
    "messages": 1,
}
TELEGRAM_CHAT: dict[str, Any] = {
    "chat": 501,
    "customer": "c",
    "language": "ru",
    "way": "link",
    "linked_at": NOW,
    "proved_at": NOW,
    "used_at": NOW,
}
TELEGRAM_UPDATE: dict[str, Any] = {
    "bot": 42,
    "id": 1,
    "chat": 501,
    "payload": b"{}",
    "received_at": NOW,
    "held_until": NOW,
}
TELEGRAM_CARD: dict[str, Any] = {
    "home": 7,
    "number": "123456789012",
    "chat": 501,
    "message": 9,
    "shown": bytes(32),
    "shown_at": NOW,
}
STAFF: dict[str, Any] = {
    "id": UUID(int=1),
    "login": "alina",
    "name": "Alina",
    "own_customer": "",
    "created_at": NOW,
    "created_by": "system:cli",
}
STAFF_GRANT: dict[str, Any] = {
    "id": UUID(int=2),
    "person": UUID(int=1),
    "role": "point",
    "point": "KZN-1",
    "granted_at": NOW,
    "granted_by": "system:cli",
}
SOUND = {
    **SOUND_MANIFESTS,
    **SOUND_SHELVES,
    "staff": STAFF,
    "staff_grant": STAFF_GRANT,
    "staff_invitation": {
        "digest": bytes(32),
        "person": UUID(int=1),
        "kind": "invitation",
        "made_at": NOW,
        "made_by": "system:cli",
        "expires_at": NOW,
    },
    "desk_device": {
        "id": UUID(int=1),
        "point": "KZN-1",
        "name": "Tablet",
        "kind": "browser",
        "digest": bytes(32),
        "registered_at": NOW,
        "registered_by": "admin:k1",
        "seen_at": NOW,
    },
    "shift": {
        "id": UUID(int=1),
        "person": UUID(int=1),
        "point": "KZN-1",
        "device": UUID(int=1),
        "begun_at": NOW,
        "ends_by": NOW + timedelta(hours=14),
    },
    "approval": {
        "id": UUID(int=1),
        "point": "KZN-1",
        "kind": "write_off",
        "about": "1234",
        "asked_by": "point:k1",
        "asked_person": UUID(int=1),
        "asked_at": NOW,
        "expires_at": NOW,
    },
    "staff_session": {
        "digest": bytes(32),
        "person": UUID(int=1),
        "method": "passkey",
        "browser": "",
        "system": "",
        "began_at": NOW,
        "ends_at": NOW,
        "seen_at": NOW,
        "proved_at": NOW,
    },
    **SOUND_MONEY,
    "timer_hold": {"what": "clock", "machine": "a", "since": NOW, "due": 5, "allowed": 4},
    "orders": ORDER,
    "event": EVENT,
    "command": COMMAND,
    "refund": REFUND,
    "identity": IDENTITY,
    "stock": STOCK,
    "pace_sketch": PACE_SKETCH,
    "lane": LANE,
    "changed_place": CHANGED_PLACE,
    "message": MESSAGE,
    "notice_choice": NOTICE_CHOICE,
    "help_message": HELP_MESSAGE,
    "help_assignment": HELP_ASSIGNMENT,
    "claim_comment": CLAIM_COMMENT,
    "order_text": ORDER_TEXT,
    "claim_photo": CLAIM_PHOTO,
    "attachment": ATTACHMENT,
    "rating": RATING,
    "track_link": TRACK_LINK,
    "push_subscription": PUSH_SUBSCRIPTION,
    "telegram_chat": TELEGRAM_CHAT,
    "telegram_invitation": {"digest": bytes(32), "customer": "c", "expires_at": NOW},
    "telegram_update": TELEGRAM_UPDATE,
    "telegram_card": TELEGRAM_CARD,
    "order_look": ORDER_LOOK,
    "security_log": SECURITY_LOG,
    "security_log_head": SECURITY_LOG_HEAD,
    "retention_progress": {"rule": "contacts"},
    "secret_check": {"version": 1, "value": bytes(32), "recorded_at": NOW},
    "feed_epoch": {
        "number": 1,
        "id": "0123cdef",
        "positions": [0],
        "began_at": NOW,
        "server": "1:00000001:5:16385",
    },
    "customer_key": {"version": 2, "begins_at": NOW, "after_home": 0, "after_number": ""},
    "webhook": WEBHOOK,
    "webhook_delivery": WEBHOOK_DELIVERY,
    "channel_spending": CHANNEL_SPENDING,
}

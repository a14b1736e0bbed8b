"""What the security log has entries of, and what each kind carries."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from msgspec import Struct


class SecurityKind(StrEnum):
    """The closed list of kinds; docs/reference/security-log.md has a sentence for each."""

    SIGNED_IN = "sign_in.succeeded"
    SIGN_IN_FAILED = "sign_in.failed"
    SESSION_ENDED = "session.ended"
    PASSKEY_ADDED = "passkey.added"
    PASSKEY_REMOVED = "passkey.removed"
    TELEGRAM_LINKED = "telegram.linked"
    TELEGRAM_UNLINKED = "telegram.unlinked"
    PERSON_CONFIRMED = "person.confirmed"
    PERSON_NOT_CONFIRMED = "person.not_confirmed"
    PHONE_CHANGED = "phone.changed"
    OLDER_ORDERS_OPENED = "older_orders.opened"
    OLDER_ORDERS_REFUSED = "older_orders.refused"
    UNAUTHORIZED = "request.unauthorized"
    REFUSED = "request.refused"
    LIMITED = "request.limited"
    NOTIFICATION_REFUSED = "notification.refused"
    KEY_CREATED = "key.created"
    KEY_ROLLED = "key.rolled"
    KEY_CHANGED = "key.changed"
    KEY_REVOKED = "key.revoked"
    WEBHOOK_CREATED = "webhook.created"
    WEBHOOK_CHANGED = "webhook.changed"
    WEBHOOK_ROLLED = "webhook.rolled"
    WEBHOOK_DELETED = "webhook.deleted"
    WEBHOOK_SWITCHED_OFF = "webhook.switched_off"
    SHOP_CHANGED = "shop.changed"
    POINT_CHANGED = "point.changed"
    POINT_CLOSURE_ENTERED = "point.closure_entered"
    POINT_CLOSURE_LIFTED = "point.closure_lifted"
    WAREHOUSE_CHANGED = "warehouse.changed"
    DEVICE_REGISTERED = "device.registered"
    DEVICE_REVOKED = "device.revoked"
    SHIFT_BEGUN = "shift.begun"
    SHIFT_ENDED = "shift.ended"
    APPROVAL_ASKED = "approval.asked"
    APPROVAL_DECIDED = "approval.decided"
    APPROVAL_TAKEN = "approval.taken"
    WITHOUT_CODE_OFTEN = "handover.without_code_often"
    LOST_IN_HAND = "search.lost_in_hand"
    STATE_RECORDED = "state.recorded"
    STAFF_INVITED = "staff.invited"
    STAFF_INVITATION_REVOKED = "staff.invitation_revoked"
    STAFF_INVITATION_USED = "staff.invitation_used"
    STAFF_GRANTED = "staff.granted"
    STAFF_GRANT_REVOKED = "staff.grant_revoked"
    STAFF_SUSPENDED = "staff.suspended"
    STAFF_RESTORED = "staff.restored"
    STAFF_CHANGED = "staff.changed"
    STAFF_CREDENTIALS_CHANGED = "staff.credentials_changed"
    SETTINGS_CHANGED = "settings.changed"
    TIMERS_RELEASED = "timers.released"
    ROTATED = "secret.rotated"
    BUYER_ERASED = "buyer.erased"
    ORDER_ERASED = "order.erased"
    DATA_EXPORTED = "data.exported"
    IMPORT_ENDED = "import.ended"
    BACKUP_MADE = "backup.made"
    BACKUP_RESTORED = "backup.restored"
    EPOCH_BEGUN = "epoch.begun"
    LOOKS_SEALED = "looks.sealed"
    LOG_OPENED = "log.opened"
    LOG_READ = "log.read"
    LOG_SHORTENED = "log.shortened"


class EntryDetails(Struct, frozen=True, omit_defaults=True):
    """What an entry says beside its columns; `KINDS` lists which of it each kind carries.

    `times`, `first_at` and `last_at` are of entries that stand for several events. `digests` are
    keyed, of each setting by name; `names` are those that differ from the start before, or the
    person whom a grant is of. `through` and `last_hash` are the last entry that was deleted.
    `as_of` is the instant of a backup, or of the newest event that an epoch of the feed began with;
    `version` is its number then. `point` is where staff works, `step` the kind of step that a
    second person was asked for, `about` its order or place.
    """

    times: int = 1
    first_at: datetime | None = None
    last_at: datetime | None = None
    method: str = ""
    endpoint: str = ""
    role: str = ""
    version: int = 0
    names: tuple[str, ...] = ()
    digests: Mapping[str, str] = {}
    origin: str = ""
    rows: int = 0
    rejected: int = 0
    as_of: datetime | None = None
    day: date | None = None
    digest: str = ""
    through: int = 0
    last_hash: str = ""
    point: str = ""
    step: str = ""
    about: str = ""


class KindTerms(Struct, frozen=True):
    """`fields` are what the details carry.

    `is_counted`: whoever asks without having proved anything can cause it, so the entries of a
    minute are one with a count, and different ones are limited in number.
    """

    fields: frozenset[str] = frozenset()
    is_counted: bool = False


NO_DETAILS: Final = EntryDetails()

_SPAN = frozenset({"times", "first_at", "last_at"})
_COUNTED = KindTerms(_SPAN, is_counted=True)
_COUNTED_AT = KindTerms(_SPAN | {"endpoint"}, is_counted=True)
_SEVERAL = KindTerms(_SPAN)
_PROOF = KindTerms(_SPAN | {"method"})
_FAILED_PROOF = KindTerms(_SPAN | {"method"}, is_counted=True)
_KEY = KindTerms(frozenset({"role"}))
_GRANT = KindTerms(frozenset({"role", "names"}))
_PLACE = KindTerms(frozenset({"version"}))
_AT_POINT = KindTerms(frozenset({"point"}))
_CLOSURE = KindTerms(frozenset({"point", "about"}))
_APPROVAL = KindTerms(frozenset({"point", "step", "about"}))

KINDS: Final[Mapping[SecurityKind, KindTerms]] = {
    SecurityKind.SIGNED_IN: _PROOF,
    SecurityKind.SIGN_IN_FAILED: _FAILED_PROOF,
    SecurityKind.SESSION_ENDED: KindTerms(_SPAN | {"rows"}),
    SecurityKind.PASSKEY_ADDED: _SEVERAL,
    SecurityKind.PASSKEY_REMOVED: _SEVERAL,
    SecurityKind.TELEGRAM_LINKED: _PROOF,
    SecurityKind.TELEGRAM_UNLINKED: _SEVERAL,
    SecurityKind.PERSON_CONFIRMED: _PROOF,
    SecurityKind.PERSON_NOT_CONFIRMED: _FAILED_PROOF,
    SecurityKind.PHONE_CHANGED: KindTerms(),
    SecurityKind.OLDER_ORDERS_OPENED: _PROOF,
    SecurityKind.OLDER_ORDERS_REFUSED: _FAILED_PROOF,
    SecurityKind.UNAUTHORIZED: _COUNTED,
    SecurityKind.REFUSED: _COUNTED_AT,
    SecurityKind.LIMITED: _COUNTED_AT,
    SecurityKind.NOTIFICATION_REFUSED: _COUNTED_AT,
    SecurityKind.KEY_CREATED: _KEY,
    SecurityKind.KEY_ROLLED: _KEY,
    SecurityKind.KEY_CHANGED: _KEY,
    SecurityKind.KEY_REVOKED: _KEY,
    SecurityKind.WEBHOOK_CREATED: KindTerms(),
    SecurityKind.WEBHOOK_CHANGED: _PLACE,
    SecurityKind.WEBHOOK_ROLLED: _PLACE,
    SecurityKind.WEBHOOK_DELETED: KindTerms(),
    SecurityKind.WEBHOOK_SWITCHED_OFF: KindTerms(),
    SecurityKind.SHOP_CHANGED: _PLACE,
    SecurityKind.POINT_CHANGED: _PLACE,
    SecurityKind.POINT_CLOSURE_ENTERED: _CLOSURE,
    SecurityKind.POINT_CLOSURE_LIFTED: _CLOSURE,
    SecurityKind.WAREHOUSE_CHANGED: _PLACE,
    SecurityKind.DEVICE_REGISTERED: _AT_POINT,
    SecurityKind.DEVICE_REVOKED: _AT_POINT,
    SecurityKind.SHIFT_BEGUN: _AT_POINT,
    SecurityKind.SHIFT_ENDED: KindTerms(frozenset({"point", "rows"})),
    SecurityKind.APPROVAL_ASKED: _APPROVAL,
    SecurityKind.APPROVAL_DECIDED: _APPROVAL,
    SecurityKind.APPROVAL_TAKEN: _APPROVAL,
    SecurityKind.WITHOUT_CODE_OFTEN: _SEVERAL,
    SecurityKind.LOST_IN_HAND: _SEVERAL,
    SecurityKind.STATE_RECORDED: KindTerms(),
    SecurityKind.STAFF_INVITED: KindTerms(),
    SecurityKind.STAFF_INVITATION_REVOKED: KindTerms(),
    SecurityKind.STAFF_INVITATION_USED: KindTerms(frozenset({"method"})),
    SecurityKind.STAFF_GRANTED: _GRANT,
    SecurityKind.STAFF_GRANT_REVOKED: _GRANT,
    SecurityKind.STAFF_SUSPENDED: KindTerms(),
    SecurityKind.STAFF_RESTORED: KindTerms(),
    SecurityKind.STAFF_CHANGED: KindTerms(),
    SecurityKind.STAFF_CREDENTIALS_CHANGED: KindTerms(),
    SecurityKind.SETTINGS_CHANGED: KindTerms(frozenset({"names", "digests"})),
    SecurityKind.TIMERS_RELEASED: KindTerms(),
    SecurityKind.ROTATED: KindTerms(frozenset({"version", "names"})),
    SecurityKind.BUYER_ERASED: KindTerms(),
    SecurityKind.ORDER_ERASED: KindTerms(),
    SecurityKind.DATA_EXPORTED: KindTerms(frozenset({"rows"})),
    SecurityKind.IMPORT_ENDED: KindTerms(frozenset({"origin", "rows", "rejected"})),
    SecurityKind.BACKUP_MADE: KindTerms(frozenset({"rows", "as_of"})),
    SecurityKind.BACKUP_RESTORED: KindTerms(frozenset({"rows", "as_of"})),
    SecurityKind.EPOCH_BEGUN: KindTerms(frozenset({"version", "as_of"})),
    SecurityKind.LOOKS_SEALED: KindTerms(frozenset({"day", "rows", "digest"})),
    SecurityKind.LOG_OPENED: KindTerms(),
    SecurityKind.LOG_READ: _SEVERAL,
    SecurityKind.LOG_SHORTENED: KindTerms(frozenset({"through", "last_hash", "rows"})),
}

"""What the security log has entries of, and what each kind carries."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from msgspec import Struct


class SecurityKind(StrEnum):
    """The closed list of kinds; docs/reference/security-log.md has a sentence for each."""

    KEY_CREATED = "key.created"
    KEY_ROLLED = "key.rolled"
    KEY_CHANGED = "key.changed"
    KEY_REVOKED = "key.revoked"
    SHOP_CHANGED = "shop.changed"
    POINT_CHANGED = "point.changed"
    WAREHOUSE_CHANGED = "warehouse.changed"
    STATE_RECORDED = "state.recorded"
    LOG_OPENED = "log.opened"
    LOG_READ = "log.read"
    LOG_SHORTENED = "log.shortened"


class EntryDetails(Struct, frozen=True, omit_defaults=True):
    """What an entry says beside its columns; `KINDS` lists which of it each kind carries.

    `through` and `last_hash` are the last entry that was deleted.
    """

    role: str = ""
    version: int = 0
    rows: int = 0
    through: int = 0
    last_hash: str = ""


class KindTerms(Struct, frozen=True):
    """`fields` are what the details carry."""

    fields: frozenset[str] = frozenset()


NO_DETAILS: Final = EntryDetails()

_KEY = KindTerms(frozenset({"role"}))
_PLACE = KindTerms(frozenset({"version"}))

KINDS: Final[Mapping[SecurityKind, KindTerms]] = {
    SecurityKind.KEY_CREATED: _KEY,
    SecurityKind.KEY_ROLLED: _KEY,
    SecurityKind.KEY_CHANGED: _KEY,
    SecurityKind.KEY_REVOKED: _KEY,
    SecurityKind.SHOP_CHANGED: _PLACE,
    SecurityKind.POINT_CHANGED: _PLACE,
    SecurityKind.WAREHOUSE_CHANGED: _PLACE,
    SecurityKind.STATE_RECORDED: KindTerms(),
    SecurityKind.LOG_OPENED: KindTerms(),
    SecurityKind.LOG_READ: KindTerms(),
    SecurityKind.LOG_SHORTENED: KindTerms(frozenset({"through", "last_hash", "rows"})),
}

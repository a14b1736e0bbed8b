"""Whether a key opens anything, and whether that will end soon."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from gotovo.store.tables.access.api_keys import ApiKey

EXPIRES_SOON: Final = timedelta(days=14)
"""How long before its expiry a key is shown as expiring: time to plan a change-over."""


class KeyState(StrEnum):
    """The state of a key at an instant."""

    ACTIVE = "active"
    EXPIRING = "expiring"  # active, and expires within 14 days
    EXPIRED = "expired"
    REVOKED = "revoked"


def key_state(key: ApiKey, now: datetime) -> KeyState:
    """Return the state of a key now."""
    if key.revoked_at is not None:
        return KeyState.REVOKED
    if key.expires_at is None or key.expires_at > now + EXPIRES_SOON:
        return KeyState.ACTIVE
    return KeyState.EXPIRED if key.expires_at <= now else KeyState.EXPIRING

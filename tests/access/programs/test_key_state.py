"""The state of a key at an instant."""

from datetime import UTC, datetime, timedelta

import pytest

from gotovo.access.programs.key_state import KeyState, key_state
from gotovo.store.tables.access.api_keys import ApiKey

NOW = datetime(2026, 11, 22, 11, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("expires_in", "revoked_at", "state"),
    [
        (None, None, KeyState.ACTIVE),
        (timedelta(days=14, seconds=1), None, KeyState.ACTIVE),
        (timedelta(days=14), None, KeyState.EXPIRING),
        (timedelta(seconds=1), None, KeyState.EXPIRING),
        (timedelta(), None, KeyState.EXPIRED),
        (timedelta(days=-1), None, KeyState.EXPIRED),
        (timedelta(days=-1), NOW, KeyState.REVOKED),
        (None, NOW, KeyState.REVOKED),
    ],
)
def test_a_key_warns_before_it_expires(
    expires_in: timedelta | None, revoked_at: datetime | None, state: KeyState
) -> None:
    expires_at = None if expires_in is None else NOW + expires_in
    key = ApiKey("id", "a", "admin", "", None, b"", NOW, revoked_at, expires_at=expires_at)

    assert key_state(key, NOW) is state

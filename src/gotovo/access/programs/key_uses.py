"""The last use of each key: an entry in memory a request, one statement a minute.

Of an address only its block is stored: enough to see that a token is used from elsewhere, and
nothing that tells where an employee sits.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from gotovo.access.rate_limits import wide_network_of
from gotovo.store.tables.access.api_keys import ApiKeyStore, KeyUse

WRITE_SECONDS: Final = 60.0
"""How old the last use may be shown; a crash loses as much."""

_Uses = dict[str, tuple[datetime, str]]


class KeyUses:
    """The uses of this process that are not written yet: as many as there are keys, at most."""

    def __init__(self, store: ApiKeyStore) -> None:
        """Start empty; `write` has to be called every minute, and at the end."""
        self._store = store
        self._used: _Uses = {}
        self._refused: _Uses = {}

    def note_use(self, key_id: str, at: datetime, address: str) -> None:
        """Note that a key was used."""
        self._used[key_id] = (at, address)

    def note_refusal(self, key_id: str, at: datetime, address: str) -> None:
        """Note that a key's right token came from a network that it does not allow."""
        self._refused[key_id] = (at, address)

    async def write(self) -> None:
        """Write what is new; what could not be written stays, unless there is something newer."""
        used, self._used = self._used, {}
        refused, self._refused = self._refused, {}
        if not used and not refused:
            return
        try:
            await self._store.put_uses(_entries(used), _entries(refused))
        except BaseException:
            self._used = used | self._used
            self._refused = refused | self._refused
            raise


def _entries(uses: Mapping[str, tuple[datetime, str]]) -> list[KeyUse]:
    return [KeyUse(key_id, at, wide_network_of(address)) for key_id, (at, address) in uses.items()]

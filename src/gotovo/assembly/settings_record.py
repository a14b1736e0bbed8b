"""What a process starts with: settings that differ from the last start are an entry of the log.

The entry has the names of what differs and a digest of every value, keyed with the installation's
secret: no value is shown, and one that is changed back has the same digest as before.
"""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Final

import msgspec
from msgspec import structs

from gotovo.assembly.runtime import Runtime
from gotovo.config import Settings
from gotovo.store.tables.security.entries import SecurityEntry
from gotovo.store.tables.security.kinds import EntryDetails, SecurityKind
from gotovo.store.tables.security.security_log import append, last_of_kind, wait_for_turn

_DIGEST_BYTES: Final = 8
"""They only have to tell one value of a setting from the next."""

_details: Final = msgspec.json.Decoder(EntryDetails)


async def record_settings(runtime: Runtime) -> None:
    """Append an entry unless the process before, of whatever kind, started with the same."""
    keys = runtime.keyring().signing
    async with runtime.pool.acquire() as connection, connection.transaction():
        await wait_for_turn(connection)
        last = await last_of_kind(connection, SecurityKind.SETTINGS_CHANGED)
        before = {} if last is None else _details.decode(last.details).digests
        # One that was written under an older secret is compared under that one.
        if any(before == digests_of(runtime.settings, each) for each in keys.newest_first):
            return
        digests = digests_of(runtime.settings, keys.key)
        names = sorted(
            name for name in {*before, *digests} if before.get(name) != digests.get(name)
        )
        entry = SecurityEntry(
            kind=SecurityKind.SETTINGS_CHANGED,
            at=runtime.clock(),
            details=EntryDetails(names=tuple(names), digests=digests),
        )
        await append(connection, [entry])


def digests_of(settings: Settings, secret: bytes) -> Mapping[str, str]:
    """Return a keyed digest of each setting's value by its name."""
    return {
        name: hmac.digest(secret, f"setting:{name}:{value}".encode(), hashlib.sha256)[
            :_DIGEST_BYTES
        ].hex()
        for name, value in structs.asdict(settings).items()
    }

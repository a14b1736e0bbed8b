"""Security log: what is collected in memory and written every few seconds, off the hot path.

Changes of keys, shops and places are entries of their own transaction (`store/tables/security`),
exports and erasures are written at once. All else is collected here. What somebody can cause
without having proved anything (`is_counted`) is written a minute at a time, equal events as one
entry with a count; of different ones there are so few a minute that no flood fills the disk.
"""

import asyncio
import hmac
from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import islice
from typing import Final

from msgspec import Struct, structs

from gotovo.store.tables.access.api_keys import ApiKeyStore, KeyProofs
from gotovo.store.tables.security.entries import VISITOR, Author, SecurityEntry, StoredEntry
from gotovo.store.tables.security.kinds import KINDS, EntryDetails, SecurityKind
from gotovo.store.tables.security.security_log import (
    APPENDED_MAX,
    EntryFilter,
    SecurityLogStore,
)
from gotovo.store.tables.security.states import key_subject

WRITE_SECONDS: Final = 5.0
"""How much a crash may lose of what is written at once; counted events wait for their minute."""

COUNTED_MAX: Final = 100
"""Different counted events a minute: what more there are become one per kind and outcome. A day's
flood is then 150,000 entries of some 300 bytes, from each process."""

CLAIMED_MAX: Final = 1_000
"""Ids of keys that are looked up a minute: of requests with a token that no living key has."""

PENDING_MAX: Final = 20_000
"""Other events that wait to be written, about 10 MB; beyond it they are treated as counted ones."""

PROVED: Final = frozenset({"network", "expired", "revoked", "rolled"})
"""Outcomes of a right token that opens nothing: somebody has it who should not, or forgot to change
it. No flood hides them: beyond `COUNTED_MAX` they keep their key, and lose the network alone."""

CLAIMED: Final = "claimed"
"""The outcome of a token whose key is looked up before the entry is written."""

_MINUTE: Final = 60
_ALL_MINUTES: Final = 1 << 60


class SecurityEvent(Struct, frozen=True):
    """An event that is collected; equal ones of the same minute are one entry.

    `proof` is the digest of a token whose key is looked up; it is not written.
    """

    kind: SecurityKind
    by: Author = Author(VISITOR)
    shop: str | None = None
    subject: str = ""
    outcome: str = ""
    method: str = ""
    endpoint: str = ""
    proof: bytes = b""


class _Times(Struct):
    """How often an event happened, and from when to when."""

    count: int
    first_at: datetime
    last_at: datetime

    def add(self, other: "_Times") -> None:
        self.count += other.count
        self.first_at = min(self.first_at, other.first_at)
        self.last_at = max(self.last_at, other.last_at)


_Key = tuple[int, SecurityEvent]
"""The minute since 1970, zero for what is not counted by the minute, and the event."""


class SecurityLog:
    """The events of this process that are not written yet."""

    def __init__(
        self, store: SecurityLogStore, keys: ApiKeyStore, clock: Callable[[], datetime]
    ) -> None:
        """Start empty; `write` has to be called every few seconds, and at the end."""
        self._store = store
        self._keys = keys
        self._clock = clock
        self._pending: dict[_Key, _Times] = {}
        self._counted: dict[_Key, _Times] = {}
        self._claimed: dict[_Key, _Times] = {}
        self._writing = asyncio.Lock()

    def record(self, event: SecurityEvent, times: int = 1) -> None:
        """Collect an event, without waiting for anything."""
        now = self._clock()
        seen = _Times(times, now, now)
        if not KINDS[event.kind].is_counted and len(self._pending) < PENDING_MAX:
            _add(self._pending, (0, event), seen)
            return
        minute = _minute_of(now)
        if event.outcome == CLAIMED and len(self._claimed) < CLAIMED_MAX:
            _add(self._claimed, (minute, event), seen)
            return
        self._count((minute, structs.replace(event, proof=b"") if event.proof else event), seen)

    async def record_now(self, entry: SecurityEntry) -> None:
        """Write an entry before anything else is done; raises what the database raises."""
        await self._store.append([entry])

    async def after(self, seq: int, wanted: EntryFilter, limit: int) -> Sequence[StoredEntry]:
        """Return the stored entries after a number."""
        return await self._store.after(seq, wanted, limit)

    async def write(self, *, all_minutes: bool = False) -> None:
        """Write what is pending, of what is counted the minutes that are over.

        What could not be written stays pending.
        """
        async with self._writing:
            before = _ALL_MINUTES if all_minutes else _minute_of(self._clock())
            await self._look_up(before)
            await self._write(self._pending, _ALL_MINUTES)
            await self._write(self._counted, before)

    async def _write(self, pending: dict[_Key, _Times], before: int) -> None:
        due = [key for key in pending if key[0] < before]
        while taken := list(islice(due, APPENDED_MAX)):
            del due[:APPENDED_MAX]
            times = {key: pending.pop(key) for key in taken}
            now = self._clock()
            try:
                await self._store.append([_entry(key[1], x, now) for key, x in times.items()])
            except BaseException:
                for key, each in times.items():
                    _add(pending, key, each)
                raise

    async def _look_up(self, before: int) -> None:
        """Count the claimed keys by what they are: unknown, or not in use with this token."""
        due = [key for key in self._claimed if key[0] < before]
        if not due:
            return
        ids = sorted({key[1].subject for key in due})
        known = await self._keys.proofs(ids)
        for key in due:
            minute, event = key
            found = known.get(event.subject)
            told = structs.replace(
                event,
                outcome="unknown" if found is None else _outcome(found, event.proof),
                subject="" if found is None else key_subject(event.subject),
                shop=None if found is None else found.shop,
                proof=b"",
            )
            self._count((minute, told), self._claimed.pop(key))

    def _count(self, key: _Key, times: _Times) -> None:
        """Add a counted event; of too many different ones, without what makes them different."""
        if key not in self._counted and len(self._counted) >= COUNTED_MAX:
            minute, event = key
            about = (event.shop, event.subject) if event.outcome in PROVED else (None, "")
            key = (minute, SecurityEvent(event.kind, Author(VISITOR), *about, event.outcome))
        _add(self._counted, key, times)


def _outcome(key: KeyProofs, proof: bytes) -> str:
    """Return why the token that has this digest opens nothing, of a key that there is."""
    is_former = proof in (key.old_digests or ())
    if key.is_revoked and (is_former or hmac.compare_digest(key.digest, proof)):
        return "revoked"
    return "rolled" if is_former else "wrong_token"


def _add(pending: dict[_Key, _Times], key: _Key, times: _Times) -> None:
    known = pending.get(key)
    if known is None:
        pending[key] = times
    else:
        known.add(times)


def _entry(event: SecurityEvent, times: _Times, now: datetime) -> SecurityEntry:
    details = EntryDetails(method=event.method, endpoint=event.endpoint)
    if times.count > 1 or KINDS[event.kind].is_counted:
        details = structs.replace(
            details, times=times.count, first_at=times.first_at, last_at=times.last_at
        )
    return SecurityEntry(
        kind=event.kind,
        at=now,
        by=event.by,
        shop=event.shop,
        subject=event.subject,
        outcome=event.outcome,
        details=details,
    )


def _minute_of(instant: datetime) -> int:
    return int(instant.timestamp()) // _MINUTE

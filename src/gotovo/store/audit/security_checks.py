"""Checks of the security log: its chain, and the rows whose state it records (rule 4.14).

An entry that was altered, taken out or put elsewhere breaks the chain where it stands; entries cut
off at the end are missed by the head, at the start by the anchor. A key, shop or place that was
changed in another way than by the program differs from the state that its last entry records.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import asyncpg
import msgspec

from gotovo.store.audit.findings import Finding
from gotovo.store.postgres.statements import load_statements
from gotovo.store.tables.access.access_log import day_digest
from gotovo.store.tables.security.entries import StoredEntry, hash_of
from gotovo.store.tables.security.kinds import EntryDetails, SecurityKind
from gotovo.store.tables.security.security_log import stored_entry
from gotovo.store.tables.security.states import states_now

PAGE_ENTRIES = 2_000
"""Entries read at once, about a megabyte."""

LOOKS_DAYS = 88
"""Days of the access log that are compared with their seals; the ninetieth may be half deleted."""

_sql = load_statements("tables/security/security_log.sql")
_details = msgspec.json.Decoder(EntryDetails)


class SecurityChecks:
    """Checks of the security log and of what it records, in the snapshot of the audit."""

    def __init__(self, connection: "asyncpg.Connection[Any]") -> None:
        """Read through this connection."""
        self._connection = connection
        self.entries = 0
        self.states = 0

    @property
    def checks(self) -> Mapping[str, Callable[[], Awaitable[list[Finding]]]]:
        """The checks by their subject."""
        return {
            "security log": self._chain,
            "keys and places": self._states,
            "looks": self._looks,
        }

    async def _chain(self) -> list[Finding]:
        """Follow the chain from the anchor to the head."""
        head = await self._connection.fetchrow(_sql["head"])
        first = await self._page(0)
        if head is None:
            return [Finding("security_log", str(x.seq), "an entry", "a head") for x in first[:1]]
        found = await self._anchor_findings(head)
        seq, previous = head["anchor_seq"], head["anchor_hash"]
        page = first
        while page:
            for entry in page:
                if entry.seq != seq + 1:
                    found.append(Finding("security_log.seq", str(entry.seq), *_gap(seq, entry.seq)))
                elif entry.hash != (expected := hash_of(previous, entry)):
                    key = str(entry.seq)
                    found.append(
                        Finding("security_log.hash", key, entry.hash.hex(), expected.hex())
                    )
                seq, previous = entry.seq, entry.hash
            self.entries += len(page)
            page = await self._page(seq)
        if (seq, previous) != (head["seq"], head["hash"]):
            last = f"{head['seq']} with {head['hash'].hex()}"
            found.append(
                Finding("security_log_head", "last entry", f"{seq} with {previous.hex()}", last)
            )
        return found

    async def _anchor_findings(self, head: Mapping[str, Any]) -> list[Finding]:
        """Compare the anchor with the entry that says up to where the log was deleted."""
        row = await self._connection.fetchrow(_sql["last_of_kind"], SecurityKind.LOG_SHORTENED)
        recorded = (0, bytes(32).hex())
        if row is not None:
            details = _details.decode(stored_entry(row).details)
            recorded = (details.through, details.last_hash)
        stored = (head["anchor_seq"], head["anchor_hash"].hex())
        if stored == recorded:
            return []
        texts = (f"{seq} with {digest}" for seq, digest in (stored, recorded))
        return [Finding("security_log_head", "anchor", *texts)]

    async def _states(self) -> list[Finding]:
        """Compare each key, shop and place with the state that its last entry records."""
        rows = await self._connection.fetch(_sql["states"])
        recorded = {row["subject"]: row for row in rows}
        found: list[Finding] = []
        for subject, (state, _) in sorted((await states_now(self._connection)).items()):
            self.states += 1
            last = recorded.pop(subject, None)
            if last is None:
                found.append(Finding("state", subject, "a row", "an entry that records it"))
            elif last["state"] != state:
                expected = f"as entry {last['seq']} ({last['kind']}) left it"
                found.append(Finding("state", subject, "changed since", expected))
        for subject, last in recorded.items():
            found.append(Finding("state", subject, "no row", f"a row, by entry {last['seq']}"))
        return found

    async def _looks(self) -> list[Finding]:
        """Compare the access log with its seals, as far back as it is kept in any case."""
        rows = await self._connection.fetch(
            _sql["last_entries"], SecurityKind.LOOKS_SEALED, "", None, LOOKS_DAYS
        )
        found: list[Finding] = []
        for row in rows:
            entry = stored_entry(row)
            sealed = _details.decode(entry.details)
            assert sealed.day is not None, entry.seq
            count, digest = await day_digest(self._connection, sealed.day)
            if (count, digest) != (sealed.rows, sealed.digest):
                key = f"order_look {sealed.day}"
                expected = f"{sealed.rows} rows as entry {entry.seq} sealed them"
                found.append(Finding("looks", key, f"{count} rows", expected))
        return found

    async def _page(self, after: int) -> list[StoredEntry]:
        rows = await self._connection.fetch(
            _sql["entries_after"], after, "", "", None, PAGE_ENTRIES
        )
        return [stored_entry(row) for row in rows]


def _gap(before: int, found: int) -> tuple[str, str]:
    return f"follows {before}", f"entries {before + 1} to {found - 1} between"

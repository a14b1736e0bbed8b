"""Recorded states: a change of a key, a shop or a place is an entry with the digest of its row.

The entry is appended in the transaction of the change, so the audit finds every row that was
changed in another way.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

import msgspec
from msgspec import structs

from gotovo.store.postgres.statements import load_statements
from gotovo.store.tables.security.entries import SecurityEntry
from gotovo.store.tables.security.kinds import SecurityKind
from gotovo.store.tables.security.security_log import Connection, append, wait_for_turn


class WithState(StrEnum):
    """What has a recorded state; the value begins the subject of its entries."""

    KEY = "key"
    SHOP = "shop"
    POINT = "point"
    WAREHOUSE = "warehouse"
    GRANT = "grant"


_USE: Final = frozenset({"used_at", "used_from", "refused_at", "refused_from"})
"""Columns that mere use changes."""

_IDS: Final = {WithState.KEY: "id", WithState.GRANT: "id"}
_sql = load_statements("tables/security/states.sql")


def subject_of(what: WithState, name: str) -> str:
    """Return the subject of an entry about this key, shop or place."""
    return f"{what}:{name}"


def key_subject(key_id: str) -> str:
    """Return the subject of an entry about an API key."""
    return subject_of(WithState.KEY, key_id)


async def record_change(
    connection: Connection, what: WithState, name: str, entry: SecurityEntry
) -> None:
    """Append an entry of a change with the row's new state, in the transaction of the change."""
    row = await connection.fetchrow(_sql[f"{what}s"], name)
    changed = structs.replace(entry, subject=subject_of(what, name), state=state_of(row))
    await append(connection, [changed])


async def states_now(connection: Connection) -> Mapping[str, tuple[bytes, str | None]]:
    """Return the state of every row by its subject, and the shop that it belongs to."""
    found: dict[str, tuple[bytes, str | None]] = {}
    for what in WithState:
        for row in await connection.fetch(_sql[f"{what}s"], None):
            name = row[_IDS.get(what, "code")]
            found[subject_of(what, name)] = (state_of(row), _shop_of(what, row))
    return found


async def open_log(connection: Connection, now: datetime) -> None:
    """Begin the log with the state of every row that is older than it; once."""
    if await connection.fetchval(_sql["is_begun"]):
        return
    async with connection.transaction():
        await wait_for_turn(connection)
        if await connection.fetchval(_sql["is_begun"]):
            return
        states = await states_now(connection)
        await append(
            connection,
            [
                SecurityEntry(kind=SecurityKind.LOG_OPENED, at=now),
                *(
                    SecurityEntry(
                        kind=SecurityKind.STATE_RECORDED,
                        at=now,
                        shop=shop,
                        subject=subject,
                        outcome="found",
                        state=state,
                    )
                    for subject, (state, shop) in states.items()
                ),
            ],
        )


def state_of(row: Mapping[str, Any]) -> bytes:
    """Return the digest of a stored row, without columns that are null or change by mere use.

    So a column that is added later, null, changes no digest of the rows that were there before.
    """
    columns = {name: value for name, value in row.items() if name not in _USE and value is not None}
    return hashlib.sha256(msgspec.json.encode(columns, order="sorted")).digest()


def _shop_of(what: WithState, row: Mapping[str, Any]) -> str | None:
    """Return whose administrators see the entry: a key's, a grant's, or the shop's own."""
    if what in {WithState.KEY, WithState.GRANT}:
        return row["shop"]
    return row["code"] if what is WithState.SHOP else None

"""Epochs of the feed: which history the database tells, noticed at every start and connection.

A restore takes the journal back, and it goes on otherwise from there. The positions are the same
numbers for other events, so every cursor names the epoch that it is of. The database has all of its
epochs with the positions at which they began: whoever had read no further than that has read the
history that still stands.
"""

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final

import asyncpg

from gotovo.engine.ports import FeedEpoch
from gotovo.store.postgres.statements import load_statements
from gotovo.store.tables.security.entries import PROGRAM, Author, SecurityEntry
from gotovo.store.tables.security.kinds import EntryDetails, SecurityKind
from gotovo.store.tables.security.security_log import append

_UNTOLD: Final = ""
"""The server of an epoch where the role may not ask which server it is."""

_ID_BYTES: Final = 4

_sql = load_statements("journal/epochs.sql")


class HistoryReplaced(ConnectionError):
    """The database went on from an earlier instant while this process ran."""


async def established_epochs(connection: Any, now: datetime) -> Sequence[FeedEpoch]:
    """Return the epochs of the database, and begin one where it is not the server it was."""
    rows = await connection.fetch(_sql["epochs"])
    server = await server_of(connection)
    if not rows or (server != rows[-1]["server"] and _UNTOLD not in (server, rows[-1]["server"])):
        await _begin(connection, len(rows) + 1, server, now, PROGRAM)
        rows = await connection.fetch(_sql["epochs"])
    return _epochs(rows)


async def stored_epochs(connection: Any) -> Sequence[FeedEpoch]:
    """Return the epochs of the database as they are; none before the first start."""
    return _epochs(await connection.fetch(_sql["epochs"]))


async def begin_epoch(connection: Any, by: Author, now: datetime) -> FeedEpoch:
    """Begin an epoch, whatever the server says; a restore calls this before the program runs.

    A journal without any has its first one too: cursors of before belong to it.
    """
    server = await server_of(connection)
    count = len(await connection.fetch(_sql["epochs"]))
    if not count:
        await _begin(connection, 1, server, now, by)
        count = 1
    await _begin(connection, count + 1, server, now, by)
    return _epochs(await connection.fetch(_sql["epochs"]))[-1]


async def server_of(connection: Any) -> str:
    """Return what names the history that the server continues, empty where the role may not ask.

    Raises ConnectionError on a standby: it is not the primary yet.
    """
    try:
        async with connection.transaction():  # a savepoint, should the role not be allowed
            server = await connection.fetchval(_sql["server"])
    except asyncpg.InsufficientPrivilegeError:
        return _UNTOLD
    if server is None:
        message = "the database is a standby, and not the primary yet"
        raise ConnectionError(message)
    return server


class HistoryGuard:
    """Refuses each new connection to a database whose history is not the one this process read.

    A database is put back with its connections closed, so none is left that was not looked at.
    """

    def __init__(self, on_replaced: Callable[[], None]) -> None:
        """Guard nothing until `expect`; `on_replaced` is called once, to end the process."""
        self._on_replaced = on_replaced
        self._expected: tuple[str, str] | None = None

    def expect(self, epoch: FeedEpoch) -> None:
        """Refuse from now on what is not this epoch."""
        self._expected = (epoch.id, epoch.server)

    async def check(self, connection: Any) -> None:
        """Raise HistoryReplaced where the database is another one than at the start."""
        if self._expected is None:
            return
        newest = _epochs(await connection.fetch(_sql["epochs"]))[-1:]
        server = await server_of(connection)
        known_id, known_server = self._expected
        is_same = [each.id for each in newest] == [known_id]
        if is_same and (server == known_server or _UNTOLD in (server, known_server)):
            return
        self._on_replaced()
        message = "the database was put back to an earlier instant, and this process starts again"
        raise HistoryReplaced(message)


async def _begin(connection: Any, number: int, server: str, now: datetime, by: Author) -> None:
    """Add an epoch and, but for the first, an entry to the security log; who is late adds none."""
    async with connection.transaction():
        positions = await connection.fetchval(_sql["positions"])
        new_id = secrets.token_hex(_ID_BYTES)
        said = await connection.execute(_sql["add_epoch"], number, new_id, positions, now, server)
        if number == 1 or said.endswith(" 0"):
            return
        as_of = await connection.fetchval(_sql["newest_event"])
        details = EntryDetails(version=number, as_of=as_of)
        entry = SecurityEntry(kind=SecurityKind.EPOCH_BEGUN, at=now, by=by, details=details)
        await append(connection, [entry])


def _epochs(rows: Sequence[Any]) -> list[FeedEpoch]:
    return [
        FeedEpoch(
            number=row["number"],
            id=row["id"],
            positions=tuple(row["positions"]),
            began_at=row["began_at"],
            server=row["server"],
        )
        for row in rows
    ]

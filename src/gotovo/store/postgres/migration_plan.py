"""What a migration will do to a database in use: who waits for each file, and while what is read.

Which locks a file takes was observed on a real server and stands in `schema/locks.toml`; how large
the tables are is asked of the database at hand.
"""

import tomllib
from collections.abc import Mapping
from enum import StrEnum
from importlib.resources import files
from typing import Any

import msgspec
from msgspec import Struct

from gotovo.store.postgres.migrations import Migration, pending
from gotovo.store.postgres.statements import load_statements

_sql = load_statements("postgres/migrations.sql")


class WhoWaits(StrEnum):
    """Who waits for a table until the file is done, by the strongest lock that it takes."""

    ALL = "reads and writes"
    WRITES = "writes"
    NOBODY = "nobody"


class TableLock(Struct, frozen=True, forbid_unknown_fields=True):
    """What a file does to a table that was there before it."""

    waits: WhoWaits
    is_read: bool = False
    """Whether all rows are read, so that the time depends on their number."""


class PlannedLock(Struct, frozen=True):
    """A lock, with the size of its table here; `rows` is the planner's estimate."""

    table: str
    waits: WhoWaits
    is_read: bool
    rows: int
    bytes: int


class PlannedFile(Struct, frozen=True):
    """A file that is not applied yet."""

    title: str
    about: str
    locks: tuple[PlannedLock, ...]

    @property
    def held_up(self) -> tuple[str, ...]:
        """Return who waits while the file runs, a phrase for each table."""
        return tuple(
            f"{lock.waits} of {lock.table}" for lock in self.locks if lock.waits != WhoWaits.NOBODY
        )

    @property
    def read(self) -> tuple[PlannedLock, ...]:
        """Return the tables of which every row is read; without any the file takes a moment."""
        return tuple(lock for lock in self.locks if lock.is_read)


def known_locks() -> Mapping[str, Mapping[str, TableLock]]:
    """Return the locks of every file, by its title and the table."""
    text = files("gotovo.store").joinpath("schema", "locks.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), dict[str, dict[str, TableLock]])


async def plan(
    connection: Any,
    known: tuple[Migration, ...] | None = None,
    locks: Mapping[str, Mapping[str, TableLock]] | None = None,
) -> tuple[PlannedFile, ...]:
    """Return what `migrate` would do; nothing is written and nothing is locked.

    Raises SchemaError as `migrate` does.
    """
    missing = await pending(connection, known)
    locks = known_locks() if locks is None else locks
    tables = sorted({table for each in missing for table in locks[each.title]})
    sizes = {row["name"]: row for row in await connection.fetch(_sql["table_sizes"], tables)}
    return tuple(
        PlannedFile(
            each.title,
            each.about,
            tuple(
                PlannedLock(table, lock.waits, lock.is_read, *_size(sizes.get(table)))
                for table, lock in sorted(locks[each.title].items())
            ),
        )
        for each in missing
    )


def _size(row: Any) -> tuple[int, int]:
    """Return rows and bytes of a table; one that an earlier pending file makes is empty."""
    return (0, 0) if row is None else (max(0, row["rows"]), row["bytes"])

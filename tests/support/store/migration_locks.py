"""Observes which locks each migration takes: `just locks` writes them to schema/locks.toml."""

import asyncio
import shutil
import tempfile
from pathlib import Path
from typing import Final

import asyncpg

from gotovo.store.embedded.server import EmbeddedPostgres
from gotovo.store.postgres.migration_plan import TableLock, WhoWaits
from gotovo.store.postgres.migrations import Migration, known_migrations, migrate
from tests.tidy.tree import ROOT

FILE: Final = ROOT / "src/gotovo/store/schema/locks.toml"
HEAD: Final = (
    "# What each migration does to the tables that were there before it, as `just locks` observed\n"
    "# it: who waits until the file is done, and whether all rows of the table are read for it.\n"
)

_WAITS: Final = {
    "AccessExclusiveLock": WhoWaits.ALL,
    "ExclusiveLock": WhoWaits.WRITES,
    "ShareRowExclusiveLock": WhoWaits.WRITES,
    "ShareLock": WhoWaits.WRITES,
}
_STRONGEST: Final = tuple(WhoWaits)
_TABLES: Final = """
select relname from pg_class
 where relnamespace = current_schema()::regnamespace and relkind = 'r'
"""
_LOCKS: Final = """
select c.relname as name, l.mode, coalesce(s.seq_scan, 0) > 0 as is_read
  from pg_locks l
  join pg_class c on c.oid = l.relation
  left join pg_stat_xact_user_tables s on s.relid = c.oid
 where l.pid = pg_backend_pid() and c.relname = any($1::name[]) and l.mode <> 'AccessShareLock'
"""


async def observed(url: str) -> dict[str, dict[str, TableLock]]:
    """Apply every migration to an empty database, and return the locks of each.

    What makes an index concurrently is applied as well, and holds up nobody.
    """
    found: dict[str, dict[str, TableLock]] = {}
    connection: asyncpg.Connection = await asyncpg.connect(url)
    try:
        for count, migration in enumerate(known_migrations(), 1):
            found[migration.title] = await _locks_of(url, migration)
            await migrate(connection, known_migrations()[:count])
    finally:
        await connection.close()
    return found


async def _locks_of(url: str, migration: Migration) -> dict[str, TableLock]:
    """Return what a file locks and reads; a new connection has read nothing before."""
    if migration.is_concurrent:
        return {}
    connection: asyncpg.Connection = await asyncpg.connect(url)
    try:
        before = [row["relname"] for row in await connection.fetch(_TABLES)]
        await connection.execute("begin")
        await connection.execute(migration.sql)
        rows = await connection.fetch(_LOCKS, before)
    finally:
        await connection.close()
    locks: dict[str, TableLock] = {}
    for row in rows:
        waits = _WAITS.get(row["mode"], WhoWaits.NOBODY)
        other = locks.get(row["name"], TableLock(waits))
        strongest = min(waits, other.waits, key=_STRONGEST.index)
        locks[row["name"]] = TableLock(strongest, is_read=row["is_read"] or other.is_read)
    held = {name: x for name, x in locks.items() if x.is_read or x.waits != WhoWaits.NOBODY}
    return dict(sorted(held.items()))


def written(found: dict[str, dict[str, TableLock]]) -> str:
    """Return the text of the file."""
    parts = [HEAD]
    for title, locks in found.items():
        parts.append(f"\n[{title}]\n")
        for table, lock in locks.items():
            read = ", is_read = true" if lock.is_read else ""
            parts.append(f'{table} = {{ waits = "{lock.waits}"{read} }}\n')
    return "".join(parts)


def main() -> None:
    """Observe the locks on an embedded server of its own, and write the file."""
    folder = Path(tempfile.mkdtemp(prefix="gotovo-locks-"))
    folder.chmod(0o711)
    server = EmbeddedPostgres(folder)
    try:
        FILE.write_text(written(asyncio.run(observed(server.start().url))), "utf-8")
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()

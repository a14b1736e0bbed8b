"""What a PostgreSQL server tells of itself: its release, its clock, and since when it is ours."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from msgspec import Struct

from gotovo.store.postgres.statements import load_statements

_sql = load_statements("postgres/facts/server_facts.sql")


class ServerFacts(Struct, frozen=True, kw_only=True):
    """`version_number` is `server_version_num`: 160004 is 16.4.

    `ahead_seconds` is by how much our clock is ahead of the server's, `uncertain_seconds` how wrong
    that may be: half the time that the question took. `installed_at` is None before the first
    migration. `backup_at` is when the last `gotovo backup` was finished, or the server last
    archived its log, as pgBackRest, WAL-G and Barman let it: the later one.
    """

    version_number: int
    shown_version: str
    ahead_seconds: float
    uncertain_seconds: float
    installed_at: datetime | None
    backup_at: datetime | None


async def read_server_facts(connection: Any, clock: Callable[[], datetime]) -> ServerFacts:
    """Ask a server; the schema may be missing or older than the program."""
    before = clock()
    row = await connection.fetchrow(_sql["server_facts"])
    took = (clock() - before) / 2
    schema = await connection.fetchrow(_sql["has_schema"])
    made = await connection.fetchval(_sql["backup_at"]) if schema["has_log"] else None
    installed = schema["is_installed"]
    return ServerFacts(
        version_number=row["version_number"],
        shown_version=row["shown_version"],
        ahead_seconds=(before + took - row["shown_at"]).total_seconds(),
        uncertain_seconds=took.total_seconds(),
        installed_at=await connection.fetchval(_sql["installed_at"]) if installed else None,
        backup_at=max((at for at in (made, row["archived_at"]) if at), default=None),
    )

"""What the role that the program connects as may do beyond what it needs."""

from typing import Any, Final

from msgspec import Struct

from gotovo.store.postgres.statements import load_statements

POWERS: Final = (
    "pg_execute_server_program",
    "pg_read_all_data",
    "pg_read_server_files",
    "pg_signal_backend",
    "pg_write_all_data",
    "pg_write_server_files",
)
"""Roles of PostgreSQL's own whose members reach beyond their schema, or out of the database."""

_sql = load_statements("postgres/facts/role_facts.sql")


class RoleFacts(Struct, frozen=True, kw_only=True):
    """The role of a connection.

    `dangerous` are attributes and memberships with which an injected statement could leave the
    schema; `unneeded` those that the program does without.
    """

    name: str
    is_superuser: bool
    dangerous: tuple[str, ...] = ()
    unneeded: tuple[str, ...] = ()


async def read_role_facts(connection: Any) -> RoleFacts:
    """Ask the server who we are."""
    row = await connection.fetchrow(_sql["role_facts"], list(POWERS))
    return RoleFacts(
        name=row["name"],
        is_superuser=row["is_superuser"],
        dangerous=tuple(row["dangerous"]),
        unneeded=tuple(row["unneeded"]),
    )

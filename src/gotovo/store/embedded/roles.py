"""The two roles of our own server: its administrator, and the program's, which owns its schema.

The administrator is the role that made the cluster, and PostgreSQL lets nobody take its rights. So
the program has a role of its own, and what an earlier version made is handed over to it. Each start
looks, and does what is left to do: killed in between, the next one goes on.
"""

import asyncio
import os
import secrets
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final
from urllib.parse import quote

import asyncpg

from gotovo.store.embedded.paths import ServerPaths
from gotovo.store.postgres.errors import EmbeddedError
from gotovo.store.postgres.statements import load_statements

ADMINISTRATOR: Final = "gotovo"
"""Made the cluster and may do everything in it: databases, backups of its files, settings."""

PROGRAM: Final = "gotovo_program"
"""Owns the program's schema and what is in it, and may do nothing else."""

DATABASE: Final = "postgres"
PORT: Final = 5432  # the name of the socket's file; no port is opened

SECONDS_MAX: Final = 60
"""Some milliseconds where nothing is left to do; each table waits five seconds at most."""

PASSWORD_FILES: Final = {ADMINISTRATOR: "password", PROGRAM: "program-password"}

_sql = load_statements("embedded/roles.sql")


def address_of(place: ServerPaths, role: str) -> str:
    """Return the address for a role; its password is in a file that only its owner can read."""
    file = place.folder / PASSWORD_FILES[role]
    try:
        password = file.read_text().strip()
    except FileNotFoundError as error:
        message = (
            f"{file} is gone, and the database can't be opened without it: put it back from a "
            "backup"
        )
        raise EmbeddedError(message) from error
    host = quote(str(place.socket_folder()), safe="")
    return f"postgresql://{role}:{password}@/{DATABASE}?host={host}&port={PORT}"


def write_password(place: ServerPaths, name: str) -> None:
    """Draw a password and write its file, whole or not at all."""
    fresh = f"{name}.new"
    descriptor = place.open(fresh, os.O_WRONLY | os.O_TRUNC)
    try:
        os.write(descriptor, secrets.token_hex(24).encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    place.folder.joinpath(fresh).rename(place.folder / name)


def prepare_role(place: ServerPaths) -> None:
    """See to it that the program's role is there, may no more than it needs, and owns the schema.

    The server has to respond, and no other program of the folder may do this meanwhile. Raises
    EmbeddedError.
    """
    administrator = address_of(place, ADMINISTRATOR)
    if not place.folder.joinpath(PASSWORD_FILES[PROGRAM]).exists():
        write_password(place, PASSWORD_FILES[PROGRAM])
    program = address_of(place, PROGRAM)
    try:
        with ThreadPoolExecutor(1) as beside:  # the caller may be in an event loop
            beside.submit(asyncio.run, _prepare(administrator, program)).result()
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
        reason = str(error) or type(error).__name__
        message = (
            f"the program's role in the database of {place.folder} can't be prepared: {reason}; "
            "nothing was changed, start again"
        )
        raise EmbeddedError(message) from error


async def _prepare(administrator: str, program: str) -> None:
    async with asyncio.timeout(SECONDS_MAX):
        connection = await asyncpg.connect(administrator)
        try:
            async with connection.transaction():
                await _make(connection, _password(program))
                await _hand_over(connection)
            if not await _may_sign_in(program):
                await _execute(connection, "password_to_set", PROGRAM, _password(program))
        finally:
            await connection.close()


async def _make(connection: Any, password: str) -> None:
    other_rights = await connection.fetchval(_sql["has_other_rights"], PROGRAM)
    if other_rights is None:
        await _execute(connection, "role_to_create", PROGRAM, password)
    elif other_rights:
        await _execute(connection, "role_to_limit", PROGRAM)


async def _hand_over(connection: Any) -> None:
    """Make it the owner of what is another's: all of it, or nothing."""
    left = await connection.fetch(_sql["to_hand_over"], PROGRAM)
    if left:
        await connection.execute(_sql["wait_a_while"])
    for row in left:
        await connection.execute(row["statement"])


async def _may_sign_in(program: str) -> bool:
    """Return whether the server knows the password; a file that was lost is drawn anew."""
    try:
        connection = await asyncpg.connect(program)
    except asyncpg.InvalidAuthorizationSpecificationError:
        return False
    except asyncpg.PostgresError:
        return True  # too many connections, or a stop: nothing that another password would mend
    await connection.close()
    return True


async def _execute(connection: Any, name: str, *values: str) -> None:
    await connection.execute(await connection.fetchval(_sql[name], *values))


def _password(address: str) -> str:
    return address.partition("@")[0].rpartition(":")[2]

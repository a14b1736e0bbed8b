"""The role that programs of the tests connect as: it owns the schemas of their databases alone.

It has the rights that docs/operating/database.md gives to the role of an installation, so that
whatever a test does works with these.
"""

from typing import Final
from urllib.parse import urlsplit, urlunsplit

import asyncpg

NAME: Final = "gotovo_test_program"
PASSWORD: Final = "program"

HAND_OVER: Final = f"alter schema public owner to {NAME}"


async def make_program_role(server_url: str) -> None:
    """Create it, unless another run of tests on the same server has."""
    connection = await asyncpg.connect(server_url)
    try:
        await connection.execute(f"create role {NAME} login password '{PASSWORD}'")
    except (asyncpg.DuplicateObjectError, asyncpg.UniqueViolationError):
        return
    finally:
        await connection.close()


def program_address(url: str) -> str:
    """Return the same address for the program's role."""
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{NAME}:{PASSWORD}@{place}"))

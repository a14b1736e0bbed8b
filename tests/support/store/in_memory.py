"""The servers of the tests live in memory where there is room, and are small.

A test makes a database, confirms a few commands and drops it. On a disk most of that time is spent
waiting for the disk, and to drop a database PostgreSQL looks through its whole cache. Durability
settings stay as they are: what is confirmed survives every death that a test can bring about.
"""

import asyncio
import os
import shutil
import tempfile
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import asyncpg

from gotovo.store.embedded.server import EmbeddedPostgres

MEMORY: Final = Path("/dev/shm")  # noqa: S108
ROOM_BYTES: Final = 4 * 2**30
"""More than the servers of two workers and of the tests of embedded servers take."""

SMALL: Final = (
    "shared_buffers = '64MB'",
    "max_wal_size = '256MB'",
    "min_wal_size = '80MB'",
    "scram_iterations = 1",
)
"""A password of the tests is no secret: to prove it 4,096 times costs more than to connect."""


def in_memory() -> bool:
    """Return whether there is a disk in memory with room on it, where programs may be run."""
    try:
        runs = not os.statvfs(MEMORY).f_flag & os.ST_NOEXEC
        return runs and shutil.disk_usage(MEMORY).free > ROOM_BYTES
    except OSError:
        return False


def folder_for_server(prefix: str) -> Path:
    """Return a new folder that the server's account may pass."""
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=MEMORY if in_memory() else None))
    folder.chmod(0o711)
    return folder


def start_small(server: EmbeddedPostgres) -> str:
    """Start a new server with little memory of its own, and return its administrator's address."""
    asyncio.run(_set_small(server.start().admin_url))
    server.stop()
    return server.start().admin_url


async def _set_small(url: str) -> None:
    account = urlsplit(url)
    connection = await asyncpg.connect(url)
    try:
        for setting in SMALL:
            await connection.execute(f"alter system set {setting}")
        await connection.execute("set scram_iterations = 1")
        await connection.execute(f"alter role {account.username} password '{account.password}'")
    finally:
        await connection.close()

"""A database with every kind of order, and a backup of it, both made once a run and copied."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from gotovo.engine.engine import one_lane
from gotovo.store.backup.backup import back_up
from gotovo.store.journal.journal import PostgresJournal
from gotovo.store.postgres.migrations import migrate
from gotovo.store.postgres.pool import open_connection, open_pool
from gotovo.store.tables.attachments.attachment import (
    AttachmentContent,
    AttachmentKind,
    AttachmentPurpose,
    AttachmentSubject,
)
from gotovo.store.tables.security.entries import PROGRAM
from gotovo.store.tables.security.states import open_log
from tests.conftest import own_database
from tests.support.attachments.samples import attachments_at, photo
from tests.support.store.audited import populate
from tests.support.web.cast import NOW, SECRET


@pytest.fixture(scope="session")
def every_order(server_url: str) -> Iterator[str]:
    """Give the address of a database with every sample order, to copy from."""
    for url in own_database(server_url, "template0"):
        asyncio.run(_populate(url))
        yield url


@pytest.fixture(scope="session")
def backup_of_every_order(every_order: str, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Give a backup of it."""
    folder = tmp_path_factory.mktemp("backup")
    file, _ = asyncio.run(back_up(every_order, folder, SECRET, PROGRAM, lambda _what, _share: None))
    return file.read_bytes()


@pytest.fixture
def populated(server_url: str, every_order: str) -> Iterator[str]:
    """Give a copy of the database with every sample order."""
    yield from own_database(server_url, urlsplit(every_order).path[1:])


@pytest.fixture
def saved(backup_of_every_order: bytes, tmp_path: Path) -> Path:
    """Give a copy of the backup."""
    file = tmp_path / "gotovo-20261128T000000Z.backup.zip"
    file.write_bytes(backup_of_every_order)
    file.chmod(0o600)
    return file


async def _populate(url: str) -> None:
    connection = await open_connection(url)
    await migrate(connection)
    async with connection.transaction():
        await open_log(connection, NOW)
    await connection.close()
    await populate(url, PostgresJournal, one_lane)
    pool = await open_pool(url)
    attachments = attachments_at(pool, lambda: NOW)
    picture = await attachments.prepare(photo())
    assert isinstance(picture, AttachmentContent)
    box = AttachmentSubject(kind=AttachmentKind.BOX, name="BOX-7", point="KZN-1")
    await attachments.put(box, AttachmentPurpose.CONDITION, picture, "point:k")
    await pool.close()

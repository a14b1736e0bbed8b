"""An unreachable database is distinguished from a defect of ours, however it is unreachable."""

import asyncpg
import pytest

from gotovo.engine.ports import JournalUnreachable
from gotovo.store.postgres.pool import connect
from gotovo.store.postgres.unreachable import DATABASE_UNREACHABLE, SERVER_AWAY, is_disk_full

WITHOUT_A_SERVER = {
    "no port listens": "postgres://gotovo@127.0.0.1:1/gotovo",
    "there is no socket": "postgres:///gotovo?host=/nowhere&user=gotovo",
    "nobody knows the host": "postgres://gotovo@host.invalid/gotovo",
}


@pytest.mark.parametrize("url", WITHOUT_A_SERVER.values(), ids=WITHOUT_A_SERVER)
async def test_a_server_that_cannot_be_connected_to_is_away(url: str) -> None:
    with pytest.raises(SERVER_AWAY):
        await connect(url)


def test_a_file_that_is_missing_is_a_fault_of_ours() -> None:
    """A template that was not found was once taken for a database that was away."""
    assert not issubclass(FileNotFoundError, DATABASE_UNREACHABLE)


def test_a_full_disk_is_known_by_the_error_behind_another() -> None:
    away = JournalUnreachable("not tried yet")
    assert not is_disk_full(away)
    assert not is_disk_full(None)
    away.__cause__ = JournalUnreachable("no room")
    away.__cause__.__cause__ = asyncpg.DiskFullError("could not extend file")
    assert is_disk_full(away)

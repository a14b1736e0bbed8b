"""What a server tells of itself, with and without our schema."""

from datetime import UTC, datetime, timedelta

import asyncpg

from gotovo.store.postgres.facts.server_facts import ServerFacts, read_server_facts
from gotovo.store.postgres.pool import open_connection

AFTER = datetime(2026, 11, 21, 3, tzinfo=UTC)


async def facts(url: str, ahead: timedelta = timedelta()) -> ServerFacts:
    """Ask the server, with a clock of ours that may be wrong."""
    connection = await open_connection(url)
    try:
        return await read_server_facts(connection, lambda: datetime.now(UTC) + ahead)
    finally:
        await connection.close()


async def test_a_new_database_tells_its_release_and_no_installation(
    empty_database_url: str,
) -> None:
    told = await facts(empty_database_url)
    assert told.version_number >= 150_000
    assert told.shown_version.startswith(str(told.version_number // 10_000))
    assert told.installed_at is None
    assert told.backup_at is None


async def test_an_installation_is_as_old_as_its_first_migration(database_url: str) -> None:
    told = await facts(database_url)
    assert told.installed_at is not None
    assert told.installed_at < datetime.now(UTC)


async def test_a_clock_that_is_wrong_is_seen_by_how_much(database_url: str) -> None:
    for ahead in (-3600, 0, 3600):
        told = await facts(database_url, timedelta(seconds=ahead))
        assert abs(told.ahead_seconds - ahead) <= told.uncertain_seconds + 0.1


async def test_the_last_backup_is_that_of_the_security_log(
    database_url: str, pool: "asyncpg.Pool"
) -> None:
    assert (await facts(database_url)).backup_at is None
    made = datetime(2026, 11, 20, 3, tzinfo=UTC)
    for number, (at, kind) in enumerate(
        ((made - timedelta(days=1), "backup.made"), (made, "backup.made"), (AFTER, "log.read"))
    ):
        await pool.execute(
            "insert into security_log"
            " (seq, at, kind, actor, subject, network, outcome, details, hash)"
            " values ($1, $2, $3, 'cli:anna', '', '', '', '{}', sha256('hash'))",
            1_000 + number,
            at,
            kind,
        )
    assert (await facts(database_url)).backup_at == made

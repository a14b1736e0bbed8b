"""`gotovo migrate`: bring the schema up to the program's."""

import asyncio

import asyncpg

from gotovo.cli.context import database, report, settings, show
from gotovo.store.postgres.migrations import Migration, known_migrations
from gotovo.store.postgres.migrations import migrate as apply_missing


def migrate(*, json: bool) -> None:
    """Apply what is missing and say what that was."""
    with database(settings()) as url:
        applied = asyncio.run(_apply(url))
    newest = known_migrations()[-1].number
    if json:
        report({"applied": [f"{m.number:04}_{m.name}" for m in applied], "schema": newest})
        return
    for migration in applied:
        show(f"{migration.number:04} {migration.name}")
    show(f"The schema is at {newest}." if applied else f"Nothing to do: the schema is at {newest}.")


async def _apply(url: str) -> tuple[Migration, ...]:
    connection = await asyncpg.connect(url)
    try:
        return await apply_missing(connection)
    finally:
        await connection.close()

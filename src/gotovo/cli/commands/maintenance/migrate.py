"""`gotovo migrate`: apply the schema migrations that are missing."""

import asyncio
from datetime import UTC, datetime

import typer

from gotovo.cli.context import database, print_json, print_line, settings
from gotovo.cli.options import JsonOption
from gotovo.store.postgres.migrations import Migration, known_migrations
from gotovo.store.postgres.migrations import migrate as apply_missing
from gotovo.store.postgres.pool import open_connection
from gotovo.store.tables.security.states import open_log

app = typer.Typer(add_completion=False)


@app.command()
def migrate(json: JsonOption = False) -> None:
    """Update the database schema to this version of Gotovo; nothing happens if it is current."""
    with database(settings()) as url:
        applied = asyncio.run(_apply(url))
    newest = known_migrations()[-1].number
    if json:
        print_json({"applied": [f"{m.number:04}_{m.name}" for m in applied], "schema": newest})
        return
    for migration in applied:
        print_line(f"{migration.number:04} {migration.name}")
    print_line(
        f"The schema is at version {newest}."
        if applied
        else f"Nothing to do: the schema is at version {newest}."
    )


async def _apply(url: str) -> tuple[Migration, ...]:
    connection = await open_connection(url)
    try:
        applied = await apply_missing(connection)
        await open_log(connection, datetime.now(UTC))
        return applied
    finally:
        await connection.close()

"""`gotovo migrate`: apply the schema migrations that are missing."""

import asyncio
from datetime import UTC, datetime
from typing import Annotated

import typer

from gotovo.cli.context import database, print_json, print_line, print_status, settings
from gotovo.cli.options import JsonOption
from gotovo.store.postgres.migration_plan import PlannedFile, PlannedLock, plan
from gotovo.store.postgres.migrations import Migration, known_migrations
from gotovo.store.postgres.migrations import migrate as apply_missing
from gotovo.store.postgres.pool import open_connection
from gotovo.store.tables.security.states import open_log

app = typer.Typer(add_completion=False)

DryRunOption = Annotated[
    bool, typer.Option("--dry-run", help="Say what would be done and who waits; change nothing.")
]


@app.command()
def migrate(dry_run: DryRunOption = False, json: JsonOption = False) -> None:
    """Update the database schema to this version of Gotovo; nothing happens if it is current."""
    with database(settings()) as url:
        if dry_run:
            _report_plan(asyncio.run(_plan(url)), json)
            return
        applied = asyncio.run(_apply(url))
    newest = known_migrations()[-1].number
    if json:
        print_json({"applied": [migration.title for migration in applied], "schema": newest})
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
        applied = await apply_missing(connection, on_wait=print_status)
        await open_log(connection, datetime.now(UTC))
        return applied
    finally:
        await connection.close()


async def _plan(url: str) -> tuple[PlannedFile, ...]:
    connection = await open_connection(url)
    try:
        return await plan(connection)
    finally:
        await connection.close()


def _report_plan(planned: tuple[PlannedFile, ...], json: bool) -> None:
    newest = known_migrations()[-1].number
    if json:
        print_json({"planned": planned, "schema": newest})
        return
    for file in planned:
        print_line(f"{file.title}: {file.about}")
        print_line(f"    {_effect(file)}")
    print_line(
        f"{len(planned)} files would be applied; the schema would be at version {newest}."
        if planned
        else f"Nothing to do: the schema is at version {newest}."
    )


def _effect(file: PlannedFile) -> str:
    """Return the sentence about who waits, and for how long."""
    waits = f"{', '.join(file.held_up)} wait" if file.held_up else "Nobody waits"
    sentence = f"{waits[0].upper()}{waits[1:]}"
    if file.read:
        return f"{sentence} while {', '.join(map(_reading, file.read))} is read."
    return f"{sentence} for a moment." if file.held_up else f"{sentence}."


def _reading(lock: PlannedLock) -> str:
    return f"all of {lock.table} ({lock.rows:,} rows, {lock.bytes / 2**20:,.1f} MB)"

"""`gotovo doctor`: what is wrong with this installation, and how to fix it."""

import asyncio
import os
import shutil
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import typer
from msgspec import Struct

from gotovo.cli.context import database, print_json, print_line
from gotovo.cli.exit_status import PROBLEM
from gotovo.cli.options import JsonOption
from gotovo.config import SettingError, Settings, load_settings
from gotovo.store.postgres.errors import StoreError
from gotovo.store.postgres.migrations import pending
from gotovo.store.postgres.pool import open_connection, refuse_unsafe

FREE_BYTES_MIN = 1 << 30
"""Below this a busy day may fill the disk: a million events take about half of it."""

SERVER_VERSION_MIN = 150_000


app = typer.Typer(add_completion=False)


class Complaint(Struct, frozen=True, rename={"problem": "what", "fix": "mend"}):
    """A problem, and how to fix it."""

    problem: str
    fix: str


@app.command()
def doctor(json: JsonOption = False) -> None:
    """Check the settings, the secret, the disk and the database, and report how to fix problems.

    Exit status 1 when there is a problem.
    """
    complaints = list(_complaints())
    if json:
        print_json({"complaints": complaints, "healthy": not complaints})
    else:
        for complaint in complaints:
            print_line(f"{complaint.problem}\n    {complaint.fix}")
        if not complaints:
            print_line("No problems found.")
    sys.exit(PROBLEM if complaints else 0)


def _complaints() -> Iterator[Complaint]:
    try:
        settings = load_settings(os.environ)
    except SettingError as error:
        yield Complaint(str(error), "docs/reference/settings.md lists all settings")
        return
    yield from _of_files(settings)
    if settings.unsafe:
        yield Complaint("GOTOVO_UNSAFE is set", "unset it: the database may lose confirmed orders")
    try:
        with database(settings) as url:
            yield from asyncio.run(_of_database(url))
    except (StoreError, OSError, asyncpg.PostgresError) as error:
        yield Complaint(str(error), "check GOTOVO_DATABASE_URL or GOTOVO_DATA_DIR")


def _of_files(settings: Settings) -> Iterator[Complaint]:
    folder = settings.data_dir
    existing = next(p for p in (folder, *folder.parents) if p.exists())
    free = shutil.disk_usage(existing).free
    if free < FREE_BYTES_MIN:
        yield Complaint(f"{existing} has only {free >> 20} MiB free", "free at least 1 GiB")
    yield from _of_secret(settings.secret_file)


def _of_secret(file: Path) -> Iterator[Complaint]:
    if not file.exists():
        return
    if stat.S_IMODE(file.stat().st_mode) & 0o077:
        yield Complaint(f"{file} can be read by others", f"run chmod 600 {file}")


async def _of_database(url: str) -> list[Complaint]:
    connection = await open_connection(url)
    try:
        version = connection.get_server_version()
        found: list[Complaint] = []
        if version.major * 10_000 < SERVER_VERSION_MIN:
            found.append(Complaint(f"PostgreSQL is {version.major}", "Gotovo needs 15 or newer"))
        found += [
            Complaint(f"{name} is off", f"alter system set {name} = on; select pg_reload_conf();")
            for name in await refuse_unsafe(connection, unsafe=True)
        ]
        missing = await pending(connection)
        if missing:
            found.append(Complaint(f"{len(missing)} migrations are missing", "run gotovo migrate"))
        return found
    finally:
        await connection.close()

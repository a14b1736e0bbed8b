"""`gotovo doctor`: what is wrong with this installation, and how to fix it."""

import asyncio
import os
import shutil
import sys
from collections.abc import Iterator

import asyncpg
import typer

from gotovo.assembly.runtime import utc_now
from gotovo.assembly.setup_checks import Complaint, SetupFacts, is_healthy, setup_complaints
from gotovo.assembly.setup_facts import file_facts, with_server
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


@app.command()
def doctor(json: JsonOption = False) -> None:
    """Check the settings, the secret, the disk and the database, and report how to fix problems.

    Exit status 1 when there is a problem; what is only advised leaves it at 0.
    """
    complaints = list(_complaints())
    if json:
        print_json({"complaints": complaints, "healthy": is_healthy(complaints)})
    else:
        for complaint in complaints:
            print_line(f"{complaint.problem}\n    {complaint.fix}")
        if not complaints:
            print_line("No problems found.")
    sys.exit(0 if is_healthy(complaints) else PROBLEM)


def _complaints() -> Iterator[Complaint]:
    try:
        settings = load_settings(os.environ)
    except SettingError as error:
        yield Complaint(str(error), "docs/reference/settings.md lists all settings")
        return
    yield from _of_disk(settings)
    if settings.unsafe:
        yield Complaint("GOTOVO_UNSAFE is set", "unset it: the database may lose confirmed orders")
    facts = file_facts(settings, os.environ)
    try:
        with database(settings) as url:
            found, facts = asyncio.run(_of_database(url, facts))
            yield from found
    except (StoreError, OSError, asyncpg.PostgresError) as error:
        yield Complaint(str(error), "check GOTOVO_DATABASE_URL or GOTOVO_DATA_DIR")
    yield from setup_complaints(settings, facts, utc_now())


def _of_disk(settings: Settings) -> Iterator[Complaint]:
    folder = settings.data_dir
    existing = next(p for p in (folder, *folder.parents) if p.exists())
    free = shutil.disk_usage(existing).free
    if free < FREE_BYTES_MIN:
        yield Complaint(f"{existing} has only {free >> 20} MiB free", "free at least 1 GiB")


async def _of_database(url: str, facts: SetupFacts) -> tuple[list[Complaint], SetupFacts]:
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
        return found, await with_server(facts, connection)
    finally:
        await connection.close()

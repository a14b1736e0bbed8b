"""Facts about a set-up: modes of files with secrets, the database's server, and the clock."""

import asyncio
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from msgspec import structs

from gotovo.assembly.machine_clock import MachineClock, utc_now
from gotovo.assembly.setup_checks import Complaint, SetupFacts, setup_complaints
from gotovo.config import Settings
from gotovo.keyring.sources import is_credential
from gotovo.settings_sources import settings_file
from gotovo.store.postgres.errors import StoreError
from gotovo.store.postgres.facts.role_facts import read_role_facts
from gotovo.store.postgres.facts.server_facts import read_server_facts
from gotovo.store.postgres.pool import open_connection
from gotovo.store.postgres.unreachable import DATABASE_UNREACHABLE
from gotovo.web.site.rendering.bundle import why_missing

DATABASE_SECONDS: Final = 5.0
"""A start waits no longer for what it only warns of."""

_FOR_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
_WRITABLE: Final = stat.S_IWGRP | stat.S_IWOTH


def file_facts(settings: Settings, environment: Mapping[str, str]) -> SetupFacts:
    """Return what the modes of files tell, and the kernel about the clock."""
    files = [
        file
        for file in _secret_files(settings, environment)
        if file.is_file() and not is_credential(file)
    ]
    folders = dict.fromkeys(file.parent for file in files)
    return SetupFacts(
        readable=[file for file in files if file.stat().st_mode & _FOR_OTHERS],
        replaceable=[folder for folder in folders if _is_replaceable(folder)],
        clock_is_kept=MachineClock().is_synchronized(),
        staff_pages_missing=why_missing(),
    )


async def with_server(facts: SetupFacts, connection: Any) -> SetupFacts:
    """Add what the database's server tells."""
    return structs.replace(
        facts,
        server=await read_server_facts(connection, utc_now),
        role=await read_role_facts(connection),
    )


def start_complaints(
    settings: Settings, environment: Mapping[str, str], url: str
) -> tuple[Complaint, ...]:
    """Return what a start warns of; a database that can't be reached is not its affair."""
    facts = file_facts(settings, environment)

    async def ask() -> SetupFacts:
        async with asyncio.timeout(DATABASE_SECONDS):
            connection = await open_connection(url)
            try:
                return await with_server(facts, connection)
            finally:
                await connection.close()

    try:
        facts = asyncio.run(ask())
    except (StoreError, TimeoutError, *DATABASE_UNREACHABLE):
        pass
    return tuple(setup_complaints(settings, facts, utc_now()))


def _secret_files(settings: Settings, environment: Mapping[str, str]) -> Iterator[Path]:
    """Return every file that a setting names, and the settings' own when a password is in it."""
    for name in settings.__struct_fields__:
        value = getattr(settings, name)
        if name.endswith("_file") and value:
            yield Path(value)
    file = settings_file(environment)
    if file is not None and "@" in settings.database_url:
        yield file


def _is_replaceable(folder: Path) -> bool:
    mode = folder.stat().st_mode
    return bool(mode & _WRITABLE) and not mode & stat.S_ISVTX

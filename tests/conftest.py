"""The real database for every test that asks for it: one server a test run, one database a test."""

import asyncio
import os
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from gotovo.assembly.logs import configure_structlog
from gotovo.store.embedded.process import running_server, terminate
from gotovo.store.embedded.server import EmbeddedPostgres
from gotovo.store.postgres.migrations import migrate
from gotovo.store.postgres.pool import open_pool
from tests.support.browser.site import NO_BROWSER
from tests.support.canaries import canaries_below, canaries_in
from tests.support.long_files import FilesTogether, place_in_run
from tests.support.store.in_memory import MEMORY, folder_for_server, in_memory, start_small
from tests.support.store.program_role import HAND_OVER, make_program_role, program_address
from tests.support.store.shared_database import SharedDatabase

FOLDERS = "gotovo-test-"
COPY = "strategy file_copy" if in_memory() else ""
"""Quicker by the half, but a file that is copied has to be on the disk at once."""


def pytest_configure() -> None:
    """Log as the program does, and let Ctrl-C end the programs that tests start.

    A shell lets a background command ignore SIGINT, and every child would inherit that.
    """
    configure_structlog("debug", "json")
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest, and skip long forms unless they are asked for."""
    items.sort(key=lambda item: place_in_run(item.path))
    if os.environ.get("GOTOVO_TEST_FULL") != "1":
        for item in items:
            if item.get_closest_marker("full"):
                item.add_marker(pytest.mark.skip(reason="the long form: ./test --full"))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> FilesTogether | None:
    """Share the files out among the workers as tests/support/long_files.py says."""
    return FilesTogether(config, log) if config.getoption("dist") == "loadfile" else None


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Fail a test at whose end a line of the program's log holds a canary."""
    outcome: Any = yield
    report: pytest.TestReport = outcome.get_result()
    if report.when == "teardown" and report.passed:
        logged = [text for _, key, text in item._report_sections if key in {"stderr", "log"}]
        found = canaries_in("\n".join(logged))
        if found:
            report.outcome = "failed"
            report.longrepr = "\n".join(["personal data in the log:", *found])


@pytest.fixture(scope="session", autouse=True)
def logs_without_canaries(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Look through every log that programs of this run have left in the tests' folders."""
    yield
    assert canaries_below(tmp_path_factory.getbasetemp()) == []


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Report the tests that need a browser in one line where there is none."""
    skipped = terminalreporter.stats.get("skipped", [])
    browserless = [report for report in skipped if NO_BROWSER in str(report.longrepr)]
    if browserless:
        terminalreporter.stats["skipped"] = [x for x in skipped if x not in browserless]
        terminalreporter.write_line(f"{len(browserless)} browser tests skipped: {NO_BROWSER}")


@pytest.fixture(scope="session")
def server_url() -> Iterator[str]:
    """Give the administrator's address of a PostgreSQL: GOTOVO_TEST_DATABASE_URL, or our own."""
    given = os.environ.get("GOTOVO_TEST_DATABASE_URL")
    if given:
        asyncio.run(make_program_role(given))
        yield given
        return
    _sweep_killed_runs()
    folder = folder_for_server(f"{FOLDERS}{os.getpid()}-")
    server = EmbeddedPostgres(folder)
    try:
        url = start_small(server)
        asyncio.run(make_program_role(url))
        yield url
    finally:
        server.stop()
        found = canaries_below(folder)
        shutil.rmtree(folder, ignore_errors=True)
    assert found == []


@pytest.fixture(scope="session")
def template(server_url: str) -> Iterator[str]:
    """Make the migrated database that every test's own is copied from."""
    name = f"gotovo_template_{uuid4().hex[:8]}"
    asyncio.run(_make_template(server_url, name))
    yield name
    asyncio.run(_statement(server_url, f'drop database if exists "{name}" with (force)'))


@pytest.fixture
def empty_database_url(server_url: str) -> Iterator[str]:
    """Give a fresh database without any table that is gone after the test."""
    yield from own_database(server_url, "template0")


@pytest.fixture(scope="session")
def shared_database(server_url: str, template: str) -> Iterator[SharedDatabase]:
    """Give what lends the database of a test."""
    shared = SharedDatabase(server_url, template, COPY)
    yield shared
    shared.close()


@pytest.fixture
def database_url(shared_database: SharedDatabase) -> str:
    """Give a migrated database in which nothing was done yet."""
    return shared_database.lend()


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator["asyncpg.Pool"]:
    """Give connections to the test's own database."""
    pool = await open_pool(database_url)
    yield pool
    await pool.close()


def own_database(server_url: str, template: str) -> Iterator[str]:
    """Make a database from a template, give its address for the program's role, and drop it."""
    name = f"test_{uuid4().hex}"
    asyncio.run(_statement(server_url, f'create database "{name}" template "{template}" {COPY}'))
    if template == "template0":
        asyncio.run(_statement(database_of(server_url, name), HAND_OVER))
    yield program_address(database_of(server_url, name))
    asyncio.run(_statement(server_url, f'drop database if exists "{name}" with (force)'))


def database_of(url: str, name: str) -> str:
    """Return the address of another database on the same server."""
    head, _, query = url.partition("?")
    return f"{head.rpartition('/')[0]}/{name}{'?' + query if query else ''}"


def _sweep_killed_runs() -> None:
    """Stop the servers of test runs that were killed and could not do it themselves."""
    places = (Path(tempfile.gettempdir()), MEMORY)
    for folder in (found for place in places for found in place.glob(f"{FOLDERS}*-*")):
        pid = folder.name.removeprefix(FOLDERS).partition("-")[0]
        if not pid.isdigit() or Path(f"/proc/{pid}").exists() or not folder.is_dir():
            continue
        if folder.stat().st_uid != os.geteuid():
            continue
        cluster = folder / "postgresql" / "data"
        note = running_server(cluster)
        if note:
            terminate(cluster, note.pid)
        shutil.rmtree(folder, ignore_errors=True)


async def _make_template(server_url: str, name: str) -> None:
    await _statement(server_url, f'create database "{name}" template template0')
    await _statement(database_of(server_url, name), HAND_OVER)
    connection = await asyncpg.connect(program_address(database_of(server_url, name)))
    try:
        await migrate(connection)
    finally:
        await connection.close()


async def _statement(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()

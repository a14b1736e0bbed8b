"""Backups of your own PostgreSQL with its own tools, by the lines that the documentation has.

The tools come with the operating system, and may be missing: then the test says which, and is
skipped.
"""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from gotovo.store.embedded.binaries import installed_binaries
from tests.conftest import own_database
from tests.support.cli.program import Program

DOCS = Path(__file__).parents[2] / "docs" / "operating"
PAGES = "".join((DOCS / name).read_text("utf-8") for name in ("backup.md", "restore.md"))


def line_of(start: str) -> str:
    """Return the line of the documentation that begins so, as it is typed."""
    (line,) = re.findall(rf"^\$ ({re.escape(start)}.*)$", PAGES, re.MULTILINE)
    return line


def typed(line: str, folder: Path, **environment: str) -> None:
    """Run a line as a person does."""
    done = subprocess.run(
        ["bash", "-c", line],
        env=os.environ | environment,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"


@pytest.fixture
def other_url(server_url: str) -> Iterator[str]:
    """Give a second database without tables."""
    yield from own_database(server_url, "template0")


def path_with_tools() -> str:
    """Return the PATH with the tools of the server that the tests use, which are as new as it."""
    tools = installed_binaries() / "bin"
    if not (tools / "pg_dump").exists() and shutil.which("pg_dump") is None:
        pytest.skip("pg_dump is missing: install postgresql-client")
    return f"{tools}{os.pathsep}{os.environ['PATH']}"


def program_on(folder: Path, url: str) -> Program:
    """Give an installation with a secret."""
    (folder / "secret").write_text("5f" * 32)
    (folder / "secret").chmod(0o600)
    return Program(folder, url)


def add_key(program: Program, name: str) -> None:
    """Commit something that can be seen."""
    made = program.run("key", "create", "--role", "admin", "--name", name)
    assert made.returncode == 0, made.stderr


def finish(program: Program) -> str:
    """End the restore, and return the names of the keys."""
    told = program.run("restore", "--finish")
    assert told.returncode == 0, told.stderr
    assert "The feed goes on as epoch 2." in told.stderr
    assert "no differences." in told.stdout
    return program.run("key", "list").stdout


def test_pg_dump_and_pg_restore_are_finished_by_gotovo(
    tmp_path: Path, database_url: str, other_url: str
) -> None:
    path = path_with_tools()
    first, second = program_on(tmp_path, database_url), program_on(tmp_path, other_url)
    add_key(first, "Tills")
    typed(line_of("pg_dump"), tmp_path, PATH=path, GOTOVO_DATABASE_URL=database_url)
    typed(line_of("pg_restore"), tmp_path, PATH=path, GOTOVO_DATABASE_URL=other_url)
    assert "Tills" in finish(second)


class OwnServer:
    """A PostgreSQL of the operating system, configured as the documentation says."""

    def __init__(self, folder: Path, binaries: Path) -> None:
        """Choose its place; nothing runs before `start`."""
        self.folder = folder
        self.binaries = binaries
        self.data = folder / "main"
        self.account = "postgres" if os.geteuid() == 0 else ""
        self.url = f"postgresql://postgres@/gotovo?host={folder}&port=5432"

    def create(self) -> None:
        """Create its cluster, with what the documentation has for both configuration files."""
        if self.account:
            shutil.chown(self.folder, self.account)
        self.run(f"{self.binaries}/initdb -D {self.data} -U postgres -A trust")
        archive, repository = re.findall(
            r"```\n(archive_mode.*?|\[global\].*?)```", PAGES, re.DOTALL
        )[::-1]
        with (self.data / "postgresql.conf").open("a") as file:
            file.write(f"{archive}listen_addresses = ''\n")
            file.write(f"unix_socket_directories = '{self.folder}'\n")
        changed = re.sub(r"repo1-path=.*", f"repo1-path={self.folder}/repository", repository)
        changed = re.sub(r"pg1-path=.*", f"pg1-path={self.data}", changed)
        (self.folder / "pgbackrest.conf").write_text(f"{changed}pg1-socket-path={self.folder}\n")

    def start(self) -> None:
        """Start it, and wait until it has recovered."""
        self.run(f"{self.binaries}/pg_ctl -D {self.data} -w -l {self.folder}/log start")
        wait = "do $$ begin while pg_is_in_recovery() loop perform pg_sleep(0.1); end loop; end $$"
        self.psql("postgres", wait)

    def stop(self) -> None:
        """Stop it; what was committed is archived first."""
        self.run(f"{self.binaries}/pg_ctl -D {self.data} -w -m fast stop")

    def psql(self, database: str, statement: str) -> str:
        """Run a statement and return what it gives."""
        words = f"-h {self.folder} -U postgres -d {database} -Atqc"
        return self.run(f'{self.binaries}/psql {words} "{statement.replace("$", chr(92) + "$")}"')

    def run(self, line: str) -> str:
        """Run a line as the server's account."""
        done = subprocess.run(
            ["bash", "-c", line],
            env=os.environ
            | {
                "PGBACKREST_CONFIG": str(self.folder / "pgbackrest.conf"),
                "PGBACKREST_LOCK_PATH": str(self.folder),
                "PGBACKREST_LOG_PATH": str(self.folder),
            },
            cwd=self.folder,
            user=self.account or None,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
        return done.stdout.strip()


@pytest.fixture
def own_server() -> Iterator[OwnServer]:
    """Give a server of the operating system, where it has one and pgBackRest."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    if shutil.which("pgbackrest") is None or not found:
        pytest.skip("pgBackRest or a PostgreSQL server is missing: install pgbackrest, postgresql")
    folder = Path(tempfile.mkdtemp(prefix="gotovo-own-"))
    server = OwnServer(folder, found[-1].parent)
    yield server
    subprocess.run(
        [server.binaries / "pg_ctl", "-D", server.data, "-m", "immediate", "stop"],
        user=server.account or None,
        cwd="/",
        capture_output=True,
        check=False,
    )
    shutil.rmtree(folder, ignore_errors=True)


def test_pgbackrest_goes_back_to_an_instant_and_gotovo_finishes(
    own_server: OwnServer, tmp_path: Path
) -> None:
    own_server.create()
    own_server.start()
    own_server.psql("postgres", "create database gotovo encoding 'UTF8' template template0")
    program = program_on(tmp_path, own_server.url)
    assert program.run("migrate").returncode == 0
    for command in ("stanza-create", "check", "backup"):
        own_server.run(line_of(f"pgbackrest --stanza=gotovo {command}"))
    own_server.psql(
        "gotovo", "select pg_sleep(1)"
    )  # pgBackRest knows when a backup ended in seconds
    add_key(program, "Before")
    instant = own_server.psql("gotovo", "select clock_timestamp()")
    add_key(program, "After")
    own_server.stop()
    line = line_of("pgbackrest --stanza=gotovo --delta")
    own_server.run(re.sub(r'--target="[^"]*"', f'--target="{instant}"', line))
    own_server.start()
    keys = finish(program)
    assert "Before" in keys
    assert "After" not in keys

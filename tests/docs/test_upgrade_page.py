"""The page about upgrades is typed line by line, on a database of the previous release."""

import asyncio
import os
import re
import subprocess
from pathlib import Path

import asyncpg

from gotovo.store.postgres.migrations import RUNS_FROM, known_migrations, migrate
from tests.support.cli.keys import keys_of
from tests.support.cli.program import GOTOVO
from tests.tidy.tree import text

PAGE = text(Path("docs/operating/upgrade.md"))
BLOCKS = re.findall(r"^```console\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
LINES = [line for block in BLOCKS for line in block.splitlines()]
COMMANDS = [line[2:] for line in LINES if line.startswith("$ ")]
INSTALLED = re.compile(r"/opt/gotovo-[\d.]+/\.venv/bin/")


def test_every_line_of_a_console_is_typed_as_root_or_by_the_test() -> None:
    assert [line for line in LINES if not line.startswith(("$ ", "# "))] == []
    assert len(COMMANDS) >= 8


async def test_the_page_leads_from_one_release_to_the_next(
    tmp_path: Path, empty_database_url: str
) -> None:
    connection: asyncpg.Connection = await asyncpg.connect(empty_database_url)
    await migrate(connection, known_migrations()[:RUNS_FROM])
    keys_of(tmp_path / "data")
    environment = {name: x for name, x in os.environ.items() if not name.startswith("GOTOVO_")} | {
        "GOTOVO_DATABASE_URL": empty_database_url,
        "GOTOVO_DATA_DIR": str(tmp_path / "data"),
        "PATH": f"{GOTOVO.parent}:{os.environ['PATH']}",
    }
    said: list[str] = []
    for command in COMMANDS:
        here = INSTALLED.sub(f"{GOTOVO.parent}/", command)
        done = await asyncio.to_thread(
            subprocess.run,
            ["bash", "-c", here],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        is_doctor = command.startswith("gotovo doctor")
        assert done.returncode in ({0, 1} if is_doctor else {0}), (command, done.stderr)
        said.append(done.stdout)
    assert "no differences" in said[-1]
    newest = await connection.fetchval("select max(number) from schema_migration")
    assert newest == known_migrations()[-1].number
    await connection.close()

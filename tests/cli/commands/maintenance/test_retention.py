"""`gotovo retention` as a person types it."""

import json
from pathlib import Path

import asyncpg
import pytest

from gotovo.store.retention.rules import RULES
from tests.support.cli.program import Program


@pytest.fixture
def program(tmp_path: Path, database_url: str) -> Program:
    """Give an installation on a database of its own; its server is not started."""
    return Program(tmp_path, database_url, GOTOVO_WORDS_DAYS="90")


async def test_what_is_due_is_counted_removed_and_told(program: Program, database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    assert json.loads(program.run("retention", "run", "--json").stdout)["removed"]["sessions"] == 0
    await connection.execute(
        "insert into session (token, customer, shown_as, began_at, expires_at)"
        " values ('a', 'b', 'c', '2020-01-01 00:00+00', '2020-02-01 00:00+00'),"
        " ('d', 'b', 'c', '2020-01-01 00:00+00', '9999-02-01 00:00+00')"
    )
    counted = json.loads(program.run("retention", "run", "--dry-run", "--json").stdout)
    assert (counted["dry_run"], counted["removed"]["sessions"]) == (True, 1)
    assert await connection.fetchval("select count(*) from session") == 2
    told = program.run("retention", "run")
    assert told.returncode == 0, told.stderr
    assert told.stdout.splitlines()[-1] == "1 removed."
    assert await connection.fetchval("select count(*) from session") == 1
    status = json.loads(program.run("retention", "status", "--json").stdout)
    assert [each["rule"] for each in status] == [rule.name for rule in RULES]
    by_rule = {each["rule"]: each for each in status}
    assert by_rule["sessions"]["removed"] == 1
    assert by_rule["claim-photos"]["days"] == 90
    assert by_rule["contacts"]["round_ended_at"] is not None
    assert "sessions" in program.run("retention", "status").stdout
    await connection.close()

"""`gotovo migrate` says beforehand what it will do, and then does it."""

import json
from pathlib import Path

from gotovo.store.postgres.migrations import known_migrations
from tests.support.cli.program import Program

NEWEST = known_migrations()[-1].number
COUNT = len(known_migrations())


def test_a_dry_run_changes_nothing_and_says_who_waits(
    tmp_path: Path, empty_database_url: str
) -> None:
    program = Program(tmp_path, empty_database_url)
    for _ in range(2):
        planned = json.loads(program.run("migrate", "--dry-run", "--json").stdout)
        assert len(planned["planned"]) == COUNT
    said = program.run("migrate", "--dry-run").stdout
    assert "0035_orders_of_warehouses: The lists of a warehouse's key" in said
    assert "    Writes of orders wait while all of orders (0 rows, 0.0 MB) is read.\n" in said
    assert "    Reads and writes of api_key wait for a moment.\n" in said
    assert "    Nobody waits.\n" in said
    assert f"{COUNT} files would be applied; the schema would be at version {NEWEST}." in said
    applied = json.loads(program.run("migrate", "--json").stdout)
    assert len(applied["applied"]) == COUNT
    assert program.run("migrate", "--dry-run").stdout == (
        f"Nothing to do: the schema is at version {NEWEST}.\n"
    )

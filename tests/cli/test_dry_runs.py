"""A dry run writes nothing: no file, no row, and no first secret of a new installation."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from gotovo.cli.main import COMMANDS, load_command
from tests.support.cli.program import Program

if TYPE_CHECKING:
    import asyncpg

CALLS: dict[tuple[str, ...], int] = {
    ("secret", "rotate", "--dry-run"): 1,
    ("secret", "rotate", "--leaked", "--dry-run"): 1,
    ("secret", "rotate-customers", "--dry-run"): 1,
    ("secret", "rotate-customers", "--finish", "--dry-run"): 1,
    ("import", "orders", "orders.csv", "--dry-run"): 1,
    ("retention", "run", "--dry-run"): 0,
    ("migrate", "--dry-run"): 0,
}
"""Each dry run, and its exit status in an empty installation."""


def test_every_dry_run_is_listed() -> None:
    found = {
        path
        for name in COMMANDS
        for path, command in _commands((name,), load_command(name))
        if any("--dry-run" in parameter.opts for parameter in command.params)
    }
    listed = {tuple(word for word in call[:2] if word != "--dry-run") for call in CALLS}
    assert found == listed


@pytest.mark.parametrize("call", CALLS, ids=" ".join)
async def test_nothing_is_written(
    tmp_path: Path, database_url: str, pool: "asyncpg.Pool[Any]", call: tuple[str, ...]
) -> None:
    program = Program(tmp_path, database_url)
    (tmp_path / "orders.csv").write_text(
        "external_id,placed_at,phone,sku,title,quantity,price\n1,then,x,y,z,0,0\n"
    )
    files, before = _files(tmp_path), await _rows(pool)
    done = program.run(*call)
    assert done.returncode == CALLS[call], done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert _files(tmp_path) == files
    after = await _rows(pool)
    assert {name for name in after if after[name] != before[name]} <= {
        "security_log",  # The log is opened by whatever sees the database first.
        "security_log_head",
    }


def _files(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def _commands(path: tuple[str, ...], command: Any) -> list[tuple[tuple[str, ...], Any]]:
    inside: dict[str, Any] = getattr(command, "commands", {})
    if not inside:
        return [(path, command)]
    return [found for name, inner in inside.items() for found in _commands((*path, name), inner)]


async def _rows(pool: "asyncpg.Pool[Any]") -> dict[str, int]:
    tables = await pool.fetch(
        "select relname::text as name from pg_class "
        "where relkind in ('r', 'p') and relnamespace = current_schema()::regnamespace"
    )
    return {
        each["name"]: await pool.fetchval(f"select count(*) from {each['name']}")  # noqa: S608
        for each in tables
    }

"""`gotovo secret`: what a person types, and what it says when the secret is not the right one."""

import json
from pathlib import Path

import pytest

from tests.support.cli.program import Program

PROBLEM, WRONG_USAGE = 1, 2


@pytest.fixture
def program(tmp_path: Path, database_url: str) -> Program:
    """Give an installation on a database of its own; its server is not started."""
    return Program(tmp_path, database_url)


def test_the_secret_is_shown_checked_and_rotated(program: Program) -> None:
    assert program.run("secret", "status").returncode == PROBLEM
    checked = program.run("secret", "check")
    assert (checked.returncode, "the first start makes it" in checked.stdout) == (0, True)
    early = program.run("secret", "rotate", "--yes")
    assert (early.returncode, "the first start makes it" in early.stderr) == (PROBLEM, True)
    assert not (program.folder / "secret").exists()
    assert program.run("audit").returncode == 0, "a command that works on orders makes it"
    program.run("key", "create", "--role", "follower")
    plan = json.loads(program.run("secret", "rotate", "--tokens", "--dry-run", "--json").stdout)
    assert (plan["done"], plan["version"], len(plan["api_keys"])) == (False, 2, 1)
    assert program.run("secret", "rotate").returncode == PROBLEM, "nobody confirmed"
    done = json.loads(program.run("secret", "rotate", "--yes", "--json").stdout)
    assert (done["done"], done["version"], done["ended"]) == (True, 2, [])
    again = program.run("secret", "rotate", "--yes")
    assert (again.returncode, "under way" in again.stdout) == (PROBLEM, True)
    told = json.loads(program.run("secret", "status", "--json").stdout)
    assert "customers" not in told
    assert [each["version"] for each in told["versions"]] == [1, 2]
    assert program.run("secret", "check").returncode == 0


def test_a_foreign_secret_is_named_by_check_doctor_and_every_start(program: Program) -> None:
    assert program.run("audit").returncode == 0
    secret = program.folder / "secret"
    secret.unlink()
    for command in (("secret", "check"), ("doctor",), ("audit",), ("secret", "rotate", "--yes")):
        told = program.run(*command)
        assert told.returncode == PROBLEM, command
        assert "the secret of this database is lost" in told.stdout + told.stderr
        assert not secret.exists(), command
    secret.touch(0o600)
    secret.write_text("5f" * 32)
    told = json.loads(program.run("secret", "check", "--json").stdout)
    assert not told["right"]
    assert "version 1 is another one" in told["problem"]

"""`gotovo security-log` and what typed commands leave in it."""

import json
import os
import pwd
from pathlib import Path

import pytest

from tests.support.cli.program import Program

WRONG_USAGE = 2


@pytest.fixture
def program(tmp_path: Path, database_url: str) -> Program:
    """Give an installation on a database of its own; its server is not started."""
    return Program(tmp_path, database_url)


def test_what_was_typed_stands_there_with_the_account_that_typed_it(program: Program) -> None:
    program.run("shop", "put", "books", "--title", "Книги")
    program.run("key", "create", "--role", "support", "--shop", "books")
    key = json.loads(program.run("key", "list", "--json").stdout)[0]["id"]
    program.run("key", "limit", key, "--rate", "5")
    program.run("key", "roll", key)
    program.run("key", "revoke", key)
    lines = program.run("security-log", "--json").stdout.splitlines()
    entries = [json.loads(line) for line in lines]
    account = f"cli:{pwd.getpwuid(os.getuid()).pw_name}"
    assert [(x["kind"], x.get("subject"), x["actor"]) for x in entries] == [
        ("log.opened", None, "system:"),
        ("shop.changed", "shop:books", account),
        ("key.created", f"key:{key}", account),
        ("key.changed", f"key:{key}", account),
        ("key.rolled", f"key:{key}", account),
        ("key.revoked", f"key:{key}", account),
        ("log.read", None, account),
    ]
    assert entries[2]["details"] == {"role": "support"}
    assert program.run("audit").returncode == 0


def test_entries_are_chosen_by_kind_number_and_time(program: Program) -> None:
    for code in ("books", "toys"):
        program.run("shop", "put", code, "--title", code)

    def found(*options: str) -> list[int]:
        lines = program.run("security-log", "--json", *options).stdout.splitlines()
        return [json.loads(line)["seq"] for line in lines]

    assert found("--kind", "shop.changed") == [2, 3]
    assert found("--kind", "shop.changed", "--limit", "1") == [3]
    assert found("--after", "1", "--limit", "1") == [2]
    assert found("--since", "2999-01-01T00:00:00Z") == []
    assert found("--actor", "system:") == [1]
    read = program.run("security-log", "--kind", "shop.changed").stdout
    assert "shop:books" in read.splitlines()[0]


@pytest.mark.parametrize(
    ("typed", "named"), [(("--kind", "key.lost"), "--kind"), (("--since", "noon"), "--since")]
)
def test_what_is_no_kind_or_no_instant_is_refused_by_name(
    program: Program, typed: tuple[str, ...], named: str
) -> None:
    refused = program.run("security-log", *typed)
    assert refused.returncode == WRONG_USAGE
    assert named in refused.stderr

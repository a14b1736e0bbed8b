"""`gotovo user`: the first administrator needs no browser, and every mistake is named."""

import json
from pathlib import Path

import pytest

from tests.support.cli.program import Program

WRONG_USAGE = 2


@pytest.fixture
def program(tmp_path: Path, database_url: str) -> Program:
    """Give the program on a database of its own."""
    return Program(tmp_path, database_url)


def test_the_first_administrator_is_invited_listed_suspended_and_let_in_again(
    program: Program,
) -> None:
    invite = ("user", "invite", "Irina", "--name", "Ирина Белова", "--role", "admin")
    link = program.run(*invite).stdout.splitlines()[0]
    assert "/staff/invitation/" in link
    taken = program.run(*invite)
    assert (taken.returncode, "somebody has it" in taken.stderr) == (WRONG_USAGE, True)

    listed = json.loads(program.run("user", "list", "--json").stdout)
    assert [(x["login"], x["grants"][0]["role"]) for x in listed] == [("irina", "admin")]
    assert "invited" in program.run("user", "show", "irina").stdout

    assert "Suspended" in program.run("user", "suspend", "irina").stdout
    assert "suspended" in program.run("user", "list").stdout
    assert program.run("user", "reset", "irina").returncode == WRONG_USAGE
    assert "Restored" in program.run("user", "restore", "irina").stdout
    again = json.loads(program.run("user", "reset", "irina", "--json").stdout)
    assert again["invitation"]["kind"] == "reset"
    assert again["invitation"]["url"] != link
    assert "Revoked" in program.run("user", "revoke", "irina", "invitation").stdout


def test_grants_are_given_and_taken_back_and_every_change_is_logged(program: Program) -> None:
    program.run("user", "invite", "elena", "--name", "Елена", "--role", "support")
    given = json.loads(program.run("user", "grant", "elena", "--role", "courier", "--json").stdout)
    assert [each["role"] for each in given] == ["support", "courier"]
    assert "already" in program.run("user", "grant", "elena", "--role", "courier").stdout
    assert program.run("user", "revoke", "elena", given[1]["id"]).returncode == 0
    assert program.run("user", "revoke", "elena", given[1]["id"]).returncode == WRONG_USAGE
    changed = program.run(
        "user", "change", "elena", "--name", "Елена Соколова", "--phone", "8 900 123-45-67",
        "--json",
    )  # fmt: skip
    view = json.loads(changed.stdout)
    assert (view["name"], view["knows_own_phone"]) == ("Елена Соколова", True)
    assert program.run("user", "sessions", "elena", "--end", "--json").stdout
    log = program.run("security-log", "--json").stdout
    kinds = [json.loads(line)["kind"] for line in log.splitlines()]
    assert [kind for kind in kinds if kind.startswith(("staff.", "session."))] == [
        "staff.granted",
        "staff.invited",
        "staff.granted",
        "staff.grant_revoked",
        "staff.changed",
        "session.ended",
    ]
    assert program.run("audit").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("user", "show", "nobody"), "'nobody': nobody has it"),
        (("user", "invite", "x", "--name", "X", "--role", "king"), "--role: 'king': expected"),
        (
            ("user", "invite", "x", "--name", "X", "--role", "point", "--point", "NO-1"),
            "--point: 'NO-1' is unknown",
        ),
        (
            ("user", "invite", "x", "--name", "X", "--role", "point", "--shop", "north"),
            "--shop: 'north': only",
        ),
        (
            ("user", "invite", "x", "--name", "X", "--role", "support", "--shop", "north"),
            "--shop: 'north' is unknown",
        ),
        (("user", "invite", "a b", "--name", "X", "--role", "admin"), "LOGIN: 'a b'"),
        (
            ("user", "invite", "x", "--name", "X", "--role", "admin", "--language", "tt"),
            "--language: 'tt'",
        ),
        (
            ("user", "invite", "x", "--name", "X", "--role", "admin", "--phone", "1"),
            "--phone: '1'",
        ),
    ],
)
def test_what_is_wrong_is_named(program: Program, arguments: tuple[str, ...], said: str) -> None:
    result = program.run(*arguments)
    assert (result.returncode, said in result.stderr) == (WRONG_USAGE, True), result.stderr

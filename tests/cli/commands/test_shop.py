"""`gotovo shop` and the keys of shops, as a person types them."""

import json
from pathlib import Path

import pytest

from tests.support.cli.program import Program

WRONG_USAGE = 2


@pytest.fixture
def program(tmp_path: Path, database_url: str) -> Program:
    """Give an installation on a database of its own; its server is not started."""
    return Program(tmp_path, database_url)


def test_a_shop_is_opened_listed_and_given_keys(program: Program) -> None:
    assert program.run("shop", "put", "books", "--title", "Книги").returncode == 0
    assert program.run("shop", "put", "books", "--title", "Книги и ноты").returncode == 0
    listed = json.loads(program.run("shop", "list", "--json").stdout)
    assert listed == [{"code": "books", "title": "Книги и ноты", "version": 2}]
    key = ("key", "create", "--json", "--role")
    made = json.loads(program.run(*key, "support", "--shop", "books").stdout)
    assert made["shop"] == "books"
    assert "shop" not in json.loads(program.run(*key, "support").stdout)
    keys = json.loads(program.run("key", "list", "--json").stdout)
    assert [each.get("shop") for each in keys] == [None, "books"]


def test_the_default_shop_has_a_name_where_a_key_could_be_of_the_network(program: Program) -> None:
    key = ("key", "create", "--json", "--shop", "default", "--role")
    assert json.loads(program.run(*key, "support").stdout)["shop"] == "default"
    assert "shop" not in json.loads(program.run(*key, "storefront").stdout)
    assert " default " in program.run("key", "list").stdout


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        (("shop", "put", "a b", "--title", "x"), "CODE"),
        (("shop", "put", "default", "--title", "x"), "CODE"),
        (("shop", "put", "books", "--title", ""), "--title"),
        (("key", "create", "--role", "support", "--shop", "nobodys"), "--shop"),
        (("key", "create", "--role", "warehouse", "--shop", "books"), "--shop"),
    ],
)
def test_what_no_shop_can_be_is_refused_by_name(
    program: Program, typed: tuple[str, ...], named: str
) -> None:
    refused = program.run(*typed)
    assert refused.returncode == WRONG_USAGE
    assert named in refused.stderr
    assert "Traceback" not in refused.stderr

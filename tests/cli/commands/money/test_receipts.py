"""`gotovo receipts`, as a person types it."""

import json
from pathlib import Path

import pytest

from tests.support.cli.program import Program

WRONG_USAGE = 2

TERMS = """
inn = "7712345671"
tax_system = "usn_income"
email = "shop@shop.test"
site = "https://shop.test"
goods = { vat = "vat5" }
delivery_vat = "none"

[by_sku.MUG]
vat = "vat10"
"""


@pytest.fixture
def program(tmp_path: Path, database_url: str) -> Program:
    """Give an installation on a database of its own; its server is not started."""
    return Program(tmp_path, database_url)


def test_terms_are_stored_from_a_file_and_shown(program: Program, tmp_path: Path) -> None:
    file = tmp_path / "terms.toml"
    file.write_text(TERMS, "utf-8")
    assert json.loads(program.run("receipts", "terms", "default").stdout) is None
    assert program.run("receipts", "terms", "default", str(file)).returncode == 0
    shown = json.loads(program.run("receipts", "terms", "default").stdout)
    assert shown["inn"] == "7712345671"
    assert shown["by_sku"]["MUG"]["vat"] == "vat10"
    assert json.loads(program.run("receipts", "list", "--json").stdout) == []
    assert program.run("receipts", "list").stdout == "There are none.\n"


def test_a_file_that_is_not_there_is_named_once(program: Program, tmp_path: Path) -> None:
    file = tmp_path / "nowhere.toml"
    ran = program.run("receipts", "terms", "default", str(file))
    assert ran.returncode == WRONG_USAGE
    assert f"FILE: {file}: No such file or directory; expected a TOML file" in ran.stderr


@pytest.mark.parametrize(
    ("changed", "to", "named"),
    [
        ('"vat5"', '"vat105"', "goods.vat"),
        ("7712345671", "7712345678", "inn: '7712345678'"),
        ('"vat5"', '"vat20"', "goods.vat"),
        ('"7712345671"', '"77"', "inn"),
        ("tax_system", "tax", "tax"),
    ],
)
def test_wrong_terms_are_refused_by_their_field(
    program: Program, tmp_path: Path, changed: str, to: str, named: str
) -> None:
    file = tmp_path / "terms.toml"
    file.write_text(TERMS.replace(changed, to), "utf-8")
    ran = program.run("receipts", "terms", "default", str(file))
    assert ran.returncode == WRONG_USAGE
    assert named in ran.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("terms", "nowhere"),
        ("retry", "123456789012", "2"),
        ("elsewhere", "123456789012", "2"),
        ("retry", "12", "2"),
    ],
)
def test_what_is_not_there_is_wrong_usage(program: Program, arguments: tuple[str, ...]) -> None:
    assert program.run("receipts", *arguments).returncode == WRONG_USAGE

"""SQL in files: each statement is found by its name, and none goes without name and caption."""

import pytest

from gotovo.store.postgres.errors import StatementError
from gotovo.store.postgres.statements import load_statements, parse_statements

FILE = """\
-- Everything about orders.

-- name: first
-- One order.
select 1

-- name: second
-- Another order,
-- told in two lines.
select 2,
       -- kept: a comment inside belongs to the statement
       3
"""


def test_statements_are_found_by_name_without_their_captions() -> None:
    found = parse_statements("orders.sql", FILE)
    assert list(found) == ["first", "second"]
    assert found["first"] == "select 1"
    assert found["second"].startswith("select 2,\n")
    assert "-- kept: a comment inside" in found["second"]


def test_nobody_can_change_what_was_loaded() -> None:
    found = parse_statements("orders.sql", FILE)
    with pytest.raises(TypeError):
        found["first"] = "drop table orders"  # pyright: ignore[reportIndexIssue]


def test_a_file_of_the_program_is_found_by_its_path_below_the_store() -> None:
    assert "safeties" in load_statements("postgres/pool.sql")
    assert load_statements("reads/buyer.sql")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("-- name: a\nselect 1\n", "statement a has no caption"),
        ("-- name: a\n\n-- Too late.\nselect 1\n", "statement a has no caption"),
        ("-- name: a\n-- Said.\n", "statement a is empty or stands twice"),
        (f"{FILE}\n-- name: first\n-- Again.\nselect 4\n", "statement first is empty or stands"),
        (f"{FILE}\n-- name: Third\n-- Loud.\nselect 4\n", "'-- name: Third' is no name"),
        (f"{FILE}\n--name: third\n-- Close.\nselect 4\n", "'--name: third' is no name"),
        (f"{FILE}\n-- name third\n-- Bare.\nselect 4\n", "'-- name third' is no name"),
        (f"select 0\n{FILE}", "SQL without a name"),
        ("", "SQL without a name, or nothing at all"),
    ],
)
def test_a_slip_is_refused_with_its_file_and_reason(text: str, reason: str) -> None:
    with pytest.raises(StatementError, match=rf"^orders\.sql: .*{reason}"):
        parse_statements("orders.sql", text)

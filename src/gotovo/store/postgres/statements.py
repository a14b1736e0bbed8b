"""SQL lives in .sql files: each statement has a name, and a caption that says what it is for.

A file may begin with comments. Each statement is a line `-- name: load_orders`, one line or more
of comment as its caption, and the SQL up to the next name.
"""

import re
from collections.abc import Mapping
from importlib.resources import files
from types import MappingProxyType

from gotovo.store.postgres.errors import StatementError

_MARK = re.compile(r"^[ \t]*--[ \t]*name\b.*$", re.MULTILINE | re.IGNORECASE)
_NAME = re.compile(r"-- name: (?P<name>[a-z][a-z0-9_]*)")
_CAPTION = re.compile(r"\n(?:-- \S.*\n)+")
_HEAD = re.compile(r"(?:--.*\n|\s*\n)*")
_names: dict[str, str] = {}

SWEPT_ROWS_MAX = 1_000
"""Expired rows that one statement deletes, so that none holds its locks for long."""


def load_statements(path: str) -> Mapping[str, str]:
    """Return the statements of a file under `store/` by name, captions left out.

    Raises StatementError for a name that is misspelt or used twice, a missing caption, an empty
    statement, and SQL that no name leads to.
    """
    found = parse_statements(path, files("gotovo.store").joinpath(path).read_text("utf-8"))
    file = path.rpartition("/")[2].removesuffix(".sql")
    _names.update((statement, f"{file}.{name}") for name, statement in found.items())
    return found


def name_statement(statement: str, name: str) -> None:
    """Give a statement that is composed of loaded ones the name that traces show."""
    _names[statement] = name


def statement_name(statement: str) -> str:
    """Return the name of a loaded statement with its file's, `journal.write`; empty for others."""
    return _names.get(statement, "")


def parse_statements(path: str, text: str) -> Mapping[str, str]:
    """Return the statements in a text; `path` is only named in errors."""
    found: dict[str, str] = {}
    marks = list(_MARK.finditer(text))
    if not marks or not _HEAD.fullmatch(text[: marks[0].start()]):
        message = f"{path}: SQL without a name, or nothing at all"
        raise StatementError(message)
    for mark, next_mark in zip(marks, [*marks[1:], None], strict=True):
        match = _NAME.fullmatch(mark[0])
        if match is None:
            message = f"{path}: {mark[0]!r} is no name: write `-- name: lower_case`"
            raise StatementError(message)
        name = match["name"]
        body = text[mark.end() : next_mark.start() if next_mark else None]
        caption = _CAPTION.match(body)
        if caption is None:
            message = f"{path}: statement {name} has no caption"
            raise StatementError(message)
        statement = body[caption.end() :].strip()
        if name in found or not statement:
            message = f"{path}: statement {name} is empty or stands twice"
            raise StatementError(message)
        found[name] = statement
    return MappingProxyType(found)

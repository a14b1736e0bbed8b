"""SQL lives in .sql files: each statement has a name, and a caption that says what it is for.

    -- name: load_orders
    -- The orders of a batch as they stand.
    select …
"""

import re
from collections.abc import Mapping
from importlib.resources import files
from types import MappingProxyType

from gotovo.store.errors import StatementError

_NAME = re.compile(r"^-- name: (?P<name>[a-z][a-z0-9_]*)$", re.MULTILINE)
_CAPTION = re.compile(r"\A(?:-- \S.*\n)+")


def load_statements(path: str) -> Mapping[str, str]:
    """Return the statements of a file under `store/` by name, captions left out.

    Raises StatementError for a name used twice, a missing caption or an empty statement.
    """
    return parse_statements(path, files("gotovo.store").joinpath(path).read_text("utf-8"))


def parse_statements(path: str, text: str) -> Mapping[str, str]:
    """Return the statements in a text; `path` is only named in errors."""
    found: dict[str, str] = {}
    marks = list(_NAME.finditer(text))
    for mark, following in zip(marks, [*marks[1:], None], strict=True):
        name = mark["name"]
        body = text[mark.end() + 1 : following.start() if following else None]
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

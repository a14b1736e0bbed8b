"""The SQL that only measuring needs, from the .sql files beside this one."""

from collections.abc import Mapping
from importlib.resources import files

from gotovo.store.statements import parse_statements


def bench_statements(path: str) -> Mapping[str, str]:
    """Return the statements of a file by name, as `store.statements` does for its own."""
    return parse_statements(path, files("gotovo.bench").joinpath(path).read_text("utf-8"))

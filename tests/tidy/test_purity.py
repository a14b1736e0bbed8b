"""Purity: orders and points receive the time, ids and random values as arguments.

Only then can a year of the town be simulated in a second, can a dispute be replayed as it was, and
does a failing example fail again. Import-linter keeps drivers out; these tests keep out the clock,
which is a call and not a module.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tidy.tree import files_ending, syntax

PURE = (Path("src/gotovo/order"), Path("src/gotovo/points"))

# Each is the end of a dotted name as it is called.
IMPURE_CALLS = frozenset(
    {
        "datetime.now",
        "datetime.utcnow",
        "datetime.today",
        "date.today",
        "time.time",
        "time.time_ns",
        "time.monotonic",
        "time.perf_counter",
        "uuid.uuid1",
        "uuid.uuid4",
        "uuid1",
        "uuid4",
        "os.urandom",
        "open",
        "print",
        "input",
    },
)
IMPURE_MODULES = frozenset({"random", "secrets", "time", "os", "asyncio", "logging", "threading"})


def test_orders_and_points_use_no_clock_no_random_values_and_no_io() -> None:
    pure = [path for path in files_ending(".py") if any(map(path.is_relative_to, PURE))]
    assert pure, "there is a pure core"
    found = [f"{path}:{place}" for path in pure for place in _impurities(syntax(path))]
    assert found == []


@pytest.mark.parametrize(
    "source",
    [
        "import random",
        "from time import monotonic",
        "import datetime\nat = datetime.datetime.now()",
        "from uuid import uuid4\nid = uuid4()",
    ],
)
def test_impure_code_is_found(source: str) -> None:
    assert list(_impurities(ast.parse(source)))


def _impurities(module: ast.Module) -> Iterator[str]:
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and _is_impure(ast.unparse(node.func)):
            yield f"{node.lineno} calls {ast.unparse(node.func)}"
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.split(".")[0] in IMPURE_MODULES:
                    yield f"{node.lineno} imports {alias.name}"
        elif isinstance(node, ast.ImportFrom) and (node.module or "") in IMPURE_MODULES:
            yield f"{node.lineno} imports from {node.module}"


def _is_impure(name: str) -> bool:
    return name in IMPURE_CALLS or any(name.endswith(f".{call}") for call in IMPURE_CALLS)

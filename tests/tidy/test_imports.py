"""Imports: they stand at the head of a file, where the linter of the layers and a reader see them.

An import inside a function is how a cycle is cut instead of being resolved, and logic in an
`__init__.py` runs for whoever wanted a neighbour. The commands alone import late, so that `--help`
does not wait for a web server.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.tidy.tree import files_ending, syntax

IMPORTING_LATE = Path("src/gotovo/cli")


def test_nothing_is_imported_inside_a_function_but_by_a_command() -> None:
    assert [
        place
        for path in files_ending(".py")
        if not path.is_relative_to(IMPORTING_LATE)
        for place in _late_imports(path)
    ] == []


def test_an_init_file_holds_one_sentence_and_nothing_else() -> None:
    found = [path for path in files_ending(".py") if path.name == "__init__.py"]
    assert found, "there are packages to look at"
    assert [str(path) for path in found if not _is_one_sentence(syntax(path))] == []


def _late_imports(path: Path) -> Iterator[str]:
    for function in ast.walk(syntax(path)):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for node in ast.walk(function):
                if isinstance(node, ast.Import | ast.ImportFrom):
                    yield f"{path}:{node.lineno} in {function.name}"


def _is_one_sentence(module: ast.Module) -> bool:
    sentence = ast.get_docstring(module)
    return sentence is not None and len(module.body) == 1 and sentence.count(". ") == 0

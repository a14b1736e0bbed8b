"""Imports: they are at the head of a file, where import-linter and a reader see them.

An import inside a function hides a cycle instead of resolving it, and logic in an `__init__.py`
runs for everybody who imports a neighbour. The commands import late, to keep `--help` quick, and
so does what needs a large library that most processes never use.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.tidy.tree import files_ending, nodes, syntax

_SRC = Path("src/gotovo")

IMPORTING_LATE = (
    _SRC / "cli",
    _SRC / "points/holidays.py",
    _SRC / "assembly/application.py",  # proxies: Granian
    _SRC / "assembly/notices/channels.py",  # the SMS provider: httpx; the Telegram bot: aiogram
    _SRC / "assembly/payments/cash_register.py",  # the cash register: httpx
    _SRC / "assembly/payments/providers.py",  # payment providers: httpx
    _SRC / "assembly/background.py",  # the same
    _SRC / "assembly/telegram/bot_client.py",  # the same
    _SRC / "access/buyer/passkeys.py",  # WebAuthn
    _SRC / "access/staff/proofs/passkeys.py",  # the same
    _SRC / "web/pwa/icon.py",  # Pillow
    _SRC / "attachments/attachments.py",  # the same
)


def test_only_what_is_named_imports_inside_a_function() -> None:
    assert [
        place
        for path in files_ending(".py")
        if not any(path.is_relative_to(late) for late in IMPORTING_LATE)
        for place in _late_imports(path)
    ] == []


def test_an_init_file_holds_one_sentence_and_nothing_else() -> None:
    found = [path for path in files_ending(".py") if path.name == "__init__.py"]
    assert found, "there are packages"
    assert [str(path) for path in found if not _is_one_sentence(syntax(path))] == []


def _late_imports(path: Path) -> Iterator[str]:
    if not any(isinstance(x, ast.Import | ast.ImportFrom) and x.col_offset for x in nodes(path)):
        return  # Every import of the file begins its line, as most files have it.
    for function in nodes(path):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for node in ast.walk(function):
                if isinstance(node, ast.Import | ast.ImportFrom):
                    yield f"{path}:{node.lineno} in {function.name}"


def _is_one_sentence(module: ast.Module) -> bool:
    sentence = ast.get_docstring(module)
    return sentence is not None and len(module.body) == 1 and sentence.count(". ") == 0

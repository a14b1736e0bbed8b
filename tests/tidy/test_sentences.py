"""What people read stands in `words/`, and nothing else knows one language from another."""

import ast
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from re import compile as pattern

from tests.tidy.tree import files_ending, syntax, text

WORDS = Path("src/gotovo/words")
CYRILLIC = pattern(r"[А-Яа-яЁё]")
LANGUAGES = {"ru", "en"}

READ_OR_MADE_UP = (
    # Data of towns and of loads: names, addresses, goods.
    "src/gotovo/town/",
    "src/gotovo/bench/",
    "src/gotovo/api/schemas/examples.py",
    # What people type, which is read and never shown.
    "src/gotovo/order/values/number.py",
    "src/gotovo/desk/scan/",
    "src/gotovo/text.py",
    "src/gotovo/order/checks/address_check.py",
    "src/gotovo/cli/setup/opening_hours.py",
)
"""Where Russian may stand outside `words/`."""


def sources() -> Iterator[Path]:
    for path in files_ending(".py", ".html"):
        if path.is_relative_to("src/gotovo") and not path.is_relative_to(WORDS):
            yield path


def docstrings(tree: ast.Module) -> set[int]:
    """Return the ids of strings that stand alone, which only programmers read."""
    return {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }


def strings(path: Path) -> Iterator[str]:
    if path.suffix == ".html":
        yield text(path)
        return
    tree = syntax(path)
    alone = docstrings(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in alone:
            yield node.value


def language_branches(tree: ast.Module) -> Iterator[ast.expr]:
    """Return comparisons with a language and tables by language."""
    for node in ast.walk(tree):
        match node:
            case ast.Compare():
                operands = (node.left, *node.comparators)
            case ast.Dict():
                operands = tuple(key for key in node.keys if key is not None)
            case ast.MatchValue():
                operands = (node.value,)
            case _:
                continue
        yield from (x for x in operands if isinstance(x, ast.Constant) and x.value in LANGUAGES)


def test_no_russian_stands_outside_words() -> None:
    assert [
        f"{path}: {string.strip()[:60]}"
        for path in sources()
        if not str(path).startswith(READ_OR_MADE_UP)
        for string in strings(path)
        if CYRILLIC.search(string)
    ] == []


def test_nothing_outside_words_branches_on_the_language() -> None:
    assert [
        f"{path}:{constant.lineno}"
        for path in sources()
        if path.suffix == ".py"
        for constant in language_branches(syntax(path))
    ] == []


def test_the_exceptions_are_still_needed() -> None:
    for prefix in READ_OR_MADE_UP:
        assert any(
            CYRILLIC.search(string)
            for path in sources()
            if str(path).startswith(prefix)
            for string in strings(path)
        ), prefix


def test_the_catalogue_is_in_the_order_of_its_sections() -> None:
    """Sections are captioned, so that a translator finds the sentences of one page together."""
    lines = text(WORDS / "ru.po").splitlines()
    captions = [line for line in lines if line.startswith("# ")]
    assert len(captions) == len(set(captions))
    assert [after for before, after in pairwise(lines) if before == after == ""] == []

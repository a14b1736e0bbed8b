r"""Patterns end at the end: Python's `$` also fits before a line break, so `RUB\n` would pass.

`\Z` says the end, and `fullmatch` needs neither. A pattern that is published in a JSON Schema ends
in `$(?!\n)`, which means the same to Python and to JavaScript. With MULTILINE the end of a line is
what is meant.
"""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.tidy.tree import files_ending, syntax, text

COMPILED = frozenset({"compile", "match", "search", "fullmatch", "sub", "split", "findall"})
# A dollar that is neither escaped, nor in brackets, nor followed by the assertion above.
LOOSE_END = re.compile(r"(?<!\\)(?:\\\\)*\$(?!\(\?!\\n\))(?![^\[]*\])")
HTML_PATTERN = re.compile(r"pattern=\"[^\"]*\$\"")


def test_no_pattern_ends_before_the_end() -> None:
    found = [
        f"{path}:{line} {pattern}"
        for path in files_ending(".py")
        if path.is_relative_to("src")
        for line, pattern in _patterns(syntax(path))
        if LOOSE_END.search(pattern)
    ]
    assert found == []


def test_no_pattern_of_a_page_repeats_that_it_ends() -> None:
    pages = files_ending(".html")
    assert pages
    assert [str(path) for path in pages if HTML_PATTERN.search(text(path))] == []


@pytest.mark.parametrize(
    "source",
    [
        r're.compile("^[A-Z]{3}$")',
        r're.compile(rb"^[A-Z]{3}$")',
        r're.match("^(a|b$)", text)',
        r'Annotated[str, Meta(pattern="^[A-Z]{3}$")]',
        r'PATTERN = "^[A-Z]{3}$"' + "\nMeta(pattern=PATTERN)",
    ],
)
def test_a_loose_end_is_found(source: str) -> None:
    assert [1 for _, pattern in _patterns(ast.parse(source)) if LOOSE_END.search(pattern)] == [1]


@pytest.mark.parametrize(
    "source",
    [
        r're.compile("^[A-Z]{3}\\Z")',
        r're.compile("[$€]")',
        r're.compile(r"\$[0-9]+")',
        r're.compile("^a$", re.MULTILINE)',
        r'Meta(pattern=r"^[A-Z]{3}$(?!\n)")',
        r'query.sub("costs $")' + "\ntext = '$'",
    ],
)
def test_what_is_no_loose_end_is_left_alone(source: str) -> None:
    assert [1 for _, pattern in _patterns(ast.parse(source)) if LOOSE_END.search(pattern)] == []


def _patterns(module: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield the patterns for `re` and for `Meta`, with their lines; names are followed."""
    named = {
        target.id: node.value
        for node in ast.walk(module)
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(module):
        if not isinstance(node, ast.Call):
            continue
        given = [each.value for each in node.keywords if each.arg == "pattern"]
        if _is_re(node.func) and "MULTILINE" not in ast.unparse(node):
            given += node.args[:1]
        for each in given:
            pattern = named.get(each.id, each) if isinstance(each, ast.Name) else each
            yield node.lineno, "".join(_constants(pattern))


def _is_re(called: ast.expr) -> bool:
    return (
        isinstance(called, ast.Attribute)
        and called.attr in COMPILED
        and ast.unparse(called.value) == "re"
    )


def _constants(expression: ast.expr) -> Iterator[str]:
    for node in ast.walk(expression):
        if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes):
            value = node.value
            yield value if isinstance(value, str) else value.decode("latin-1")

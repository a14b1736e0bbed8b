"""Writes docs/reference/rules.md: `python docs/make_rules.py`.

Each numbered rule of docs/concepts/product.md is followed by what decides it and by the tests that
would fail without it. Both are read from docstrings: `(rule 4.2)` or `(rules 4.8 and 4.9)` in the
docstring of a function, a class or a module is a citation.
"""  # noqa: INP001  (a script beside its pages, no package)

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
PRODUCT = ROOT / "docs" / "concepts" / "product.md"
PAGE = ROOT / "docs" / "reference" / "rules.md"

NOT_BUILT: dict[str, str] = {}
"""Rules that nothing decides yet, each with what stands in its place."""

MISSING = {
    "4.10": "One channel so far: nothing falls over from it to another.",
    "4.12": "The desk that works offline is not there yet; a hand-over told later is recorded.",
    "4.16": "Phones are masked on pages; staff have no pages yet on which to reveal one.",
}
"""Rules of which a part is still missing, and which."""

_HEADING = re.compile(r"## (\d)\. ")
_RULE = re.compile(r"(\d+)\. \*\*(.+?)\.?\*\*")
_CITATION = re.compile(r"\b[Rr]ules? (\d\.\d+(?:(?:, | and )\d\.\d+)*)")
_NUMBER = re.compile(r"\d\.\d+")
_ABOUT = """\
<!-- Made by docs/make_rules.py from the code; change the code, then make it again. -->

# Rules: where each is decided, and the test that holds it

The rules are those of [the product](../concepts/product.md), numbered by section and place. What
decides a rule cites it in its docstring, and so does the test that would fail without it."""


class Rule(NamedTuple):
    """A rule's number, `section.place`, and its title."""

    number: str
    title: str


class Citation(NamedTuple):
    """What cites a rule: a file below the root, the name in it, and what it promises.

    The name is empty where the whole file cites the rule.
    """

    file: str
    name: str
    sentence: str


def rules() -> list[Rule]:
    """Return the numbered rules of the product in order."""
    found: list[Rule] = []
    section = ""
    for line in PRODUCT.read_text("utf-8").splitlines():
        if heading := _HEADING.match(line):
            section = heading[1]
        elif rule := _RULE.match(line):
            found.append(Rule(f"{section}.{rule[1]}", rule[2]))
    return found


@cache
def citations(folder: str) -> Mapping[str, list[Citation]]:
    """Return what cites each rule in the Python files below a folder, by the rule's number."""
    found: dict[str, list[Citation]] = defaultdict(list)
    for path in sorted(ROOT.joinpath(folder).rglob("*.py")):
        for name, docstring in _docstrings(ast.parse(path.read_text("utf-8")), ""):
            citation = Citation(str(path.relative_to(ROOT)), name, _promise(name, docstring))
            numbers = [n for cited in _CITATION.findall(docstring) for n in _NUMBER.findall(cited)]
            for number in dict.fromkeys(numbers):
                found[number].append(citation)
    return found


def page() -> str:
    """Return the page's text."""
    deciding, testing = citations("src"), citations("tests")
    parts = [_ABOUT]
    for rule in rules():
        parts.append(f"## {rule.number} {rule.title}")
        if rule.number in NOT_BUILT:
            parts.append(f"Not built yet. {NOT_BUILT[rule.number]}")
        else:
            if rule.number in MISSING:
                parts.append(f"Partly built. {MISSING[rule.number]}")
            parts.append(_table("decided in", deciding[rule.number]))
            parts.append(_table("tested in", testing[rule.number]))
    return "\n\n".join(parts) + "\n"


def _table(caption: str, cited: list[Citation]) -> str:
    lines = [f"| {caption} | |", "|---|---|"]
    return "\n".join((*lines, *(f"| {_link(each)} | {each.sentence} |" for each in cited)))


def _link(citation: Citation) -> str:
    shown = citation.file.removeprefix("src/gotovo/").removeprefix("tests/")
    is_test = citation.name.startswith("test_")  # Its name is the sentence beside the link.
    name = f":{citation.name}" if citation.name and not is_test else ""
    return f"[{shown}{name}](../../{citation.file})"


def _docstrings(node: ast.AST, inside: str) -> Iterator[tuple[str, str]]:
    """Yield the name and the docstring of a module, and of what is defined in it."""
    if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        docstring = ast.get_docstring(node)
        if docstring:
            yield inside, docstring
        for child in node.body:
            if isinstance(child, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                yield from _docstrings(child, f"{inside}.{child.name}" if inside else child.name)


def _promise(name: str, docstring: str) -> str:
    """Return a test's name as the sentence it is, of anything else the first sentence."""
    if name.startswith("test_"):
        return name.removeprefix("test_").replace("_", " ").capitalize() + "."
    paragraph = " ".join(docstring.split("\n\n", maxsplit=1)[0].split())
    plain = re.sub(rf" ?\({_CITATION.pattern}\)", "", paragraph)
    return re.split(r"(?<=[.?!]) ", plain, maxsplit=1)[0].replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")

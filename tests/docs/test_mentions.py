"""Mentions: a path or a name of the code that a page shows in backticks exists.

A page that names a file which has moved costs its reader more than a page that names none. The
changelog is left out, because it speaks of what was true then.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from gotovo.config import PREFIX, Settings
from tests.tidy.tree import files, files_ending, text

CODE = re.compile(r"`([^`\n]+)`")
BLOCKS = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
SOURCE = (".py", ".sql", ".js", ".css", ".html", ".md")
NAME = re.compile(r"[A-Z]\w*[a-z_]\w*")
"""`StorageRule` and `PACE_PAGE`, but not a placeholder like `FILE`."""


class Mention(NamedTuple):
    """A piece of code within a sentence, and where it is."""

    place: str
    code: str


def test_a_path_that_a_page_mentions_exists() -> None:
    """It may be written from the root, from `src/gotovo`, or from any folder between."""
    paths = [mention for mention in _mentions() if _is_path(mention.code)]
    assert paths, "pages mention files"
    assert [each for each in paths if each.code.rstrip("/") not in _path_endings()] == []


def test_a_class_or_constant_that_a_page_mentions_is_in_the_code() -> None:
    words = {
        word
        for path in files_ending(".py", ".js", ".sql", ".html")
        if path.parts[0] in {"src", "tests", "benchmarks"}
        for word in re.findall(r"\w+", text(path))
    }
    names = [mention for mention in _mentions() if NAME.fullmatch(mention.code)]
    assert names, "pages mention classes"
    known = words | {PREFIX + name.upper() for name in Settings.__struct_fields__}
    assert [each for each in names if each.code not in known] == []


def _mentions() -> Iterator[Mention]:
    for page in files_ending(".md"):
        if page.name == "CHANGELOG.md":
            continue
        prose = BLOCKS.sub(lambda block: "\n" * block.group().count("\n"), text(page))
        for number, line in enumerate(prose.splitlines(), start=1):
            for code in CODE.findall(line):
                yield Mention(f"{page}:{number}", code)


def _is_path(code: str) -> bool:
    """Whether a mention is a path of this tree, and not a URL or a file of an installation."""
    if not re.fullmatch(r"[\w.-]+(/[\w.-]+)+/?|[\w.-]+/", code):
        return False
    return code.endswith(SOURCE) or code.split("/", 1)[0] in _top_folders()


@cache
def _top_folders() -> frozenset[str]:
    """The folders of the root and the packages of the program."""
    program = Path("src/gotovo")
    root = {path.parts[0] for path in files() if len(path.parts) > 1}
    packages = {
        path.relative_to(program).parts[0]
        for path in files()
        if path.is_relative_to(program) and len(path.parts) > len(program.parts) + 1
    }
    return frozenset(root | packages)


@cache
def _path_endings() -> frozenset[str]:
    """Every path of the tree and of its folders, from each folder that it can be written from."""
    return frozenset(
        "/".join(each.parts[begin:])
        for path in files()
        for each in (path, *path.parents)
        for begin in range(len(each.parts))
    )

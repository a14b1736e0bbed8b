"""Names: a drawer called after nothing fills up with everything.

A module is named after what it knows. Where a name says nothing, there is no telling what does not
belong there, so the next thing that has no home lands in it.
"""

from collections.abc import Iterator
from pathlib import Path

from tests.tidy.tree import files, files_ending

NAMES_THAT_MAY_NOT_EXIST = frozenset(
    {"utils", "helpers", "common", "core", "base", "lib", "misc", "manager", "service"},
)


def test_no_module_folder_or_template_is_a_drawer() -> None:
    assert [str(path) for path in files() if not set(_words(path)).isdisjoint(_drawers())] == []


def test_no_test_file_has_a_name_by_which_it_is_not_found() -> None:
    """The test runner passes over a file like `handover_test.py` without a word."""
    strays = [path for path in files_ending(".py") if path.stem.endswith("_test")]
    assert strays == []


def _words(path: Path) -> Iterator[str]:
    yield from path.parts[:-1]
    yield path.name.split(".", maxsplit=1)[0].removeprefix("test_")


def _drawers() -> frozenset[str]:
    singular = {name.removesuffix("s") for name in NAMES_THAT_MAY_NOT_EXIST}
    return NAMES_THAT_MAY_NOT_EXIST | singular | {f"{name}s" for name in singular}

"""Names: a module is named after what it knows.

A name like `utils` excludes nothing, so everything without a place of its own ends up there.
"""

from collections.abc import Iterator
from pathlib import Path

from tests.tidy.tree import files, files_ending

MEANINGLESS_NAMES = frozenset(
    {"utils", "helpers", "common", "core", "base", "lib", "misc", "manager", "service"},
)


def test_no_module_folder_or_template_has_a_meaningless_name() -> None:
    assert [str(path) for path in files() if not set(_words(path)).isdisjoint(_forbidden())] == []


def test_no_test_file_has_a_name_that_pytest_does_not_collect() -> None:
    """Pytest silently ignores a file like `handover_test.py`."""
    ignored = [path for path in files_ending(".py") if path.stem.endswith("_test")]
    assert ignored == []


def _words(path: Path) -> Iterator[str]:
    yield from path.parts[:-1]
    yield path.name.split(".", maxsplit=1)[0].removeprefix("test_")


def _forbidden() -> frozenset[str]:
    singular = {name.removesuffix("s") for name in MEANINGLESS_NAMES}
    return MEANINGLESS_NAMES | singular | {f"{name}s" for name in singular}

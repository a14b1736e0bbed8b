"""Modules and tests find each other: a module's test lies at its path, or a table names it.

Without that nobody notices a module that has no test, nor a test whose module was renamed away.
"""

import ast
import re
import tomllib
from collections import Counter
from functools import cache
from pathlib import Path

from tests.support.long_files import LONGEST_FIRST
from tests.tidy.covered_by import COVERED_BY
from tests.tidy.subjects import SUBJECTS
from tests.tidy.tree import files_ending, nodes, text

SOURCE = Path("src/gotovo")
TESTS = Path("tests")
_DOTTED = re.compile(r"(?:gotovo|tests)(?:\.\w+)+")


def test_every_module_has_a_test_file_at_its_path_or_named_in_the_table() -> None:
    modules = _modules()
    assert modules, "there are modules to test"
    tested = {module for module in modules if _mirror(module) in _tests()}
    assert sorted(str(module) for module in modules - tested - set(_covered())) == []


def test_the_table_names_no_module_twice_and_none_that_is_gone_or_has_a_test_of_its_own() -> None:
    covered = _covered()
    assert [module for module, times in covered.items() if times > 1] == []
    assert sorted(map(str, covered.keys() - _modules())) == []
    assert sorted(str(module) for module in covered if _mirror(module) in _tests()) == []


def test_the_files_that_a_run_begins_with_exist() -> None:
    assert [path for path in LONGEST_FIRST if not (TESTS / path).is_file()] == []


def test_a_test_file_in_the_table_exists_and_reaches_its_modules_by_imports() -> None:
    assert sorted(set(COVERED_BY) - {str(path.relative_to(TESTS)) for path in _tests()}) == []
    assert [
        f"{test} does not reach {module}"
        for test, modules in COVERED_BY.items()
        for module in modules
        if SOURCE / module not in _reached(TESTS / test)
    ] == []


def test_a_test_file_beside_a_package_is_named_for_a_module_a_package_or_a_subject() -> None:
    files = _modules() | _sql()
    packages = {folder for path in files for folder in path.parents} - {*SOURCE.parents}
    named = {_mirror(path) for path in _modules() | packages - {SOURCE}}
    beside = {path for path in _tests() if SOURCE / path.relative_to(TESTS).parent in packages}
    subjects = {TESTS / name for name in SUBJECTS}
    assert sorted(map(str, beside - named - subjects)) == []
    assert sorted(map(str, subjects - beside)) == [], "subjects without a test file"
    assert sorted(map(str, subjects & named)) == [], "a module of that name exists"


@cache
def _modules() -> frozenset[Path]:
    python = files_ending(".py")
    return frozenset(
        path for path in python if path.is_relative_to(SOURCE) and path.stem != "__init__"
    )


@cache
def _sql() -> frozenset[Path]:
    return frozenset(path for path in files_ending(".sql") if path.is_relative_to(SOURCE))


@cache
def _tests() -> frozenset[Path]:
    python = files_ending(".py")
    return frozenset(p for p in python if p.is_relative_to(TESTS) and p.name.startswith("test_"))


def _mirror(path: Path) -> Path:
    """Return where the test of a module or package lies."""
    return TESTS / path.relative_to(SOURCE).with_name(f"test_{path.stem}.py")


def _covered() -> Counter[Path]:
    return Counter(SOURCE / module for modules in COVERED_BY.values() for module in modules)


@cache
def _reached(test: Path) -> set[Path]:
    """Return every file that a test file imports, directly or through other files."""
    reached: set[Path] = set()
    waiting = [test]
    while waiting:
        path = waiting.pop()
        if path not in reached:
            reached.add(path)
            waiting.extend(_imported(path))
    return reached


@cache
def _imported(path: Path) -> set[Path]:
    """Return the files that a file imports or names, and the fixtures that pytest gives a test.

    A dotted name in a string counts: it is a module that a server or another process imports. A
    prefix of one counts for the whole package, as commands are imported by the name typed.
    """
    found = {parent / "conftest.py" for parent in path.parents} & set(files_ending(".py"))
    if path.is_relative_to(SOURCE):
        found = set()
    files = _by_name()
    for node in nodes(path):
        match node:
            case ast.Import(names):
                found |= {files[alias.name] for alias in names if alias.name in files}
            case ast.ImportFrom(module=str(module), names=names):
                dotted = [module, *(f"{module}.{alias.name}" for alias in names)]
                found |= {files[name] for name in dotted if name in files}
            case ast.JoinedStr(values=[ast.Constant(value=str(prefix)), *_]):
                if _DOTTED.match(prefix) and prefix.endswith("."):
                    found |= {file for name, file in files.items() if name.startswith(prefix)}
            case ast.Constant(value=str(value)):
                found |= _named(value, of_test=not path.is_relative_to(SOURCE))
            case _:
                pass
    return found


def _named(value: str, *, of_test: bool) -> set[Path]:
    """Return the file that a string names; the program's own name in a test is its entry point."""
    name = _programs().get(value, value) if of_test else value
    file = _by_name().get(name.partition(":")[0])
    return {file} if file else set()


@cache
def _by_name() -> dict[str, Path]:
    """Return the modules of the package and of the tests by their dotted names."""
    files = [path for path in files_ending(".py") if path.parts[0] in {"src", "tests"}]
    return {
        ".".join(path.with_suffix("").parts).removeprefix("src."): path
        for path in files
        if path.stem != "__init__"
    }


@cache
def _programs() -> dict[str, str]:
    """Return the entry points of the installed programs by the programs' names."""
    scripts: dict[str, str] = tomllib.loads(text(Path("pyproject.toml")))["project"]["scripts"]
    return scripts

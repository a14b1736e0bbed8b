"""The changelog speaks to who upgrades: every version says first what needs a hand."""

import re
from importlib.metadata import version
from pathlib import Path

import pytest

from gotovo.cli.main import COMMANDS
from tests.tidy.tree import text

SECTIONS = ("To do", "Breaking", "Deprecated", "New", "Fixed")
PARTS = re.split(r"^## ", text(Path("CHANGELOG.md")), flags=re.MULTILINE)[1:]
TITLES = [part.splitlines()[0] for part in PARTS]
RELEASED = re.compile(r"(\d+)\.(\d+)\.(\d+) \((\d{4}-\d{2}-\d{2})\)")


def test_versions_stand_newest_first_with_their_day() -> None:
    assert TITLES[0] == "Unreleased"
    matches = [RELEASED.fullmatch(title) for title in TITLES[1:]]
    assert None not in matches, TITLES
    numbers = [tuple(map(int, match.groups()[:3])) for match in matches if match]
    days = [match[4] for match in matches if match]
    assert numbers == sorted(set(numbers), reverse=True)
    assert days == sorted(days, reverse=True)
    assert all(number <= tuple(map(int, version("gotovo").split("."))) for number in numbers)


@pytest.mark.parametrize("part", PARTS, ids=TITLES)
def test_a_version_begins_with_what_there_is_to_do(part: str) -> None:
    headings = re.findall(r"^### (.*)$", part, re.MULTILINE)
    assert headings[0] == "To do"
    assert headings == [name for name in SECTIONS if name in headings]
    bodies = re.split(r"^### .*$", part, flags=re.MULTILINE)
    assert not bodies[0].partition("\n")[2].strip(), "nothing stands before the first section"
    assert all(body.strip() for body in bodies[1:]), "a section without content is left out"


@pytest.mark.parametrize("part", PARTS, ids=TITLES)
def test_what_there_is_to_do_names_commands_that_exist(part: str) -> None:
    to_do = part.partition("### To do")[2].partition("### ")[0]
    named = re.findall(r"`gotovo ([a-z][a-z-]*)", to_do)
    assert [name for name in named if name not in COMMANDS] == []

"""The page about security answers every requirement of its standard, by tests that there are.

The sections are those of OWASP ASVS 5.0.0 with the number of their requirements of level 1 and 2,
which are the first of each section.
"""

import re
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

PAGE = Path(__file__).parents[2] / "docs/operating/security.md"

SECTIONS = """
1.1 2, 1.2 9, 1.3 11, 1.4 3, 1.5 2, 2.1 3, 2.2 3, 2.3 4, 2.4 1, 3.2 2, 3.3 4, 3.4 6, 3.5 5, 3.7 2,
4.1 3, 4.2 1, 4.3 2, 4.4 4, 5.1 1, 5.2 3, 5.3 2, 5.4 3, 6.1 3, 6.2 12, 6.3 4, 6.4 4, 6.5 5, 6.6 3,
6.8 4, 7.1 3, 7.2 4, 7.3 2, 7.4 5, 7.5 2, 7.6 2, 8.1 2, 8.2 3, 8.3 1, 8.4 1, 9.1 3, 9.2 4, 10.1 2,
10.2 2, 10.3 4, 10.4 11, 10.5 5, 10.6 2, 10.7 3, 11.1 2, 11.2 3, 11.3 3, 11.4 4, 11.5 1, 11.6 1,
12.1 3, 12.2 2, 12.3 4, 13.1 1, 13.2 5, 13.3 2, 13.4 5, 14.1 2, 14.2 4, 14.3 3, 15.1 3, 15.2 3,
15.3 7, 16.1 1, 16.2 5, 16.3 4, 16.4 3, 16.5 3, 17.1 1, 17.2 4, 17.3 2
"""
_ROW = re.compile(r"\| ([\d.]+)(?:–([\d.]+))? \| (.+) \| (.+) \|")

Number = tuple[int, ...]


class Row(NamedTuple):
    """One row: the requirements from `first` to `last`, what holds, and what shows it."""

    first: Number
    last: Number
    holds: str
    shown_by: str


def number(text: str) -> Number:
    """Return `1.2.10` so that it sorts after `1.2.9`."""
    return tuple(map(int, text.split(".")))


def rows() -> list[Row]:
    """Return the rows of all tables with numbers of the standard."""
    found = map(_ROW.fullmatch, PAGE.read_text("utf-8").splitlines())
    return [
        Row(number(row[1]), number(row[2] or row[1]), row[3], row[4])
        for row in found
        if row is not None
    ]


def required() -> list[Number]:
    """Return every requirement of the levels 1 and 2."""
    sections = [each.split() for each in SECTIONS.split(",")]
    return [
        (*number(section), each) for section, count in sections for each in range(1, int(count) + 1)
    ]


def test_every_requirement_has_a_row() -> None:
    spans = [(row.first, row.last) for row in rows()]
    assert len(required()) == 253
    assert [
        each for each in required() if not any(first <= each <= last for first, last in spans)
    ] == []


def test_rows_stand_in_order() -> None:
    for before, after in pairwise(rows()):
        assert before.last <= after.first, (before.last, after.first)


def test_a_row_is_shown_by_something_or_says_that_it_is_left() -> None:
    """Links are followed by tests/docs/test_links.py."""
    for row in rows():
        is_shown = "](" in row.shown_by or row.shown_by in {"–", "**left**"}
        assert is_shown, row
        assert len(row.holds) > 10, row


def test_what_the_rows_refer_to_stands_below() -> None:
    text = PAGE.read_text("utf-8")
    for anchor in re.findall(r"\]\(#([a-z-]+)\)", text):
        headings = [
            re.sub(r"[^a-z -]", "", line.lower()).strip().replace(" ", "-")
            for line in text.splitlines()
            if line.startswith("## ")
        ]
        assert anchor in headings, anchor

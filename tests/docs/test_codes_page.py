"""The page on codes names every kind of code and everything that a scan leads to."""

import json
import re
from pathlib import Path

import pytest

from gotovo.desk.scan.code_forms import CODE_LENGTH_MAX, CodeKind, recognise
from gotovo.desk.scan.meaning import NextStep
from gotovo.store.reads.desk.scans import ORDERS_MAX

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reference" / "codes.md").read_text("utf-8")


@pytest.mark.parametrize("word", [*CodeKind, *NextStep])
def test_each_word_has_its_row(word: str) -> None:
    assert f"\n| `{word}` |" in PAGE


def test_the_examples_are_what_the_page_says() -> None:
    rows = re.findall(r"^\| `(\w+)` \| [^|]+ \| (`[^|]+`) \|", PAGE, re.MULTILINE)
    assert len(rows) == len(CodeKind)
    for kind, examples in rows:
        for example in re.findall("`([^`]+)`", examples):
            assert recognise(example).kind == kind, example


def test_the_figures_are_those_of_the_code() -> None:
    assert f"A code has {CODE_LENGTH_MAX} characters" in PAGE
    assert f"of {ORDERS_MAX} orders" in PAGE


def test_the_shared_examples_are_plain_ascii() -> None:
    """Control characters and letters that look alike stay as they are in every editor."""
    path = ROOT / "tests" / "support" / "desk" / "code_forms.json"
    content = path.read_bytes()
    assert content.isascii()
    assert json.loads(content)

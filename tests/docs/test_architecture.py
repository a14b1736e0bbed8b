"""ARCHITECTURE.md names every package in its own words, and no file that is not there."""

import re
import runpy
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
MAKER: dict[str, Any] = runpy.run_path(str(ROOT / "docs" / "make_architecture.py"))
PAGE = ROOT / "ARCHITECTURE.md"


def test_the_list_of_packages_is_what_the_packages_say() -> None:
    """When it is not: `python docs/make_architecture.py`."""
    assert PAGE.read_text("utf-8") == MAKER["page"]()


def test_every_file_that_the_page_names_is_there() -> None:
    source = ROOT / "src" / "gotovo"
    named = re.findall(r"`([\w/]+/[\w]+\.(?:py|sql))`", PAGE.read_text("utf-8"))
    assert named, "the page names files"
    assert [name for name in named if not (source / name).is_file()] == []

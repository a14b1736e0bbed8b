"""The page about the lifecycle explains the columns that the table has."""

import re
from pathlib import Path

from gotovo.order.row import Row
from tests.tidy.tree import text

FUNCTIONS = {"decide", "fallback", "decide_imported"}
"""What a row calls; the page says in a paragraph that these are the step's own file."""


def test_the_page_explains_every_column_of_the_lifecycle_table() -> None:
    page = text(Path("docs/concepts/lifecycle.md"))
    explained = set(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE))
    assert explained == set(Row.__struct_fields__) - FUNCTIONS

"""The page on the security log has every kind with what it carries, and nothing else."""

import re
from pathlib import Path

from gotovo.store.tables.security.entries import StoredEntry
from gotovo.store.tables.security.kinds import KINDS

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "security-log.md"
SPAN = {"first_at", "last_at"}
"""They go with `times`, and the page says so once."""

ROW = re.compile(r"^\| `([a-z_]+\.[a-z_]+)` \| (.+?) \|(.*)\|$", re.MULTILINE)


def test_every_kind_stands_there_once_with_its_details() -> None:
    rows = ROW.findall(PAGE.read_text("utf-8"))
    told = {kind: set(re.findall(r"`(\w+)`", details)) for kind, _, details in rows}
    assert len(rows) == len(told)
    assert set(told) == {kind.value for kind in KINDS}
    for kind, terms in KINDS.items():
        carried = terms.fields - SPAN
        counted = {"times"} if getattr(terms, "is_counted", False) else set()
        assert told[kind] == (carried - {"times"}) | counted, kind


def test_every_field_of_an_entry_stands_there() -> None:
    table = PAGE.read_text("utf-8").partition("## Kinds")[0]
    assert re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE) == [*StoredEntry.__struct_fields__]

"""The page of the rules is complete: each rule names what decides it and what would fail."""

import runpy
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parents[2] / "docs"
MAKER: dict[str, Any] = runpy.run_path(str(DOCS / "make_rules.py"))
RULES: list[Any] = MAKER["rules"]()
NOT_BUILT: dict[str, str] = MAKER["NOT_BUILT"]
MISSING: dict[str, str] = MAKER["MISSING"]


def test_the_page_is_what_the_citations_make_of_it() -> None:
    """When it is not: `python docs/make_rules.py`."""
    assert DOCS.joinpath("reference", "rules.md").read_text("utf-8") == MAKER["page"]()


def test_every_rule_is_decided_somewhere_and_held_by_a_test() -> None:
    numbers = [rule.number for rule in RULES]
    assert numbers, "the product has rules"
    for folder in ("src", "tests"):
        cited = MAKER["citations"](folder)
        assert [n for n in numbers if n not in cited and n not in NOT_BUILT] == []


def test_no_rule_is_cited_that_the_product_does_not_have() -> None:
    numbers = {rule.number for rule in RULES}
    assert {
        *MAKER["citations"]("src"),
        *MAKER["citations"]("tests"),
        *NOT_BUILT,
        *MISSING,
    } <= numbers


def test_a_rule_that_is_not_built_is_cited_nowhere() -> None:
    assert set(NOT_BUILT) & set(MAKER["citations"]("src")) == set()

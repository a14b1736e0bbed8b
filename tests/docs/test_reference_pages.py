"""The generated pages of the reference tell what the code does."""

import runpy
from pathlib import Path

import pytest

from gotovo.access.programs.scopes import KeyScope
from gotovo.api.endpoints import ENDPOINTS, TAGS

DOCS = Path(__file__).parents[2] / "docs"
MAKER = runpy.run_path(str(DOCS / "make_reference.py"))
PAGES: dict[str, str] = MAKER["pages"]()


@pytest.mark.parametrize("name", PAGES)
def test_a_generated_page_is_what_the_code_makes_of_it(name: str) -> None:
    """When it is not: `python docs/make_reference.py`."""
    assert DOCS.joinpath("reference", name).read_text("utf-8") == PAGES[name]


def test_the_guide_names_every_endpoint_that_is_no_step() -> None:
    guide = DOCS.joinpath("reference", "api.md").read_text("utf-8")

    for endpoint in ENDPOINTS:
        if endpoint.tag != "steps":
            assert f"`{endpoint.method} {endpoint.path}`" in guide


def test_the_guide_names_every_scope() -> None:
    guide = DOCS.joinpath("reference", "api.md").read_text("utf-8")

    for scope in KeyScope:
        assert f"`{scope}`" in guide


def test_every_group_of_endpoints_is_introduced() -> None:
    assert {endpoint.tag for endpoint in ENDPOINTS} == set(TAGS)

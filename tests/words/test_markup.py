"""Markup: what stands on a page is escaped exactly as markupsafe escapes it."""

from enum import StrEnum

import pytest
from markupsafe import Markup, escape

from gotovo.words.markup import markup_of, safe_markup


class _Sign(StrEnum):
    LESS = "<"


@pytest.mark.parametrize(
    "value",
    ["", "чай", "<b>", "&amp;", '"it\'s"', Markup("<b>"), 7, None, _Sign.LESS, safe_markup("<i>")],
)
def test_a_value_stands_on_a_page_as_markupsafe_writes_it(value: object) -> None:
    assert markup_of(value) == escape(value)


def test_what_is_marked_as_safe_is_escaped_no_more() -> None:
    assert type(safe_markup("<b>")) is Markup
    assert escape(safe_markup("<b>")) == "<b>"

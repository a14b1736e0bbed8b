"""Markup: text that is safe to put on a page, made without needless work.

A page is some hundreds of values. `markupsafe.escape` makes a Markup of each in Python, at a
microsecond a value; joined into a page, a plain string that is escaped does as well.
"""

from functools import partial
from typing import Final

from markupsafe import Markup, escape
from markupsafe import (
    _escape_inner as escaped,  # pyright: ignore[reportPrivateImportUsage]  (what `escape` calls)
)

safe_markup: Final = partial(str.__new__, Markup)
"""Marks a text that is safe already, as `Markup` does, without asking what it is."""


def markup_of(value: object) -> str:
    """Return a value as it stands on a page: escaped unless it is markup."""
    if type(value) is Markup:
        return value
    return escaped(value) if type(value) is str else escape(value)

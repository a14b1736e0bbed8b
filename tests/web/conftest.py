"""The fixtures of the pages, for the tests of this folder."""

from tests.support.web.stage import (
    buyer,
    cast,
    clock,
    dependencies,
    dispatcher,
    engine,
    journal,
)

__all__ = [
    "buyer",
    "cast",
    "clock",
    "dependencies",
    "dispatcher",
    "engine",
    "journal",
]

"""The fixtures of the pages, for the retention job."""

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

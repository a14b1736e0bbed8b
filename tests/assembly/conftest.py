"""The fixtures of the pages, for the retention job."""

from tests.support.web.stage import (
    buyer,
    cast,
    clock,
    database_url,
    dependencies,
    dispatcher,
    engine,
    journal,
    stage_url,
)

__all__ = [
    "buyer",
    "cast",
    "clock",
    "database_url",
    "dependencies",
    "dispatcher",
    "engine",
    "journal",
    "stage_url",
]

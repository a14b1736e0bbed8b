"""A retention rule: what is stored of a person, for how long, and how it is found."""

from enum import StrEnum
from typing import Final

from gotovo.value import Value


class Walk(StrEnum):
    """How the rows that are due are found."""

    BY_TIME = "by time"
    """By an index of the instant that the time counts from."""

    RECORDS = "records"
    """By the journal: idempotency records are part of it."""

    SECURITY_LOG = "security log"
    """By the security log itself, whose chain of hashes goes on from what it deletes."""

    BESIDE_ORDERS = "beside orders"
    """Row by row, a page at a time, with the order that each belongs to."""

    CLOSED_ORDERS = "closed orders"
    """Order by order, a page at a time."""


class RetentionRule(Value, frozen=True, kw_only=True):
    """What is stored about a person, for how long, and what happens then.

    `columns` are `table.column`. The time is `days` or the setting with this name, in days; neither
    means at once. `name` is also that of the statements in a file of `by_time/` or
    `rounds.sql`.
    """

    name: str
    holds: str
    columns: tuple[str, ...]
    counted_from: str
    then: str
    days: int = 0
    setting: str = ""
    walk: Walk = Walk.BY_TIME


SETTLED: Final = "the order's end, its return period and its last refund, whichever is latest"

ACCEPTANCE_DAYS: Final = 365
"""A claim about what came or left with a van is made within a year (Civil Code of Russia, article
797)."""

SCAN_DAYS: Final = ACCEPTANCE_DAYS + 30
"""Scans outlive the report that is made of them, so that its figures can be made again."""

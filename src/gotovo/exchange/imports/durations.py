"""Durations read directly from another system's rows, as the model would learn from their import.

Rows without payment, dispatch and hand-over times in this order are skipped.
"""

from collections.abc import Iterator
from datetime import datetime
from io import BufferedIOBase

from gotovo.exchange.imports.columns import Profile
from gotovo.exchange.imports.files.reader import read
from gotovo.exchange.imports.files.row import Rejection
from gotovo.exchange.imports.files.table import Table
from gotovo.exchange.imports.record import ImportedOrder, Reading, parse_order
from gotovo.order.forecast.duration_key import DurationKey, Goal, slot_of
from gotovo.order.forecast.observation import Observation
from gotovo.order.values.order import COURIER_PLACE, Stage


def durations(file: BufferedIOBase, table: Table, profile: Profile) -> Iterator[Observation]:
    """Yield how long each order waited after payment, how long it was under way, and the sum."""
    reading = Reading(profile.columns, encoding=table.encoding.name, currency=profile.currency)
    for row in read(file, table, table.first):
        each = parse_order(row, reading) if row.rejection is None else row.rejection
        if not isinstance(each, Rejection):
            yield from _durations_of(each, profile)


def _durations_of(each: ImportedOrder, profile: Profile) -> Iterator[Observation]:
    if each.paid_at is None or each.dispatched_at is None or each.issued_at is None:
        return
    if not each.paid_at < each.dispatched_at < each.issued_at:
        return
    route = f"{profile.origin.upper()}>{COURIER_PLACE}"
    spans: tuple[tuple[Stage, Goal, datetime, datetime], ...] = (
        (Stage.PAID, "next", each.paid_at, each.dispatched_at),
        (Stage.PAID, "issued", each.paid_at, each.issued_at),
        (Stage.WITH_COURIER, "next", each.dispatched_at, each.issued_at),
        (Stage.WITH_COURIER, "issued", each.dispatched_at, each.issued_at),
    )
    for stage, goal, begun, ended in spans:
        key = DurationKey(stage, goal, route, slot_of(begun, profile.time_zone))
        yield Observation(key, (ended - begun).total_seconds(), ended, 1)

"""Metrics of the queue of receipts."""

from datetime import UTC, datetime, timedelta

from gotovo.assembly.observability.receipt_readings import receipt_readings
from gotovo.store.tables.money.fiscal_receipts import OpenReceipts

NOW = datetime(2026, 11, 22, 11, 5, tzinfo=UTC)


def test_what_is_open_and_how_long_the_oldest_waits() -> None:
    found = OpenReceipts(3, 1, NOW - timedelta(minutes=2), ())
    states, waits = receipt_readings(found, NOW)
    assert states.values == {"waiting": 3.0, "failed": 1.0}
    assert waits.values == {"": 120.0}


def test_nothing_waits() -> None:
    _, waits = receipt_readings(OpenReceipts(0, 0, None, ()), NOW)
    assert waits.values == {"": 0.0}

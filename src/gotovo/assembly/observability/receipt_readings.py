"""Metrics of the queue of receipts: how many are open, and how long the oldest has waited."""

from collections.abc import Sequence
from datetime import datetime

from gotovo.api.metrics import MetricReading
from gotovo.store.tables.money.fiscal_receipts import OpenReceipts


def receipt_readings(found: OpenReceipts, now: datetime) -> Sequence[MetricReading]:
    """Return what is open now."""
    waits = 0.0 if found.since is None else max((now - found.since).total_seconds(), 0.0)
    states = {"waiting": float(found.waiting), "failed": float(found.failed)}
    return (
        MetricReading(
            "gotovo_receipts_open", "Receipts not registered, by state.", states, "state"
        ),
        MetricReading(
            "gotovo_receipt_wait_seconds",
            "How long the oldest waiting receipt has waited.",
            {"": waits},
        ),
    )

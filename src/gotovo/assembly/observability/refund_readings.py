"""Metrics of refunds: what is on its way back through the providers, and what failed."""

from collections.abc import Sequence

from gotovo.api.metrics import MetricReading
from gotovo.assembly.runtime import Runtime
from gotovo.payments.refunds.refund_health import WAITS_MAX
from gotovo.store.tables.payments.refund_transfers import RefundTransfers


async def refund_readings(runtime: Runtime) -> Sequence[MetricReading]:
    """Return how much is open, and how much of it is open for too long."""
    counted = await RefundTransfers(runtime.pool).counts(runtime.clock() - WAITS_MAX)
    states = {"on time": counted.open - counted.old, "overdue": counted.old}
    return (
        MetricReading(
            "gotovo_refund_transfers_open", "Refunds asked of providers, by state.", states, "state"
        ),
        MetricReading(
            "gotovo_refunds_failed", "Refunds that need another way.", {"": counted.failed}
        ),
    )

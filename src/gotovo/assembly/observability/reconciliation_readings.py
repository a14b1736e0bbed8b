"""Metrics of reconciliation: what the last day that was compared had."""

from collections.abc import Sequence

from gotovo.api.metrics import MetricReading
from gotovo.assembly.runtime import Runtime
from gotovo.store.tables.money.reconciliations import ReconciliationStore


async def reconciliation_readings(runtime: Runtime) -> Sequence[MetricReading]:
    """Return how many differences the last day of each provider had; nothing without one."""
    providers = list(runtime.providers.by_name)
    days = await ReconciliationStore(runtime.pool).latest(providers) if providers else ()
    return (
        MetricReading(
            "gotovo_reconciliation_differences",
            "Differences to the provider's books on the last day that was compared.",
            {each.provider: each.differences for each in days},
            "provider",
        ),
        MetricReading(
            "gotovo_reconciliation_failed",
            "1 if the last day could not be compared.",
            {each.provider: float(bool(each.failure)) for each in days},
            "provider",
        ),
    )

"""Metrics of cases: how many wait for a person, and how many for too long."""

from collections.abc import Sequence

from gotovo.api.metrics import MetricReading
from gotovo.assembly.cases.case_jobs import CASES_MAX
from gotovo.assembly.runtime import Runtime
from gotovo.cases.case_kinds import CaseKind
from gotovo.store.tables.cases.cases import CaseCount, CaseStore


async def case_readings(runtime: Runtime) -> Sequence[MetricReading]:
    """Return how many cases of each kind are open, and how many of them overdue."""
    counts = await CaseStore(runtime.pool).count(runtime.clock(), CASES_MAX)
    none = CaseCount(0, 0)
    by_kind = {kind: counts.get(kind, none) for kind in CaseKind}
    waiting = {kind.value: each.open for kind, each in by_kind.items()}
    overdue = {kind.value: each.overdue for kind, each in by_kind.items()}
    return (
        MetricReading("gotovo_cases_open", "Cases that wait for a person.", waiting, "kind"),
        MetricReading("gotovo_cases_overdue", "Those nobody decided in time.", overdue, "kind"),
    )

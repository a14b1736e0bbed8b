"""A whole run: open the environment, prepare every group, run the measures in turns, clean up."""

import shutil
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import Protocol

from gotovo.bench.fixture.environment import Program, open_environment
from gotovo.bench.report.machine import commit, machine
from gotovo.bench.report.ratios import ratios_of
from gotovo.bench.run.groups import MeasureGroup, budgets_of, open_function_of
from gotovo.bench.run.measure import Measure, RunPlan
from gotovo.bench.run.results import Report
from gotovo.bench.run.rounds import estimate, run_rounds


class RunObserver(Protocol):
    """Follows a run, for instance to show a progress bar."""

    def preparing(self, text: str) -> None:
        """Note what is being prepared or cleaned up now."""
        ...

    def prepared(self, seconds: float) -> None:
        """Note that everything is prepared, and how long the rounds are expected to take."""
        ...

    def measuring(self, measure: str, seconds: float) -> None:
        """Note which measure is run next, and for how long by the estimate."""
        ...


async def run_bench(
    program: Program,
    groups: Sequence[MeasureGroup],
    plan: RunPlan,
    database_url: str,
    observer: RunObserver,
) -> Report:
    """Measure the groups and return the report."""
    began_at, began = datetime.now(UTC), time.monotonic()
    head, dirty = commit()
    async with AsyncExitStack() as stack:
        environment = await stack.enter_async_context(
            open_environment(program, database_url, observer.preparing)
        )
        where = machine(await environment.server_version(), environment.folder)
        measures: list[Measure] = []
        for group in groups:
            observer.preparing(f"Preparing {group.name}: {group.caption} …")
            open_group = open_function_of(group)
            measures += await stack.enter_async_context(open_group(environment, plan))
        observer.prepared(estimate(measures, plan.rounds, plan.seconds))
        figures = await run_rounds(measures, plan.rounds, plan.seconds, observer.measuring)
        observer.preparing("Cleaning up …")
    return Report(
        commit=head,
        dirty=dirty,
        machine=where,
        load="wrk" if shutil.which("wrk") else "gotovo.bench.load.closed_loop",
        began_at=began_at,
        seconds=round(time.monotonic() - began, 1),
        groups=tuple(group.name for group in groups),
        quick=plan.quick,
        rounds=plan.rounds,
        seconds_a_round=plan.seconds,
        figures=figures,
        ratios=ratios_of(figures, [each for group in groups for each in budgets_of(group)]),
        notes=tuple(environment.notes),
    )

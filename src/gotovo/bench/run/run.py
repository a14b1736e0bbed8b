"""A whole run: the stage is set, every group prepares, the measures take turns, all is cleared."""

import shutil
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import Protocol

from gotovo.bench.fixture.environment import Program, open_environment
from gotovo.bench.report.machine import commit, machine
from gotovo.bench.report.ratios import ratios_of
from gotovo.bench.run.figure import Measure, Plan, Report
from gotovo.bench.run.groups import Group, budgets_of, opener_of
from gotovo.bench.run.rounds import estimate, run_rounds


class RunObserver(Protocol):
    """OrderOwner looks on while it runs."""

    def say(self, text: str) -> None:
        """Hear what is being prepared."""
        ...

    def expect(self, seconds: float) -> None:
        """Hear how long the rounds will take, once everything is prepared."""
        ...

    def progress(self, measure: str, seconds: float) -> None:
        """Hear which measure is run next, and for how long by the estimate."""
        ...


async def run_bench(
    program: Program, groups: Sequence[Group], plan: Plan, database_url: str, watcher: RunObserver
) -> Report:
    """Measure the groups and return the report."""
    began_at, began = datetime.now(UTC), time.monotonic()
    head, dirty = commit()
    async with AsyncExitStack() as stack:
        stage = await stack.enter_async_context(
            open_environment(program, database_url, watcher.say)
        )
        where = machine(await stage.server_version(), stage.folder)
        measures: list[Measure] = []
        for group in groups:
            watcher.say(f"Preparing {group.name}: {group.caption} …")
            measures += await stack.enter_async_context(opener_of(group)(stage, plan))
        watcher.expect(estimate(measures, plan.rounds, plan.seconds))
        figures = await run_rounds(measures, plan.rounds, plan.seconds, watcher.progress)
        watcher.say("Clearing everything away …")
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
        notes=tuple(stage.notes),
    )

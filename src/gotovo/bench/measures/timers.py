"""Timers: a hundred thousand deadlines are due at the same time among all orders.

The program's own timers run on an engine whose clock shows the instant by which that many are due.
So many expiries trip the timers' brake; the bench releases it, as an operator would.
"""

import os
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import partial

from gotovo.assembly.runtime import Runtime
from gotovo.bench.fixture.environment import BenchEnvironment, OpenRuntime
from gotovo.bench.fixture.measure_worker import Runs, measure_worker
from gotovo.bench.fixture.processes import rss_mb
from gotovo.bench.fixture.statements import bench_statements
from gotovo.bench.measures.growth import FilledDatabase, open_filled_database, sizes_of
from gotovo.bench.run.measure import BenchError, Budget, Measure, RunPlan, Sample
from gotovo.engine.background.memory_holds import MemoryTimerHolds
from gotovo.engine.background.timers import Timers
from gotovo.engine.batch import Rules
from gotovo.engine.engine import Engine, EngineLimits
from gotovo.order.deadlines import BRAKED_KIND

DUE = 100_000

SECONDS_MOST = 60.0

EXPECTED_SECONDS = 30.0

BUDGETS = (
    Budget(
        "timers",
        "timers.due",
        "",
        None,
        f"{DUE:,} due deadlines",
        most=SECONDS_MOST,
        of="seconds_for_100000",
    ),
)
"""A smaller database has fewer deadlines; the time is then extrapolated."""

_sql = bench_statements("measures/growth.sql")


@asynccontextmanager
async def open_timers(
    environment: BenchEnvironment, plan: RunPlan
) -> AsyncGenerator[list[Measure]]:
    """Fill the largest database, and open it in a worker process."""
    filled = await open_filled_database(environment, plan, sizes_of(plan)[-1])
    async with measure_worker(open_filled, environment.program.open_runtime, filled) as worker:
        yield [
            Measure(
                "timers.due",
                f"up to {DUE:,} deadlines due at once among {filled.orders:,} orders",
                "commands/s",
                worker.run("due"),
                seconds=EXPECTED_SECONDS,
                warm_up=False,
                rounds=1,
            )
        ]


@asynccontextmanager
async def open_filled(open_runtime: OpenRuntime, filled: FilledDatabase) -> AsyncGenerator[Runs]:
    """Open the database in the worker."""
    async with open_runtime(filled.url, filled.variables) as runtime:
        yield {"due": partial(_sweep_all, runtime)}


async def _sweep_all(runtime: Runtime, _seconds: float) -> Sample:
    """Sweep until nothing is due, including reminders that follow from others."""
    now = await runtime.pool.fetchval(_sql["due_after"], DUE)
    if now is None:
        raise BenchError("no order has a deadline; fill a larger database")
    due = await runtime.pool.fetchval(_sql["count_due"], now)
    rules = Rules(runtime.secret, runtime.terms)
    limits = EngineLimits(batches_in_flight=runtime.settings.batches_in_flight)
    engine = Engine(runtime.journal, runtime.directory, rules, lambda: now, limits=limits)
    holds = MemoryTimerHolds()
    timers = Timers(engine, runtime.journal, holds, lambda: now)
    submitted, released = 0, 0
    began = time.perf_counter()
    while True:
        count = await timers.sweep()
        submitted += count
        braked = await holds.release(BRAKED_KIND, now)
        released += len(braked)
        if not count and not braked:
            break
    took = time.perf_counter() - began
    await engine.close()
    left = await runtime.pool.fetchval(_sql["count_due"], now)
    facts = {
        "due": due,
        "seconds": took,
        "seconds_for_100000": took * DUE / max(due, 1),
        "brakes_released": released,
        "rss_mb": rss_mb(os.getpid()),
    }
    return Sample(submitted / took, None, left + len(timers.stuck), facts)

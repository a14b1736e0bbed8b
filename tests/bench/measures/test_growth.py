"""Growth: every measure runs on a filled database and leaves it valid."""

from datetime import UTC, datetime

import pytest
from msgspec import structs

from gotovo.bench.fill.fill import fill
from gotovo.bench.fixture.environment import SECRET, BenchEnvironment, open_environment
from gotovo.bench.measures.growth import SIZES, open_growth, sizes_of
from gotovo.bench.measures.timers import open_timers
from gotovo.bench.run.measure import BenchError, RunPlan
from gotovo.cli.commands.bench import program
from gotovo.store.audit.audit import audit

PLAN = RunPlan(quick=True, rounds=1, seconds=0.05, orders_max=400)

UNTIL = datetime(2026, 11, 6, 21, tzinfo=UTC)
"""The same instant builds the same orders. Ten of these orders have a deadline."""

WITHOUT_DEADLINES = datetime(2026, 11, 2, 13, tzinfo=UTC)
"""So few orders have none at many another instant, as at this one."""


async def test_every_measure_runs_and_leaves_a_database_that_an_audit_accepts(
    database_url: str,
) -> None:
    """A database that holds orders is measured as it is."""
    async with open_environment(program(), database_url) as environment:
        await _fill(environment)
        async with open_growth(environment, PLAN) as measures:
            samples = {measure.name: await measure.run(PLAN.seconds) for measure in measures}
    assert {name for name, sample in samples.items() if sample.failures} == set()
    assert samples["growth.place.400"].facts["kb_an_order"] > 1
    assert samples["growth.order.400"].facts["blocks_in_memory"] > 0
    assert 0 < samples["growth.steps.400"].facts["hot_percent"] < 100
    assert (await audit(database_url, [SECRET])).findings == []


async def test_every_deadline_is_met_and_the_brake_is_released(database_url: str) -> None:
    async with open_environment(program(), database_url) as environment:
        await _fill(environment)
        async with open_timers(environment, PLAN) as [measure]:
            sample = await measure.run(0)
    assert sample.failures == 0
    assert sample.facts["due"] == 10
    assert sample.per_second > 0


async def test_without_deadlines_nothing_is_measured(database_url: str) -> None:
    async with open_environment(program(), database_url) as environment:
        await _fill(environment, WITHOUT_DEADLINES)
        async with open_timers(environment, PLAN) as [measure]:
            with pytest.raises(BenchError, match="no order has a deadline"):
                await measure.run(0)


def test_sizes_are_powers_of_ten_up_to_the_requested_largest() -> None:
    assert sizes_of(structs.replace(PLAN, orders_max=0)) == (10_000, 100_000)
    assert sizes_of(structs.replace(PLAN, orders_max=SIZES[-1])) == SIZES
    assert sizes_of(structs.replace(PLAN, orders_max=300_000)) == (10_000, 100_000, 300_000)


async def _fill(environment: BenchEnvironment, until: datetime = UNTIL) -> None:
    async with environment.runtime(environment.url) as runtime:
        await fill(runtime, environment.url, orders=PLAN.orders_max, until=until)

"""The groups over HTTP, and of messages, run briefly: every response is the expected one."""

import pytest

from gotovo.bench.fixture.environment import open_environment
from gotovo.bench.measures import flash, messages, overload, server
from gotovo.bench.run.measure import Budget, Measure, RunPlan
from gotovo.cli.commands.bench import program
from tests.support.store.program_role import program_address

SECONDS = 0.05

GROUPS = {
    "server": (server.open_server, server.BUDGETS, False),
    "flash": (flash.open_flash, flash.BUDGETS, True),
    "messages": (messages.open_messages, messages.BUDGETS, True),
}


@pytest.mark.parametrize("group", GROUPS)
async def test_every_measure_gets_the_expected_responses(server_url: str, group: str) -> None:
    opener, budgets, quick = GROUPS[group]
    plan = RunPlan(quick=quick, rounds=1, seconds=1.0)
    async with (
        open_environment(
            program(), server_url, owner_url=program_address(server_url)
        ) as environment,
        opener(environment, plan) as measures,
    ):
        assert _unmeasured(budgets, measures) == set()
        for measure in measures:
            sample = await measure.run(SECONDS)
            assert sample.per_second > 0, measure
            assert sample.failures == 0, (measure, sample)


async def test_refusals_under_overload_are_no_failures(server_url: str) -> None:
    plan = RunPlan(quick=True, rounds=1, seconds=1.0)
    opener = overload.open_overload
    async with (
        open_environment(
            program(), server_url, owner_url=program_address(server_url)
        ) as environment,
        opener(environment, plan) as measures,
    ):
        assert _unmeasured(overload.BUDGETS, measures) == set()
        by_name = {measure.name: measure for measure in measures}
        await by_name["overload.calm"].run(SECONDS)
        sample = await by_name["overload.double"].run(SECONDS)
    assert sample.per_second > 0
    assert sample.failures == 0
    assert 0 <= sample.facts["refused_share"] < 1


def _unmeasured(budgets: tuple[Budget, ...], measures: list[Measure]) -> set[str]:
    """Return the names that budgets are about and that no measure has."""
    known = {measure.name for measure in measures}
    named = {budget.measure for budget in budgets} | {budget.against for budget in budgets}
    return {name for name in named - known if name and not name.startswith("limits.")}

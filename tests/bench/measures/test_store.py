"""Every measure of the store runs in its worker without a failure and reads or writes rows."""

from gotovo.bench.fixture.environment import open_environment
from gotovo.bench.measures.store import open_store
from gotovo.bench.run.measure import RunPlan
from gotovo.cli.commands.bench import program
from tests.support.store.program_role import program_address

SECONDS = 0.02


async def test_every_call_and_read_of_the_store_is_measured(server_url: str) -> None:
    plan = RunPlan(quick=False, rounds=1, seconds=SECONDS)
    async with (
        open_environment(
            program(), server_url, owner_url=program_address(server_url)
        ) as environment,
        open_store(environment, plan) as measures,
    ):
        for measure in measures:
            sample = await measure.run(SECONDS)
            assert sample.per_second > 0, measure
            assert sample.failures == 0, (measure, sample)
    names = {measure.name.split(".")[1] for measure in measures}
    assert {"load", "write", "levels", "histories", "feed", "due", "order", "list_of"} <= names

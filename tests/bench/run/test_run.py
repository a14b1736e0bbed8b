"""A short run returns figures, has no failures, and leaves nothing behind."""

import os
import sys
import tempfile
from pathlib import Path

import asyncpg
import httpx
import pytest

from gotovo.bench.fixture.dataset import ORDER_STEPS, Dataset
from gotovo.bench.fixture.environment import SECRET, open_environment
from gotovo.bench.fixture.processes import process_tree
from gotovo.bench.load.pgbench import run_pgbench
from gotovo.bench.run.groups import chosen_groups
from gotovo.bench.run.measure import BenchError, RunPlan
from gotovo.bench.run.run import run_bench
from gotovo.cli.commands.bench import program
from gotovo.order.values.actor import Role
from tests.support.store.program_role import program_address

LEFT = "select datname from pg_database where datname like 'gotovo_bench_%'"


class RecordingObserver:
    """Keeps everything it is notified of."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.expected_seconds = 0.0
        self.measured_seconds = 0.0

    def preparing(self, text: str) -> None:
        """Keep the text."""
        self.texts.append(text)

    def prepared(self, seconds: float) -> None:
        """Keep the estimate."""
        self.expected_seconds = seconds

    def measuring(self, measure: str, seconds: float) -> None:
        """Add up the estimates."""
        del measure
        self.measured_seconds += seconds


def _programs() -> set[int]:
    """Return the Python programs we have started; multiprocessing keeps a tracker of its own."""
    found: set[int] = set()
    for pid in process_tree(os.getpid()):
        try:
            words = Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:  # ended meanwhile
            continue
        if words.startswith(sys.executable.encode()) and b"resource_tracker" not in words:
            found.add(pid)
    return found


def _names(folder: Path) -> list[str]:
    return [file.name for file in folder.iterdir()]


async def _databases(url: str) -> set[str]:
    connection = await asyncpg.connect(url)
    try:
        return {row["datname"] for row in await connection.fetch(LEFT)}
    finally:
        await connection.close()


async def test_limits_and_engine_are_measured_without_a_failure_and_cleaned_up(
    server_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    observer = RecordingObserver()
    plan = RunPlan(quick=True, rounds=1, seconds=0.2)
    groups = chosen_groups(["limits", "engine"])
    before = _programs(), await _databases(server_url)
    report = await run_bench(program(), groups, plan, server_url, observer)
    assert (_programs(), await _databases(server_url)) == before
    assert _names(tmp_path) == []
    names = {figure.name for figure in report.figures}
    assert {"limits.tx", "limits.tx1", "limits.batched", "limits.sync"} <= names
    assert {"limits.constant.get.32", "limits.constant.post.32", "engine.life"} <= names
    for figure in report.figures:
        assert figure.median > 0, figure
        assert figure.failures == 0, figure
    [ratio] = report.ratios
    assert (ratio.measure, ratio.against) == ("engine.life", "limits.tx")
    assert ratio.value > 0
    assert report.machine.postgres
    assert observer.measured_seconds == pytest.approx(observer.expected_seconds)
    assert any("Preparing limits" in each for each in observer.texts)


async def test_a_server_on_the_stage_knows_the_key_that_the_stage_has_made(
    server_url: str,
) -> None:
    async with open_environment(
        program(), server_url, owner_url=program_address(server_url)
    ) as environment:
        url = await environment.new_database()
        async with environment.runtime(url) as runtime:
            dataset = Dataset(SECRET)
            await dataset.seed(runtime)
            [made] = await dataset.orders(runtime, 1, "payment")
        token = await environment.key(url, Role.ADMIN)
        async with environment.server(url) as server, httpx.AsyncClient() as client:
            answer = await client.get(
                f"{server.base_url}/api/v1/orders/{made.number}",
                headers={"Authorization": f"Bearer {token}"},
            )
            pid = server.pid
            assert pid in set(process_tree(os.getpid()))
    assert answer.status_code == 200
    assert answer.json()["stage"] == "paid"
    assert pid not in set(process_tree(os.getpid()))


async def test_a_constant_server_answers_just_these_bytes(server_url: str) -> None:
    async with (
        open_environment(
            program(), server_url, owner_url=program_address(server_url)
        ) as environment,
        environment.constant_server({"/a/b": b'{"a":1}'}) as server,
        httpx.AsyncClient() as client,
    ):
        got = await client.get(f"{server.base_url}/a/b")
        posted = await client.post(f"{server.base_url}/a/b", content=b"x" * 100_000)
    assert (got.status_code, got.content) == (200, b'{"a":1}')
    assert (posted.status_code, posted.content) == (200, b'{"a":1}')


async def test_the_city_lives_every_step_of_an_ordinary_life(server_url: str) -> None:
    stages = ["placed", "paid", "picking", "packed", "dispatched"]
    stages += ["arrived_at_point", "shelved", "issued"]
    found: list[str] = []
    async with (
        open_environment(
            program(), server_url, owner_url=program_address(server_url)
        ) as environment,
        environment.runtime() as runtime,
    ):
        dataset = Dataset(runtime.secret)
        await dataset.seed(runtime)
        for step in ORDER_STEPS:
            [made] = await dataset.orders(runtime, 1, step)
            loaded = await runtime.journal.load(0, [made.number], [], [])
            found.append(str(loaded.orders[made.number].order.stage))
    assert found == stages


async def test_a_yardstick_whose_statement_fails_says_so(server_url: str) -> None:
    async with open_environment(
        program(), server_url, owner_url=program_address(server_url)
    ) as environment:
        url = await environment.new_database()
        variables = {"orders": "10", "state": "{}", "hash": "x", "at": "x", "body": "{}"}
        with pytest.raises(BenchError, match=r'relation "orders" does not exist'):
            await run_pgbench(
                environment.pg_bin,
                url,
                "load/pgbench_tx1.sql",
                clients=1,
                seconds=1,
                variables=variables | {"fingerprint": "x"},
            )

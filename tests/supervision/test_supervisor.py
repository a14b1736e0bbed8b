"""Whatever becomes of a worker, the program has as many as it should, and each is a new process."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import pytest

from gotovo.supervision.supervisor import Supervisor, WorkerStartError
from gotovo.supervision.worker import Patience, WorkerCommand

ROOT = Path(__file__).parents[2]
PATIENCE = Patience(start=20, silent=1, stop=0.5)


def puppet(act: str) -> WorkerCommand:
    """Return the command of a worker that does this."""
    environment = {"PYTHONPATH": f"{ROOT}:{ROOT / 'src'}"}
    return WorkerCommand("tests.support.supervision.puppet", act, environment, patience=PATIENCE)


@asynccontextmanager
async def supervised(act: str, count: int = 1) -> AsyncGenerator[Supervisor]:
    """Give a supervisor whose workers are ready, and stop it at the end."""
    supervisor = Supervisor(puppet(act), count)
    running = asyncio.create_task(supervisor.run())
    await until(lambda: len(supervisor.pids) == count)
    try:
        yield supervisor
    finally:
        supervisor.stop()
        await running


async def until(holds: Callable[[], bool], seconds: float = 20) -> float:
    """Wait until it holds; return how long that took."""
    began_at = time.monotonic()
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110  (other processes have no event)
            await asyncio.sleep(0.01)
    return time.monotonic() - began_at


async def test_a_killed_worker_is_replaced_and_the_other_goes_on() -> None:
    async with supervised("serve", count=2) as supervisor:
        killed, other = supervisor.pids
        os.kill(killed, signal.SIGKILL)
        reason = "worker 1 is being started again: ended by SIGKILL"
        await until(lambda: supervisor.problems == (reason,))
        assert supervisor.pids == (other,)
        await until(lambda: len(supervisor.pids) == 2 and not supervisor.problems)
        assert other in supervisor.pids


async def test_a_worker_that_hangs_writes_where_and_is_replaced(
    capfd: pytest.CaptureFixture[str],
) -> None:
    async with supervised("hang") as supervisor:
        hung = supervisor.pids
        await until(lambda: supervisor.pids not in {hung, ()})
    said = capfd.readouterr()
    assert "did not respond for 1 seconds" in said.out + said.err


async def test_a_worker_that_stands_still_is_killed() -> None:
    async with supervised("serve") as supervisor:
        (pid,) = supervisor.pids
        os.kill(pid, signal.SIGSTOP)
        await until(lambda: not psutil.pid_exists(pid))
        await until(lambda: len(supervisor.pids) == 1)


async def test_a_first_worker_that_gives_up_ends_the_program_with_its_reason() -> None:
    with pytest.raises(WorkerStartError, match="the database can't be reached"):
        await Supervisor(puppet("give-up"), 2).run()


async def test_after_the_first_start_it_never_gives_up(tmp_path: Path) -> None:
    async with supervised(f"once {tmp_path / 'started'}") as supervisor:
        os.kill(supervisor.pids[0], signal.SIGKILL)
        reason = "worker 1 is being started again: the database can't be reached"
        await until(lambda: supervisor.problems == (reason,))
        (tmp_path / "started").unlink()  # the database is back
        await until(lambda: len(supervisor.pids) == 1 and not supervisor.problems)


async def test_a_worker_that_does_not_stop_is_killed() -> None:
    async with supervised("stay") as supervisor:
        (pid,) = supervisor.pids
    assert not psutil.pid_exists(pid)


async def test_a_reload_starts_each_new_worker_before_the_old_one_stops() -> None:
    async with supervised("serve", count=2) as supervisor:
        before = supervisor.pids
        reloading = asyncio.create_task(supervisor.reload(puppet("serve")))
        while not reloading.done():
            assert supervisor.pids, "somebody serves at every moment"
            await asyncio.sleep(0.005)
        assert reloading.result()
        await until(lambda: len(supervisor.pids) == 2 and not {*supervisor.pids} & {*before})
        await until(lambda: not any(psutil.pid_exists(pid) for pid in before))


async def test_a_reload_that_fails_leaves_the_workers_as_they_are() -> None:
    async with supervised("serve") as supervisor:
        before = supervisor.pids
        assert not await supervisor.reload(puppet("give-up"))
        assert supervisor.pids == before
        os.kill(before[0], signal.SIGKILL)
        await until(lambda: supervisor.pids not in {before, ()})

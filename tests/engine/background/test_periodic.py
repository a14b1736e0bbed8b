"""A periodic job runs until it is stopped: sooner when woken, later after each failure."""

import asyncio
from random import Random

from gotovo.engine.background.periodic import Failure, PeriodicJob

LONG_SECONDS = 3600.0
"""Longer than any test: a job that runs again within it was woken."""
SHORT_SECONDS = 0.001


class Runs:
    """Counts the runs of a job, of which the first ones fail."""

    def __init__(self, failing: int = 0) -> None:
        self.count = 0
        self._failing = failing
        self._ran = asyncio.Condition()

    async def __call__(self) -> None:
        """Count, and fail while failures are left."""
        async with self._ran:
            self.count += 1
            self._ran.notify_all()
        if self.count <= self._failing:
            message = f"failure {self.count}"
            raise OSError(message)

    async def reach(self, count: int) -> None:
        """Wait until the job has run that often."""
        async with asyncio.timeout(10), self._ran:
            await self._ran.wait_for(lambda: self.count >= count)


async def test_a_job_runs_at_intervals_until_it_is_stopped() -> None:
    runs = Runs()
    job = PeriodicJob("sweep", runs, SHORT_SECONDS)
    running = asyncio.create_task(job.run())
    await runs.reach(5)
    job.stop()
    await asyncio.wait_for(running, 10)
    assert job.is_stopping


async def test_a_job_that_is_woken_runs_at_once() -> None:
    runs = Runs()
    job = PeriodicJob("sweep", runs, LONG_SECONDS)
    running = asyncio.create_task(job.run())
    await runs.reach(1)
    job.wake()
    await runs.reach(2)
    job.stop()
    await asyncio.wait_for(running, 10)
    assert runs.count == 2


async def test_every_failure_is_reported_and_a_success_ends_their_count() -> None:
    runs = Runs(failing=3)
    reported: list[tuple[str, str]] = []
    job = PeriodicJob(
        "sweep", runs, SHORT_SECONDS, report=lambda name, error: reported.append((name, str(error)))
    )
    running = asyncio.create_task(job.run())
    await runs.reach(4)
    job.stop()
    await asyncio.wait_for(running, 10)
    assert reported == [("sweep", f"failure {count}") for count in (1, 2, 3)]
    assert job.failure is None


async def test_a_job_that_fails_is_not_hurried_by_a_wake_up_but_can_be_stopped() -> None:
    runs = Runs(failing=1)
    job = PeriodicJob("sweep", runs, LONG_SECONDS, rng=Random(1))
    running = asyncio.create_task(job.run())
    await runs.reach(1)
    job.wake()
    await asyncio.sleep(0.02)
    assert job.failure == Failure("OSError: failure 1", 1)
    assert runs.count == 1
    job.stop()
    await asyncio.wait_for(running, 10)


async def test_a_rest_within_a_run_ends_when_the_job_is_stopped() -> None:
    rested = asyncio.Event()

    async def rests() -> None:
        rested.set()
        await job.rest(LONG_SECONDS)

    job = PeriodicJob("sweep", rests, LONG_SECONDS)
    running = asyncio.create_task(job.run())
    await asyncio.wait_for(rested.wait(), 10)
    job.stop()
    await asyncio.wait_for(running, 10)

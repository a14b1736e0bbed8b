"""Messages: how soon a buyer is told that an order is ready, and what telling costs.

The program's own planner and delivery run beside the engine in a worker process. The channel takes
a message at once, so what is measured ends where a provider's own time begins.
"""

import asyncio
import os
import time
from array import array
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from datetime import time as day_time
from typing import Final

from msgspec import Struct, structs

from gotovo.assembly.notices.channels import OpenChannels
from gotovo.assembly.notices.messages import MessageJobs, message_jobs
from gotovo.assembly.runtime import Runtime
from gotovo.bench.fixture.dataset import POINT, Dataset, DatasetOrder
from gotovo.bench.fixture.environment import SECRET, BenchEnvironment, OpenRuntime
from gotovo.bench.fixture.measure_worker import Runs, measure_worker
from gotovo.bench.fixture.processes import cpu_seconds, rss_mb
from gotovo.bench.load.latency_recorder import latencies_of
from gotovo.bench.run.measure import BenchError, Budget, Measure, RunPlan, Sample
from gotovo.bench.run.stopwatch import MICROSECONDS
from gotovo.engine.submission import ResultKind
from gotovo.notices.channels.port import (
    ChannelHealth,
    Receipt,
    ReceiptRefused,
    ReceiptRequest,
    Sent,
)
from gotovo.points.timetable import every_day
from gotovo.store.tables.messages.phone_messages import PhoneMessage

RATE: Final = 200
"""Orders that become ready in a second."""

TOLD_SECONDS: Final = 5.0
TOLD_SECONDS_QUICK: Final = 2.0
"""How long they do in a round."""

HOLD_SECONDS: Final = 1
"""A message is held so long for others; what is measured begins at the end of it."""

BURST: Final = 2_000
BURST_QUICK: Final = 500
"""Orders that become ready at once, as fast as the engine can."""

P99_MS: Final = 1_000.0

DRAIN_SECONDS_MAX: Final = 60.0

BUDGETS = (
    Budget(
        "messages.told",
        "messages.told",
        "",
        None,
        f"Ready → handed to the channel, {RATE} orders a second, after the hold: p99, ms",
        most=P99_MS,
        of="p99_ms",
    ),
)


class MessageLoad(Struct, frozen=True):
    """Orders of a round at the rate, and at once; `server_pid` is the database's, 0 if not ours."""

    told: int
    burst: int
    server_pid: int


@asynccontextmanager
async def open_messages(
    environment: BenchEnvironment, plan: RunPlan
) -> AsyncGenerator[list[Measure]]:
    """Open an engine, a planner and a delivery on one database, in a worker process."""
    url = await environment.new_database()
    told = TOLD_SECONDS_QUICK if plan.quick else TOLD_SECONDS
    values = (
        environment.program.open_runtime,
        url,
        environment.variables(url),
        MessageLoad(int(RATE * told), BURST_QUICK if plan.quick else BURST, environment.server_pid),
    )
    async with measure_worker(open_pipeline, *values) as worker:
        yield [
            Measure(
                "messages.told",
                f"orders become ready, {RATE} a second; to the channel after the hold",
                "messages/s",
                worker.run("told"),
                told + HOLD_SECONDS,
            ),
            Measure(
                "messages.without",
                "orders become ready at once, nobody is told",
                "commands/s",
                worker.run("without"),
                2 * plan.seconds,
            ),
            Measure(
                "messages.with",
                "the same while their buyers are told",
                "commands/s",
                worker.run("with"),
                4 * plan.seconds,
            ),
        ]


@asynccontextmanager
async def open_pipeline(
    open_runtime: OpenRuntime, url: str, variables: dict[str, str], load: MessageLoad
) -> AsyncGenerator[Runs]:
    """Open the program in the worker; its point is where it is noon, so nothing waits."""
    async with open_runtime(url, variables) as opened:
        channel = InstantChannel()
        runtime = structs.replace(opened, channels=OpenChannels(phone=channel))
        dataset = Dataset(SECRET, seed=9_001)
        await dataset.seed(runtime)
        zone = zone_at_noon(runtime.clock())
        noon = structs.replace(POINT, timetable=every_day(zone, day_time(0), day_time(23, 59)))
        await runtime.directory.put_point(noon, runtime.clock())
        pipeline = Pipeline(runtime, dataset, channel, load.server_pid)

        async def run_told(_seconds: float) -> Sample:
            return await pipeline.told(load.told)

        async def run_without(_seconds: float) -> Sample:
            return await pipeline.without(load.burst)

        async def run_with(_seconds: float) -> Sample:
            return await pipeline.with_messages(load.burst)

        yield {"told": run_told, "without": run_without, "with": run_with}


def zone_at_noon(now: datetime) -> str:
    """Return a time zone in which it is between 12 and 13 o'clock."""
    ahead = 12 - now.astimezone(UTC).hour
    return f"Etc/GMT{-ahead:+d}"


class InstantChannel:
    """A channel that takes every message at once and notes when."""

    def __init__(self) -> None:
        self.taken_at: dict[str, float] = {}
        self._wanted = 0
        self._has_come = asyncio.Event()

    def expect(self, count: int) -> None:
        """Begin to wait for so many messages."""
        self.taken_at.clear()
        self._wanted = count
        self._has_come.clear()

    async def wait(self) -> None:
        """Wait until the expected messages have come."""
        try:
            async with asyncio.timeout(DRAIN_SECONDS_MAX):
                await self._has_come.wait()
        except TimeoutError as error:
            message = f"{len(self.taken_at)} messages of {self._wanted} came"
            raise BenchError(message) from error

    async def send(self, message: PhoneMessage) -> Sent:
        """Take a message."""
        self.taken_at[message.number] = time.perf_counter()
        if len(self.taken_at) >= self._wanted:
            self._has_come.set()
        return Sent(provider_id=message.key, segments=2)

    async def health(self) -> ChannelHealth:
        """Return that it is reachable."""
        return ChannelHealth(reachable=True)

    def receipts(self, request: ReceiptRequest) -> Sequence[Receipt]:  # noqa: ARG002  (of no one)
        """Refuse every call-back."""
        raise ReceiptRefused("nobody sends receipts here")


class Pipeline:
    """Orders that become ready, and the messages about them.

    The processor time of the server is counted where its process is ours (not 0).
    """

    def __init__(
        self, runtime: Runtime, dataset: Dataset, channel: InstantChannel, server_pid: int
    ) -> None:
        self._runtime = runtime
        self._dataset = dataset
        self._channel = channel
        self._server_pid = server_pid
        self._used_without = 0.0

    async def told(self, count: int) -> Sample:
        """Let orders become ready at the rate; measure when each buyer is told."""
        jobs = self._jobs(HOLD_SECONDS)
        orders = await self._arrived(count, jobs)
        began_at: dict[str, float] = {}
        self._channel.expect(len(orders))
        async with self._running(jobs):
            began = time.perf_counter()
            async with asyncio.TaskGroup() as tasks:
                for index, order in enumerate(orders):
                    await asyncio.sleep(began + index / RATE - time.perf_counter())
                    began_at[order.number] = time.perf_counter()
                    tasks.create_task(self._shelve(order))
            await self._channel.wait()
        taken_at = self._channel.taken_at
        microseconds = array("Q")
        for number, at in began_at.items():
            late = taken_at[number] - at - HOLD_SECONDS
            microseconds.append(int(max(late, 0.0) * MICROSECONDS))
        took = max(taken_at.values()) - min(taken_at.values())
        facts = {"rss_mb": rss_mb(os.getpid())}
        return Sample(len(orders) / took, latencies_of(microseconds), 0, facts)

    async def without(self, count: int) -> Sample:
        """Let orders become ready as fast as they can, and tell nobody."""
        jobs = self._jobs(0)
        orders = await self._arrived(count, jobs)
        used = self._seconds_used()
        took = await self._shelve_all(orders)
        self._used_without = (self._seconds_used() - used) / len(orders)
        await self._tell(jobs, len(orders))
        return Sample(
            len(orders) / took, None, 0, {"cpu_us_order": self._used_without * MICROSECONDS}
        )

    async def with_messages(self, count: int) -> Sample:
        """Do the same while messages are planned and sent; wait for the last one."""
        jobs = self._jobs(0)
        orders = await self._arrived(count, jobs)
        self._channel.expect(len(orders))
        used = self._seconds_used()
        began = time.perf_counter()
        async with self._running(jobs):
            took = await self._shelve_all(orders)
            await self._channel.wait()
            drained = time.perf_counter() - began
        each = (self._seconds_used() - used) / len(orders)
        facts = {
            "cpu_us_order": each * MICROSECONDS,
            "cpu_us_message": (each - self._used_without) * MICROSECONDS,
            "messages_per_second": len(orders) / drained,
        }
        return Sample(len(orders) / took, None, 0, facts)

    def _jobs(self, hold_seconds: int) -> MessageJobs:
        """Return the program's jobs of messages, with another hold."""
        settings = structs.replace(self._runtime.settings, message_hold_seconds=hold_seconds)

        def report(name: str, error: Exception) -> None:
            raise BenchError(f"{name}: {error}") from error

        jobs = message_jobs(structs.replace(self._runtime, settings=settings), report)
        assert jobs is not None, "there is a channel"
        return jobs

    async def _arrived(self, count: int, jobs: MessageJobs) -> list[DatasetOrder]:
        """Make orders up to their arrival, which the planner has read, each of another buyer."""
        orders = await self._dataset.orders(self._runtime, count, "arrival")
        await jobs.planner.catch_up()
        return list({order.phone: order for order in orders}.values())

    async def _shelve_all(self, orders: Sequence[DatasetOrder]) -> float:
        began = time.perf_counter()
        await asyncio.gather(*(self._shelve(order) for order in orders))
        return time.perf_counter() - began

    async def _shelve(self, order: DatasetOrder) -> None:
        outcome = await self._runtime.engine.submit(self._dataset.step("shelving", order))
        if outcome.kind is not ResultKind.DONE:
            raise BenchError(f"order {order.number} is not ready: {outcome.refusal}")

    async def _tell(self, jobs: MessageJobs, count: int) -> None:
        """Tell buyers after all, so that the next round finds nothing to do."""
        self._channel.expect(count)
        async with self._running(jobs):
            await self._channel.wait()

    @asynccontextmanager
    async def _running(self, jobs: MessageJobs) -> AsyncGenerator[None]:
        self._runtime.engine.on_commit(jobs.planner.wake)
        both = (jobs.planner.job, jobs.delivery)
        tasks = [asyncio.create_task(job.run()) for job in both]
        try:
            yield
        finally:
            for job in both:
                job.stop()
            await asyncio.gather(*tasks)

    def _seconds_used(self) -> float:
        server = cpu_seconds(self._server_pid) if self._server_pid else 0.0
        return time.process_time() + server

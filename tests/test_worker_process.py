"""A worker process ignores Ctrl-C, ends with its client, and is missed when it is killed."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from gotovo.worker_process import WorkerHandler, WorkerProcessError, worker_process

PROGRAM = """
import asyncio, signal
from gotovo.worker_process import worker_process
from tests.test_worker_process import open_naps

async def main():
    async with worker_process(open_naps) as first, worker_process(open_naps) as second:
        print(await first.call(0), flush=True)
        await asyncio.gather(first.call(1.0), second.call(1.0))

signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background ignores it
try:
    asyncio.run(main())
except KeyboardInterrupt:
    print("interrupted")
"""


@asynccontextmanager
async def open_naps() -> AsyncGenerator[WorkerHandler]:
    """Sleep for as long as a request asks, and return which process that was."""

    async def nap(seconds: float) -> int:
        await asyncio.sleep(seconds)
        return os.getpid()

    yield nap


def open_locked() -> AbstractAsyncContextManager[WorkerHandler]:
    """Fail to open."""
    raise ValueError("locked")


def program() -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def test_ctrl_c_ends_the_client_and_the_workers_stay_silent() -> None:
    with program() as client:
        assert client.stdout is not None
        assert client.stdout.readline()
        os.killpg(client.pid, signal.SIGINT)
        output, errors = client.communicate(timeout=30)
    assert (output, errors) == ("interrupted\n", "")


async def test_a_worker_ends_when_its_client_is_killed() -> None:
    with program() as client:
        assert client.stdout is not None
        worker = Path("/proc") / client.stdout.readline().strip()
        client.kill()
    for _ in range(100):
        if not worker.exists():
            return
        await asyncio.sleep(0.05)
    pytest.fail("the worker is still there")


async def test_a_killed_worker_is_reported_to_its_client() -> None:
    async with worker_process(open_naps) as worker:
        os.kill(await worker.call(0), signal.SIGKILL)
        for _ in range(2):
            with pytest.raises(WorkerProcessError, match="ended before its work was done"):
                await worker.call(0)


async def test_a_worker_that_does_not_respond_in_time_is_reported() -> None:
    async with worker_process(open_naps) as worker:
        with pytest.raises(WorkerProcessError, match="does not respond"):
            await worker.call(0.5, seconds_max=0.05)


async def test_what_the_factory_raises_reaches_the_client_in_one_sentence() -> None:
    with pytest.raises(WorkerProcessError, match="ValueError: locked"):
        async with worker_process(open_locked):
            pass

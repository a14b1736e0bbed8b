"""A process of its own hears nothing of Ctrl-C, and is missed when somebody kills it."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest

from gotovo.apart import Answerer, ProcessFailed, apart

PROGRAM = """
import asyncio
from gotovo.apart import apart
from tests.test_apart import open_naps

async def main():
    async with apart(open_naps) as first, apart(open_naps) as second:
        print("asked", flush=True)
        await asyncio.gather(first.ask(1.0), second.ask(1.0))

try:
    asyncio.run(main())
except KeyboardInterrupt:
    print("interrupted")
"""


@asynccontextmanager
async def open_naps() -> AsyncGenerator[Answerer]:
    """Sleep for as long as is asked, and tell which process that was."""

    async def nap(seconds: float) -> int:
        await asyncio.sleep(seconds)
        return os.getpid()

    yield nap


def test_ctrl_c_ends_who_asks_and_no_other_says_a_word() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == "asked\n"
        os.killpg(program.pid, signal.SIGINT)
        said, complaints = program.communicate(timeout=30)
    assert (said, complaints) == ("interrupted\n", "")


async def test_a_process_that_was_killed_is_told_here() -> None:
    async with apart(open_naps) as there:
        os.kill(await there.ask(0), signal.SIGKILL)
        for _ in range(2):
            with pytest.raises(ProcessFailed, match="has ended before its work was done"):
                await there.ask(0)

"""What a measure worker opens in tests; the worker imports it by name."""

import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from gotovo.bench.fixture.measure_worker import Runs
from gotovo.bench.run.measure import Sample


@asynccontextmanager
async def open_echo(value: float) -> AsyncGenerator[Runs]:
    """Yield two runs: `echo` returns seconds times `value` and the process id, `fail` raises."""

    async def run(seconds: float) -> Sample:
        return Sample(value * seconds, facts={"pid": os.getpid()})

    async def fail(_seconds: float) -> Sample:
        raise ValueError("no luck")

    yield {"echo": run, "fail": fail}


@asynccontextmanager
async def open_broken(message: str) -> AsyncGenerator[Runs]:
    """Fail to open unless the message is empty."""
    if message:
        raise ValueError(message)
    yield {}

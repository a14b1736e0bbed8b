"""What a process of its own opens in tests; it has to be found there by name."""

import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from gotovo.bench.fixture.measure_worker import Runs
from gotovo.bench.run.measure import Sample


@asynccontextmanager
async def telling(value: float) -> AsyncGenerator[Runs]:
    """Tell the seconds asked for, and which process it is."""

    async def run(seconds: float) -> Sample:
        return Sample(value * seconds, facts={"pid": os.getpid()})

    async def fail(_seconds: float) -> Sample:
        raise ValueError("no luck")

    yield {"tell": run, "fail": fail}


@asynccontextmanager
async def opened(words: str) -> AsyncGenerator[Runs]:
    """Open only where nothing is said against it."""
    if words:
        raise ValueError(words)
    yield {}

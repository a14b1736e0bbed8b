"""What is measured has a process of its own, so that its memory and its pauses are its own.

While it measures a round, the asking process waits and does nothing.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial

from gotovo import apart as processes
from gotovo.bench.figure import BenchError, Sample

SPARE_SECONDS = 120
"""How much longer than asked a round may take before the process is given up."""

Runs = Mapping[str, Callable[[float], Awaitable[Sample]]]
"""What can be run, by name."""

Opener = Callable[..., AbstractAsyncContextManager[Runs]]


class Apart:
    """The asking side."""

    def __init__(self, there: processes.Apart) -> None:
        """Ask this process for rounds."""
        self._there = there

    def run(self, name: str) -> Callable[[float], Awaitable[Sample]]:
        """Return what runs a round over there."""
        return partial(self._round, name)

    async def _round(self, name: str, seconds: float) -> Sample:
        try:
            sample = await self._there.ask((name, seconds), seconds + SPARE_SECONDS)
        except processes.ProcessFailed as error:
            raise BenchError(str(error)) from error
        assert isinstance(sample, Sample), sample
        return sample


@asynccontextmanager
async def apart(opener: Opener, *values: object) -> AsyncGenerator[Apart]:
    """Open something in a process of its own; `opener` and `values` have to be picklable."""
    try:
        async with processes.apart(_open_runs, opener, values) as there:
            yield Apart(there)
    except processes.ProcessFailed as error:
        raise BenchError(str(error)) from error


@asynccontextmanager
async def _open_runs(
    opener: Opener, values: tuple[object, ...]
) -> AsyncGenerator[processes.Answerer]:
    async with opener(*values) as runs:

        async def run(asked: tuple[str, float]) -> Sample:
            name, seconds = asked
            return await runs[name](seconds)

        yield run

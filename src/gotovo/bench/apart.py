"""A process of its own for what is measured, so that its memory and its pauses are its own.

The process opens what it works with once and is then asked for one round after the other; while
it measures, the asking process waits and does nothing.
"""

import asyncio
import multiprocessing
import signal
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from functools import partial
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import Any

import uvloop

from gotovo.bench.figure import BenchError, Sample

READY_SECONDS = 120
"""How long opening may take: imports, connections, and orders to begin with."""

SPARE_SECONDS = 120
"""How much longer than asked a round may take before the process is given up."""

END_SECONDS = 10

Runs = Mapping[str, Callable[[float], Awaitable[Sample]]]
"""What can be run, by name."""

Opener = Callable[..., AbstractAsyncContextManager[Runs]]

_READY = ""


class Apart:
    """The asking side."""

    def __init__(self, pipe: "Connection[Any, Any]") -> None:
        """Ask through this pipe."""
        self._pipe = pipe

    def run(self, name: str) -> Callable[[float], Awaitable[Sample]]:
        """Return what runs a round over there."""
        return partial(self._round, name)

    async def wait_until_ready(self) -> None:
        """Return when it has opened everything."""
        await self._answer(READY_SECONDS)

    async def _round(self, name: str, seconds: float) -> Sample:
        self._pipe.send((name, seconds))
        sample = await self._answer(seconds + SPARE_SECONDS)
        assert isinstance(sample, Sample), sample
        return sample

    async def _answer(self, seconds_max: float) -> object:
        """Return what comes; raise BenchError with the words of a fault over there."""
        if not await asyncio.to_thread(self._pipe.poll, seconds_max):
            raise BenchError("a process of the bench does not answer")
        try:
            answer = self._pipe.recv()
        except EOFError as error:
            raise BenchError("a process of the bench has ended") from error
        if isinstance(answer, str) and answer != _READY:
            raise BenchError(answer)
        return answer


@asynccontextmanager
async def apart(opener: Opener, *values: object) -> AsyncGenerator[Apart]:
    """Open something in a process of its own; `opener` and `values` have to be picklable."""
    context = multiprocessing.get_context("spawn")  # a copy of this process would not be clean
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(opener, values, theirs), daemon=True)
    _start(process)
    theirs.close()
    try:
        asking = Apart(ours)
        await asking.wait_until_ready()
        yield asking
    finally:
        ours.close()  # it ends when there is nobody left to ask
        process.join(END_SECONDS)
        if process.is_alive():
            process.kill()
            process.join()


def _start(process: SpawnProcess) -> None:
    """Start it deaf to Ctrl-C, from its first instant: whoever asks ends it."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        process.start()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _work(opener: Opener, values: tuple[object, ...], pipe: "Connection[Any, Any]") -> None:
    uvloop.run(_answering(opener, values, pipe))


async def _answering(
    opener: Opener, values: tuple[object, ...], pipe: "Connection[Any, Any]"
) -> None:
    try:
        async with opener(*values) as runs:
            pipe.send(_READY)
            while await asyncio.to_thread(_is_asked, pipe):
                name, seconds = pipe.recv()
                pipe.send(await runs[name](seconds))
    except (BrokenPipeError, EOFError):
        pass
    except Exception as error:  # noqa: BLE001  (told to who asked, who ends the run)
        with suppress(OSError):  # nobody may be there any more to be told
            pipe.send(f"{type(error).__name__}: {error}")


def _is_asked(pipe: "Connection[Any, Any]") -> bool:
    """Wait for a question; return False when nobody can ask any more."""
    try:
        return pipe.poll(None)
    except (BrokenPipeError, EOFError, OSError):
        return False

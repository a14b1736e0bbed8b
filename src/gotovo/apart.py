"""A process of its own that is asked one question after the other.

It opens what it works with once. While it works, the asking side only waits; it ends with whoever
asks, and what goes wrong over there is told here in one sentence.
"""

import asyncio
import multiprocessing
import signal
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import Any

import uvloop
from msgspec import Struct

READY_SECONDS = 120
"""How long opening may take: imports, connections, and orders to begin with."""

END_SECONDS = 10

_ENDED = "a process of this program has ended before its work was done"

Answerer = Callable[[Any], Awaitable[Any]]
"""What answers a question; both are pickled on their way."""

Opener = Callable[..., AbstractAsyncContextManager[Answerer]]


class ProcessFailed(Exception):
    """A process of its own could not do what it was asked; the message says why."""


class _Fault(Struct, frozen=True):
    words: str


class Apart:
    """The asking side."""

    def __init__(self, pipe: "Connection[Any, Any]") -> None:
        """Ask through this pipe."""
        self._pipe = pipe

    async def ask(self, question: object, seconds_max: float | None = None) -> Any:
        """Return the answer; raise ProcessFailed with the words of a fault over there."""
        try:
            self._pipe.send(question)
        except ConnectionError as error:
            raise ProcessFailed(_ENDED) from error
        return await self.answer(seconds_max)

    async def answer(self, seconds_max: float | None) -> Any:
        """Wait for what comes next, so many seconds or for as long as it takes."""
        try:
            if not await asyncio.to_thread(self._pipe.poll, seconds_max):
                raise ProcessFailed("a process of this program does not answer")
            answer = self._pipe.recv()
        except (EOFError, ConnectionError) as error:
            raise ProcessFailed(_ENDED) from error
        if isinstance(answer, _Fault):
            raise ProcessFailed(answer.words)
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
        await asking.answer(READY_SECONDS)
        yield asking
    finally:
        ours.close()  # it ends when there is nobody left to ask
        process.join(END_SECONDS)
        if process.is_alive():
            process.kill()
            process.join()


def _start(process: SpawnProcess) -> None:
    """Start it deaf to Ctrl-C, from its first instant: whoever asks ends it."""
    resource_tracker.ensure_running()  # the first start of all would start it, and hear again
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
        async with opener(*values) as answer_to:
            pipe.send(None)  # it is open
            while await asyncio.to_thread(_is_asked, pipe):
                pipe.send(await answer_to(pipe.recv()))
    except (BrokenPipeError, EOFError):
        pass
    except Exception as error:  # noqa: BLE001  (told to who asked, who ends the run)
        with suppress(OSError):  # nobody may be there any more to be told
            pipe.send(_Fault(f"{type(error).__name__}: {error}"))


def _is_asked(pipe: "Connection[Any, Any]") -> bool:
    """Wait for a question; return False when nobody can ask any more."""
    try:
        return pipe.poll(None)
    except (BrokenPipeError, EOFError, OSError):
        return False

"""Worker process: requests go through a pipe to one process, one after the other.

The worker opens its handler once, as an asynchronous context manager, and closes it at the end. It
ends with its client, however that one ends. An exception in the worker reaches the client as one
sentence. `concurrent.futures.ProcessPoolExecutor` offers none of these: docs/decisions/0023.
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

START_SECONDS_MAX = 120
"""How long opening may take: imports, connections, and orders to begin with."""

STOP_SECONDS_MAX = 10
"""How long closing may take before the process is killed."""

_ENDED = "a worker process ended before its work was done"

WorkerHandler = Callable[[Any], Awaitable[Any]]
"""Handles one request in the worker; request and response are pickled."""

HandlerFactory = Callable[..., AbstractAsyncContextManager[WorkerHandler]]
"""Opens what the handler works with; found by its name in the worker, so a module's function."""


class WorkerProcessError(Exception):
    """A worker process could not handle a request; the message says why."""


class _Failure(Struct, frozen=True):
    message: str


class WorkerProcess:
    """The client's side of the pipe."""

    def __init__(self, pipe: "Connection[Any, Any]") -> None:
        self._pipe = pipe

    async def call(self, request: object, seconds_max: float | None = None) -> Any:
        """Return the worker's response; raise WorkerProcessError if there is none."""
        try:
            self._pipe.send(request)
        except ConnectionError as error:
            raise WorkerProcessError(_ENDED) from error
        return await self.receive(seconds_max)

    async def receive(self, seconds_max: float | None) -> Any:
        """Wait for the next message of the worker; None waits until there is one."""
        try:
            if not await asyncio.to_thread(self._pipe.poll, seconds_max):
                raise WorkerProcessError("a worker process does not respond")
            response = self._pipe.recv()
        except (EOFError, ConnectionError) as error:
            raise WorkerProcessError(_ENDED) from error
        if isinstance(response, _Failure):
            raise WorkerProcessError(response.message)
        return response


@asynccontextmanager
async def worker_process(factory: HandlerFactory, *values: object) -> AsyncGenerator[WorkerProcess]:
    """Start a worker; `factory` and its `values` have to be picklable."""
    context = multiprocessing.get_context("spawn")  # a fork would copy threads' locks and sockets
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(factory, values, theirs), daemon=True)
    _start(process)
    theirs.close()
    try:
        worker = WorkerProcess(ours)
        await worker.receive(START_SECONDS_MAX)
        yield worker
    finally:
        ours.close()  # the worker reads the end of the pipe and stops
        process.join(STOP_SECONDS_MAX)
        if process.is_alive():
            process.kill()
            process.join()


def _start(process: SpawnProcess) -> None:
    """Start it with SIGINT blocked from its first instant: Ctrl-C is the client's to handle."""
    resource_tracker.ensure_running()  # the first start of all would start it and unblock SIGINT
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        process.start()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _work(
    factory: HandlerFactory, values: tuple[object, ...], pipe: "Connection[Any, Any]"
) -> None:
    uvloop.run(_serve(factory, values, pipe))


async def _serve(
    factory: HandlerFactory, values: tuple[object, ...], pipe: "Connection[Any, Any]"
) -> None:
    try:
        async with factory(*values) as handle:
            pipe.send(None)  # it is open
            while await asyncio.to_thread(_has_request, pipe):
                pipe.send(await handle(pipe.recv()))
    except (BrokenPipeError, EOFError):
        pass
    except Exception as error:  # noqa: BLE001  (the client raises it, and ends the run)
        with suppress(OSError):  # the client may be gone
            pipe.send(_Failure(f"{type(error).__name__}: {error}"))


def _has_request(pipe: "Connection[Any, Any]") -> bool:
    """Wait for a request; return False when the client has closed the pipe."""
    try:
        return pipe.poll(None)
    except (BrokenPipeError, EOFError, OSError):
        return False

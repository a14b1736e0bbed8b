"""A worker that serves HTTP: Granian's worker, with our limits, on a socket of the supervisor.

The application comes from a factory that gets the link to the supervisor. It is opened and closed
by the lifespan messages of ASGI, so that nothing but this module knows which server it is.
"""

import asyncio
import faulthandler
import resource
import sys
from collections.abc import Callable
from importlib import import_module
from socket import socket
from typing import Any, Final

import uvloop
from granian.constants import HTTPModes
from granian.http import HTTP1Settings
from granian.log import LogLevels, configure_logging
from granian.server import mp
from starlette.types import ASGIApp, Message

from gotovo.supervision.link import (
    BACKLOG,
    LISTENER_VARIABLE,
    WorkerLink,
    inherited_link,
    inherited_socket,
)

BACKPRESSURE: Final = 4096
"""Concurrent requests per worker; further ones wait in the kernel's queue."""

HEADER_TIMEOUT_MS: Final = 5_000
"""How long a client may take to send its headers; bodies have a deadline of their own."""

BUFFER_BYTES: Final = 32 * 1024
"""What the server buffers of a connection in each direction, and so the longest head of a request:
nginx allows as much. Its default is thirteen times that, for each client that does not read."""

_granian: Final[Any] = mp
"""The parts of its worker; its own type hints do not fit them."""

ApplicationFactory = Callable[[WorkerLink], ASGIApp]

_NO: Final = False
_RUNTIME_THREADS: Final = 1
_BLOCKING_THREADS: Final = 512  # the server's default at most; it reads no files of ours
_PYTHON_THREADS: Final = 1
_IDLE_SECONDS: Final = 30
_SERVER_LOG: Final[dict[str, Any]] = {
    "handlers": {
        "console": {"()": "gotovo.assembly.logs.ForwardingHandler"},
        "access": {"class": "logging.NullHandler"},
    },
}
"""The server's own lines take the way of ours (`assembly/logs.py`)."""

_NO_TLS: Final = (False, None, None, None, "tls1.3", None, [], False)


class _Lifespan:
    """Opens and closes an application by the messages of ASGI."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._events: asyncio.Queue[Message] = asyncio.Queue()
        self._replies: asyncio.Queue[Message] = asyncio.Queue()
        self._task: asyncio.Task[Any] | None = None

    async def open(self) -> str:
        """Open the application; return why it can't be, or nothing."""
        scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.3"}, "state": {}}
        self._task = asyncio.ensure_future(self._app(scope, self._events.get, self._replies.put))
        reply = await self._ask("lifespan.startup")
        return "" if reply["type"] == "lifespan.startup.complete" else str(reply["message"])

    async def close(self) -> None:
        """Close the application."""
        await self._ask("lifespan.shutdown")
        if self._task is not None:
            await self._task

    async def abandon(self) -> None:
        """End an application that is still opening."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _ask(self, event: str) -> Message:
        assert self._task is not None, "opened before it is closed"
        await self._events.put({"type": event})
        reply = asyncio.ensure_future(self._replies.get())
        await asyncio.wait({reply, self._task}, return_when=asyncio.FIRST_COMPLETED)
        if not reply.done():
            reply.cancel()
            self._task.result()  # raises what ended it
        return await reply


async def serve(factory: ApplicationFactory, listener: socket, link: WorkerLink) -> bool:
    """Serve until the supervisor asks to stop; return False when the application can't be opened.

    Requests under way are finished before the application is closed.
    """
    link.open()
    app = factory(link)
    lifespan = _Lifespan(app)
    opening = asyncio.ensure_future(lifespan.open())
    stopping = asyncio.ensure_future(link.stopping.wait())
    await asyncio.wait({opening, stopping}, return_when=asyncio.FIRST_COMPLETED)
    if not opening.done():
        opening.cancel()
        await lifespan.abandon()
        return True
    if message := opening.result():
        link.failed(message)
        return False
    ended, end = _accept(app, listener)
    link.ready()
    await stopping
    end()
    await ended.wait()
    await lifespan.close()
    return True


def _accept(app: ASGIApp, listener: socket) -> tuple[asyncio.Event, Callable[[], None]]:
    """Begin to serve; return the event of having ended, and what makes it end."""
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    signal = _granian.WorkerSignal()
    signal.add_cb(lambda: loop.call_soon_threadsafe(ended.set))
    worker = _granian.ASGIWorker(
        1,
        (None, _granian.SocketHolder(listener.fileno(), _NO, BACKLOG)),
        None,
        _RUNTIME_THREADS,
        _BLOCKING_THREADS,
        _PYTHON_THREADS,
        _IDLE_SECONDS,
        BACKPRESSURE,
        HTTPModes.http1,  # Detecting the version of a silent client has no timeout.
        HTTP1Settings(header_read_timeout=HEADER_TIMEOUT_MS, max_buffer_size=BUFFER_BYTES),
        None,
        _NO,  # WebSockets
        None,
        *_NO_TLS,
        (None, None),
    )
    # The server writes no log of requests: addresses, paths and query strings are personal data.
    callback = _granian._asgi_call_wrap(app, {"url_path_prefix": None}, {}, None)  # noqa: SLF001
    watched = _granian._future_watcher_wrapper(callback)  # noqa: SLF001
    scheduler = _granian._new_cbscheduler(loop, watched, impl_asyncio=True)  # noqa: SLF001
    worker.serve_mtr(scheduler, loop, signal)
    return ended, signal.set


def factory_of(target: str) -> ApplicationFactory:
    """Return the factory that `module:name` names."""
    module, _, name = target.partition(":")
    factory: ApplicationFactory = getattr(import_module(module), name)
    return factory


def _raise_open_files_limit() -> None:
    """Raise the limit of open files to the hard limit.

    Each connection is an open file: with the usual 1,024 new clients could not connect long before
    `BACKPRESSURE` is reached, and would get no answer.
    """
    _, hard_limit = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard_limit, hard_limit))


def main(target: str) -> None:
    """Run as a worker of the supervisor."""
    link = inherited_link()
    faulthandler.enable()  # a worker that hangs is aborted, and writes where it hung
    _raise_open_files_limit()
    configure_logging(LogLevels.warning, _SERVER_LOG)
    sys.exit(not uvloop.run(serve(factory_of(target), inherited_socket(LISTENER_VARIABLE), link)))


if __name__ == "__main__":
    main(sys.argv[1])

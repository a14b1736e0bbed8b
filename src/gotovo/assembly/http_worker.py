"""A worker that serves HTTP: Granian's worker, with our limits, on a socket of the supervisor.

The application comes from a factory that gets the link to the supervisor. It is opened and closed
by the lifespan messages of ASGI, so that nothing but this module knows which server it is.
"""

import asyncio
import faulthandler
import os
import resource
import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from socket import socket
from typing import Any, Final, Protocol

import uvloop
from starlette.types import ASGIApp, Message

from gotovo.settings_sources import load_settings
from gotovo.supervision.link import (
    LISTENER_VARIABLE,
    WorkerLink,
    inherited_link,
    inherited_socket,
)

ApplicationFactory = Callable[[WorkerLink], ASGIApp]


class RequestServer(Protocol):
    """What accepts connections."""

    def start(self) -> None:
        """Begin to accept."""
        ...

    async def stop(self) -> None:
        """Accept no more, and finish the requests under way."""
        ...


OpenServer = Callable[[ASGIApp, socket], RequestServer]

_SERVERS: Final[Mapping[str, str]] = {
    "gotovo": "gotovo.http.server.server:HttpServer",
    "granian": "gotovo.http.server.granian_server:GranianServer",
}
"""By the setting `http_server`; only the one that is chosen is imported."""


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


async def serve(
    factory: ApplicationFactory, open_server: OpenServer, listener: socket, link: WorkerLink
) -> bool:
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
    server = open_server(app, listener)
    server.start()
    link.ready()
    await stopping
    await server.stop()
    await lifespan.close()
    return True


def _imported(target: str) -> Any:
    """Return what `module:name` names."""
    module, _, name = target.partition(":")
    return getattr(import_module(module), name)


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
    server: OpenServer = _imported(_SERVERS[load_settings(os.environ).http_server])
    factory: ApplicationFactory = _imported(target)
    listener = inherited_socket(LISTENER_VARIABLE)
    sys.exit(not uvloop.run(serve(factory, server, listener, link)))


if __name__ == "__main__":
    main(sys.argv[1])

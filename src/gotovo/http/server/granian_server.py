"""Granian as the server of a worker: the setting `http_server` chooses it.

Its worker runs in a runtime of its own, beside the event loop of the application.
"""

import asyncio
from socket import socket
from typing import Any, Final

from granian.constants import HTTPModes
from granian.http import HTTP1Settings
from granian.log import LogLevels, configure_logging
from granian.server import mp
from starlette.types import ASGIApp

from gotovo.supervision.link import BACKLOG

BACKPRESSURE: Final = 4096
"""Concurrent requests per worker; further ones wait in the kernel's queue."""

HEADER_TIMEOUT_MS: Final = 5_000
"""How long a client may take to send its headers; bodies have a deadline of their own."""

BUFFER_BYTES: Final = 32 * 1024
"""What the server buffers of a connection in each direction, and so the longest head of a request:
nginx allows as much. Its default is thirteen times that, for each client that does not read."""

_granian: Final[Any] = mp
"""The parts of its worker; its own type hints do not fit them."""

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


class GranianServer:
    """Serves an application on a socket until it is stopped."""

    def __init__(self, app: ASGIApp, listener: socket) -> None:
        """Accept nothing yet; the socket stays open, it is the caller's."""
        self._app = app
        self._listener = listener
        self._ended = asyncio.Event()
        self._signal = _granian.WorkerSignal()

    def start(self) -> None:
        """Begin to accept."""
        configure_logging(LogLevels.warning, _SERVER_LOG)
        loop = asyncio.get_running_loop()
        self._signal.add_cb(lambda: loop.call_soon_threadsafe(self._ended.set))
        worker = _granian.ASGIWorker(
            1,
            (None, _granian.SocketHolder(self._listener.fileno(), _NO, BACKLOG)),
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
        # It writes no log of requests: addresses, paths and query strings are personal data.
        options = {"url_path_prefix": None}
        callback = _granian._asgi_call_wrap(self._app, options, {}, None)  # noqa: SLF001
        watched = _granian._future_watcher_wrapper(callback)  # noqa: SLF001
        scheduler = _granian._new_cbscheduler(loop, watched, impl_asyncio=True)  # noqa: SLF001
        worker.serve_mtr(scheduler, loop, self._signal)

    async def stop(self) -> None:
        """Accept no more, and finish the requests under way."""
        self._signal.set()
        await self._ended.wait()

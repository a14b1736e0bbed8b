"""The Granian server: its limits, the settings its workers inherit, and the port it needs."""

import os
import resource
import signal
import socket
import time
from typing import Any

from granian.constants import HTTPModes, Interfaces, Loops
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.mp import MPServer
from typing_extensions import override

from gotovo.cli.exit_status import WrongUsage
from gotovo.config import PREFIX, Settings

APPLICATION = "gotovo.assembly.application:application"
"""The factory that each worker calls for the application it serves."""

DEMO_APPLICATION = "gotovo.cli.demo_worker:application"
"""The same application with the demo town in it."""

BACKPRESSURE = 4096
"""Concurrent requests per worker; further ones wait in the kernel's queue."""

BACKLOG = 1024

HEADER_TIMEOUT_MS = 5_000
"""How long a client may take to send its headers; bodies have a deadline of their own."""

BUFFER_BYTES = 32 * 1024
"""What the server buffers of a connection in each direction, and so the longest head of a request:
nginx allows as much. Its default is thirteen times that, for each client that does not read."""

SERVER_LOG: dict[str, Any] = {
    "handlers": {
        "console": {"()": "gotovo.assembly.logs.ForwardingHandler"},
        "access": {"class": "logging.NullHandler"},
    },
}
"""The server's own lines take the way of ours (`assembly/logs.py`)."""

KILL_SECONDS = 15
"""How long a worker may take to finish its requests before it is killed."""

POLL_SECONDS = 0.01


class GranianServer(MPServer):
    """A server whose workers lose no signal while they start.

    A worker is a fork of this process, and until it has handlers of its own it would swallow
    SIGTERM with those of its parent. So it starts with both signals blocked; the application
    unblocks them (`Application`).
    """

    @override
    def _spawn_workers(self, spawn_target: Any, target_loader: Any) -> None:
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
        try:
            super()._spawn_workers(spawn_target, target_loader)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    @override
    def _stop_workers(self) -> None:
        """Let the workers end before the server looks whether it has to kill them.

        Each has a thread that reaps it. In the instant between, Granian 2.8 takes a worker that has
        ended for one that refuses to, says so and sends SIGKILL to a pid that may be another's.
        """
        for worker in self.wrks:
            worker.terminate()
        deadline = time.monotonic() + KILL_SECONDS
        while any(worker.is_alive() for worker in self.wrks) and time.monotonic() < deadline:
            time.sleep(POLL_SECONDS)
        super()._stop_workers()


def new_server(chosen: Settings, target: str = APPLICATION) -> GranianServer:
    """Return the server; the bench measures the same one with another target."""
    _raise_open_files_limit()
    return GranianServer(
        target,
        address=chosen.host,
        port=chosen.port,
        interface=Interfaces.ASGI,
        workers=1 if chosen.demo else chosen.workers,
        loop=Loops.uvloop,
        factory=True,
        websockets=False,
        http=HTTPModes.http1,  # Detecting the version of a silent client has no timeout.
        backlog=BACKLOG,
        backpressure=BACKPRESSURE,
        http1_settings=HTTP1Settings(
            header_read_timeout=HEADER_TIMEOUT_MS, max_buffer_size=BUFFER_BYTES
        ),
        workers_kill_timeout=1,  # on top of `KILL_SECONDS`
        log_level=LogLevels.warning,
        log_access=False,  # addresses, paths and query strings are personal data
        log_dictconfig=SERVER_LOG,
    )


def export_settings(chosen: Settings, url: str) -> None:
    """Put the settings into the environment, where the worker processes read them."""
    for name in Settings.__struct_fields__:
        value = getattr(chosen, name)
        os.environ[f"{PREFIX}{name.upper()}"] = str(int(value) if value is True else value)
    os.environ[f"{PREFIX}DATABASE_URL"] = url


def check_ports(chosen: Settings) -> None:
    """Raise WrongUsage when an address can't be listened on, before anything is started."""
    _check_port("listen", chosen.listen, chosen.host, chosen.port)
    if chosen.operations_listen:
        _check_port("operations_listen", chosen.operations_listen, *chosen.operations_address)


def _check_port(name: str, listen: str, host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            reason = f"{error.strerror}; set {PREFIX}{name.upper()} to another address"
            raise WrongUsage(f"{name}: can't listen on {listen}: {reason}") from error


def _raise_open_files_limit() -> None:
    """Raise the limit of open files of this process and its workers to the hard limit.

    Each connection is an open file: with the usual 1,024 new clients could not connect long before
    `BACKPRESSURE` is reached, and would get no answer. Granian 2.8 does the same when imported, but
    does not document it.
    """
    _, hard_limit = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard_limit, hard_limit))

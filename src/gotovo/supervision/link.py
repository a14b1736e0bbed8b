"""The worker's end of the socket between it and its supervisor."""

import asyncio
import os
import signal
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from gotovo.supervision.messages import (
    MESSAGE_BYTES_MAX,
    Beat,
    Failed,
    ProgramProblems,
    Ready,
    Stop,
    ToSupervisor,
    decode_to_worker,
    encode,
)

BEAT_SECONDS: Final = 1.0
"""How often a worker says that its event loop runs."""

BACKLOG: Final = 1024
"""Connections that wait on a listening socket until a worker accepts them, also while none runs."""

LINK_VARIABLE: Final = "GOTOVO_RUN_LINK"
LISTENER_VARIABLE: Final = "GOTOVO_RUN_LISTENER"
"""The descriptors that a worker inherits, in its environment."""

WORKER_VARIABLE: Final = "GOTOVO_RUN_WORKER"
FOLDER_VARIABLE: Final = "GOTOVO_RUN_FOLDER"
"""The number of a worker, and the folder that it shares with the others, if there are any."""


class WorkerLink:
    """Tells the supervisor how this process is, and when it is to stop.

    The end of the supervisor, however it ends, is a request to stop: no worker outlives it.
    """

    def __init__(
        self, link: socket.socket | None = None, worker: int = 1, folder: Path | None = None
    ) -> None:
        """Without a socket nobody supervises: an application in a test, for example.

        `worker` counts from 1, and a worker that takes another's place has its number. `folder` is
        private to the workers of the program; None where there is only one.
        """
        self.worker = worker
        self.folder = folder
        self.problems: tuple[str, ...] = ()
        self.restarts = 0
        self.is_disk_full = False
        self.stopping = asyncio.Event()
        self._link = link
        self._notes: tuple[str, ...] = ()
        self._end_streams: list[Callable[[], None]] = []

    def note(self, lines: Sequence[str]) -> None:
        """Have these lines shown to whoever watches the program start, once it is ready."""
        self._notes = tuple(lines)

    def on_stop(self, callback: Callable[[], None]) -> None:
        """Call this when the process is asked to stop: it ends what would never end by itself."""
        self._end_streams.append(callback)

    def open(self) -> None:
        """Begin to beat and to listen, in the running event loop."""
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, self.stop)
        # The supervisor starts workers with both blocked, so that none is lost before this.
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT, signal.SIGTERM})
        if self._link is not None:
            self._link.setblocking(False)  # noqa: FBT003  (its only argument)
            loop.add_reader(self._link.fileno(), self._read)
            self._beat(loop)

    def ready(self) -> None:
        """Tell that this process serves."""
        self._send(Ready(self._notes))

    def failed(self, message: str) -> None:
        """Tell why this process can't start."""
        self._send(Failed(message))

    def stop(self) -> None:
        """Begin to stop, at the first request."""
        if not self.stopping.is_set():
            self.stopping.set()
            for end in self._end_streams:
                end()

    def _beat(self, loop: asyncio.AbstractEventLoop) -> None:
        self._send(Beat())
        loop.call_later(BEAT_SECONDS, self._beat, loop)

    def _read(self) -> None:
        assert self._link is not None, "only an open link is read"
        try:
            packet = self._link.recv(MESSAGE_BYTES_MAX)
        except BlockingIOError:
            return
        except OSError:
            packet = b""
        if not packet:
            asyncio.get_running_loop().remove_reader(self._link.fileno())
            self.stop()
            return
        match decode_to_worker(packet):
            case Stop():
                self.stop()
            case ProgramProblems(problems, restarts, is_disk_full):
                self.problems, self.restarts = problems, restarts
                self.is_disk_full = is_disk_full

    def _send(self, message: ToSupervisor) -> None:
        """Send a message; a supervisor that is gone or does not read needs none."""
        if self._link is not None:
            with suppress(OSError):
                self._link.send(encode(message))


def inherited_link() -> WorkerLink:
    """Return the link that this worker was started with, and ignore Ctrl-C: the parent heeds it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    folder = os.environ.pop(FOLDER_VARIABLE, "")
    return WorkerLink(
        inherited_socket(LINK_VARIABLE),
        int(os.environ.pop(WORKER_VARIABLE)),
        Path(folder) if folder else None,
    )


def inherited_socket(variable: str) -> socket.socket:
    """Return a socket that this process was started with; children of it get it no more."""
    inherited = socket.socket(fileno=int(os.environ.pop(variable)))
    inherited.set_inheritable(False)
    return inherited

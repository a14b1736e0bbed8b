"""A worker process as its supervisor sees it: started, ready, beating, ended."""

import asyncio
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import Final

from msgspec import Struct

from gotovo.supervision.link import (
    BEAT_SECONDS,
    LINK_VARIABLE,
    LISTENER_VARIABLE,
    WORKER_VARIABLE,
)
from gotovo.supervision.messages import (
    MESSAGE_BYTES_MAX,
    Beat,
    Failed,
    ProgramProblems,
    Ready,
    Stop,
    ToWorker,
    decode_to_supervisor,
    encode,
)

_ABORT_SECONDS: Final = 1
"""How long a hung worker has to write where it hangs before it is killed."""


class Patience(Struct, frozen=True):
    """How long a supervisor waits for a worker, in seconds."""

    start: float = 120
    """Silence of one that starts: a slow machine imports for long, and a migration may block."""

    silent: float = 10
    """Silence of one that serves: its event loop hangs, and nobody is served."""

    stop: float = 15
    """For its requests, once it has been asked to stop."""


class WorkerCommand(Struct, frozen=True):
    """What a worker process runs, and what it is given."""

    module: str
    """Run as `python -m`."""

    argument: str
    environment: Mapping[str, str]
    listener: socket.socket | None = None
    """The socket to serve on, which belongs to the supervisor: it outlives each worker."""

    patience: Patience = Patience()


class WorkerEnd(Struct, frozen=True):
    """How a worker ended, and how long it had served until then.

    `gave_up`: it ended by itself without having served, and `reason` says what a person can mend.
    """

    reason: str
    worked_seconds: float
    gave_up: bool = False


class Worker:
    """One process. It is a new program, not a fork: a fork would copy locks of other threads."""

    def __init__(self, command: WorkerCommand, number: int) -> None:
        """Start the process, in the running event loop, as the worker of a number."""
        self._loop = asyncio.get_running_loop()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.setblocking(False)  # noqa: FBT003  (its only argument)
        self._link = ours
        self._patience = command.patience
        with theirs:
            self._process = _start(command, number, theirs)
        self.ready: asyncio.Future[Ready] = self._loop.create_future()
        self.ended: asyncio.Future[WorkerEnd] = self._loop.create_future()
        self._silent_ticks = 0
        self._ready_at = 0.0
        self._reason = ""
        self._message = ""
        self._reaping: asyncio.Task[None] | None = None
        self._timer = self._loop.call_later(BEAT_SECONDS, self._tick)
        self._loop.add_reader(ours.fileno(), self._read)

    @property
    def pid(self) -> int:
        """Return the process id."""
        return self._process.pid

    @property
    def is_ready(self) -> bool:
        """Return whether it serves."""
        return self.ready.done() and not self.ready.cancelled() and not self.ended.done()

    def tell(self, message: ToWorker) -> None:
        """Send a message; a worker that does not read will be found silent."""
        with suppress(OSError):
            self._link.send(encode(message))

    async def stop(self) -> WorkerEnd:
        """Let it finish its requests, and kill it if it takes too long."""
        self.tell(Stop())
        with suppress(TimeoutError):
            return await asyncio.wait_for(asyncio.shield(self.ended), self._patience.stop)
        self._reason = f"killed: it did not stop within {self._patience.stop:g} seconds"
        self._kill(signal.SIGKILL)
        return await self.ended

    def condition(self, problems: ProgramProblems) -> None:
        """Tell the worker what is wrong with the program, for those who ask it."""
        self.tell(problems)

    def _tick(self) -> None:
        """Count silence in ticks of our own: time in which we ourselves stood still is not its."""
        self._silent_ticks += 1
        allowed = self._patience.silent if self._ready_at else self._patience.start
        if self._silent_ticks * BEAT_SECONDS > allowed and not self._reason:
            self._reason = f"killed: it did not respond for {allowed:g} seconds"
            self._kill(signal.SIGABRT)
            self._loop.call_later(_ABORT_SECONDS, self._kill, signal.SIGKILL)
        self._timer = self._loop.call_later(BEAT_SECONDS, self._tick)

    def _read(self) -> None:
        try:
            packet = self._link.recv(MESSAGE_BYTES_MAX)
        except BlockingIOError:
            return
        except OSError:
            packet = b""
        if not packet:
            self._loop.remove_reader(self._link.fileno())
            self._timer.cancel()
            self._reaping = self._loop.create_task(self._reap())
            return
        self._silent_ticks = 0
        match decode_to_supervisor(packet):
            case Ready() as ready:
                self._ready_at = self._loop.time()
                if not self.ready.done():
                    self.ready.set_result(ready)
            case Failed(message):
                self._message = message
            case Beat():
                pass

    async def _reap(self) -> None:
        """Find out how the process ended; its end of the socket is closed, so it has or will."""
        try:
            status = await asyncio.to_thread(self._process.wait, _ABORT_SECONDS)
        except subprocess.TimeoutExpired:
            self._kill(signal.SIGKILL)
            status = await asyncio.to_thread(self._process.wait)
        self._link.close()
        worked = self._loop.time() - self._ready_at if self._ready_at else 0.0
        self.ready.cancel()
        reason = self._message or self._reason or _described(status)
        self.ended.set_result(WorkerEnd(reason, worked, gave_up=status > 0 and not self._ready_at))

    def _kill(self, number: signal.Signals) -> None:
        if self._process.returncode is None:
            self._process.send_signal(number)


def _start(command: WorkerCommand, number: int, link: socket.socket) -> "subprocess.Popen[bytes]":
    """Start it with both signals blocked, so that none is lost before it handles them."""
    given = {LINK_VARIABLE: link}
    if command.listener is not None:
        given[LISTENER_VARIABLE] = command.listener
    inherited = {name: str(each.fileno()) for name, each in given.items()}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        return subprocess.Popen[bytes](
            # -P: a folder that a person happens to stand in is no place to import from.
            [sys.executable, "-P", "-m", command.module, command.argument],
            stdin=subprocess.DEVNULL,
            env={**command.environment, **inherited, WORKER_VARIABLE: str(number)},
            pass_fds=tuple(each.fileno() for each in given.values()),
        )
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _described(status: int) -> str:
    if status < 0:
        with suppress(ValueError):
            return f"ended by {signal.Signals(-status).name}"
    return f"ended with status {status}" if status else "ended"

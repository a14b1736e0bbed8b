"""The processes of a running program: its workers, and this one, which supervises them.

This process binds the socket that all workers serve on, and handles signals: Ctrl-C and SIGTERM
stop the program, SIGHUP reads the settings anew and replaces the workers one after the other.
"""

import asyncio
import os
import signal
import socket
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import Final

import structlog
from msgspec import Struct

from gotovo.assembly.wal_archive.following import keep_archive
from gotovo.cli.context import RunningDatabase, print_status
from gotovo.cli.exit_status import WrongUsage
from gotovo.config import PREFIX, Settings
from gotovo.http.edge.connections import bound_unread
from gotovo.setting_checks import SettingError
from gotovo.store.embedded.keeper import DatabaseKeeper
from gotovo.store.postgres.errors import StoreError
from gotovo.supervision.link import BACKLOG, FOLDER_VARIABLE
from gotovo.supervision.messages import Ready
from gotovo.supervision.supervisor import Supervisor, WorkerStartError
from gotovo.supervision.systemd import Systemd
from gotovo.supervision.worker import WorkerCommand

HTTP_WORKER: Final = "gotovo.assembly.http_worker"
BACKGROUND_WORKER: Final = "gotovo.assembly.background_worker"

APPLICATION: Final = "gotovo.assembly.application:application"
"""The factory that each worker calls for the application it serves."""

DEMO_APPLICATION: Final = "gotovo.cli.demo_worker:application"
"""The same application with the demo town in it."""

_NOT_FOR_WORKERS: Final = ("NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID")
_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)

_log: Final = structlog.get_logger("gotovo")


class Workers(Struct, frozen=True, kw_only=True):
    """The workers of a program. `listener` is what they serve on, None if they serve nobody.

    `settings` reads the settings, again at each reload.
    """

    module: str
    target: str
    settings: Callable[[], Settings]
    database: RunningDatabase
    count: int
    listener: socket.socket | None = None
    lines: Callable[[Sequence[str]], Sequence[str]] = lambda notes: notes
    """What is printed when the first worker is ready, which may have something to add."""


def run_workers(workers: Workers) -> None:
    """Run them until Ctrl-C or SIGTERM; raise StoreError when none can start."""
    try:
        with _shared_folder(workers.count) as folder:
            asyncio.run(_run(workers, folder))
    except WorkerStartError as error:
        raise StoreError(str(error)) from error
    finally:
        for each in _SIGNALS:  # what was started is stopped in order, whoever is impatient
            signal.signal(each, signal.SIG_IGN)


def open_listener(chosen: Settings) -> socket.socket:
    """Return the socket to serve on; raise WrongUsage when an address can't be listened on."""
    if chosen.operations_listen:
        _bind("operations_listen", chosen.operations_listen, *chosen.operations_address).close()
    listener = _bind("listen", chosen.listen, chosen.host, chosen.port)
    bound_unread(listener)
    listener.listen(BACKLOG)
    listener.setblocking(False)
    return listener


def worker_environment(
    environment: Mapping[str, str], chosen: Settings, url: str
) -> dict[str, str]:
    """Return the environment of a worker, which has the settings in it."""
    names = {name: getattr(chosen, name) for name in Settings.__struct_fields__} | {
        "database_url": url
    }
    settings = {
        f"{PREFIX}{name.upper()}": str(int(value) if value is True else value)
        for name, value in names.items()
    }
    inherited = {
        name: value
        for name, value in environment.items()
        if name not in _NOT_FOR_WORKERS and name != f"{PREFIX}CONFIG"
    }
    return {**inherited, **settings}


@contextmanager
def _shared_folder(count: int) -> Generator[str]:
    """Make a folder for several workers, which nobody else reads; empty for one."""
    if count == 1:
        yield ""
        return
    with TemporaryDirectory(prefix="gotovo-workers-") as folder:
        yield folder


async def _run(workers: Workers, folder: str) -> None:
    await _Parent(workers, Systemd(os.environ), folder).run()


class _Parent:
    """What the first process does while the workers serve."""

    def __init__(self, workers: Workers, systemd: Systemd, folder: str) -> None:
        self._folder = folder
        self._workers = workers
        self._systemd = systemd
        self._url = workers.database.url
        self._reload_wanted = asyncio.Event()
        self._supervisor = Supervisor(
            self._command(),
            workers.count,
            on_ready=self._is_ready,
            on_change=lambda: systemd.status(self._status()),
        )

    async def run(self) -> None:
        """Run until Ctrl-C or SIGTERM."""
        loop = asyncio.get_running_loop()
        for each in _SIGNALS:
            loop.add_signal_handler(each, self._stop)
        loop.add_signal_handler(signal.SIGHUP, self._reload_wanted.set)
        beside = [asyncio.create_task(each) for each in (self._reload(), self._feed_watchdog())]
        if self._workers.database.server is not None:
            keeper = DatabaseKeeper(
                self._workers.database.server,
                self._url,
                on_problem=self._tell,
                on_url=self._move,
            )
            beside.append(asyncio.create_task(keeper.run()))
            archiving = keep_archive(self._workers.settings(), self._workers.database.server)
            beside.append(asyncio.create_task(archiving))
        try:
            await self._supervisor.run()
        finally:
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)

    def _tell(self, problems: Sequence[str], is_disk_full: bool) -> None:
        self._supervisor.tell(problems, is_disk_full=is_disk_full)

    def _stop(self) -> None:
        self._systemd.stopping()
        self._supervisor.stop()

    def _is_ready(self, ready: Ready) -> None:
        for line in self._workers.lines(ready.notes):
            print_status(line)
        self._systemd.ready(self._status())

    def _status(self) -> str:
        return "; ".join(self._supervisor.problems) or "serving"

    def _move(self, url: str) -> None:
        self._url = url
        self._reload_wanted.set()

    async def _reload(self) -> None:
        """Replace the workers at each request, with the settings as they are then."""
        while await self._reload_wanted.wait():
            self._reload_wanted.clear()
            self._systemd.reloading()
            try:
                if await self._supervisor.reload(self._command()):
                    _log.info("the workers were replaced")
            except SettingError as error:
                _log.error("nothing was reloaded", reason=str(error))
            self._systemd.ready(self._status())

    async def _feed_watchdog(self) -> None:
        while self._systemd.watchdog_seconds:
            self._systemd.alive()
            await asyncio.sleep(self._systemd.watchdog_seconds)

    def _command(self) -> WorkerCommand:
        workers = self._workers
        environment = worker_environment(os.environ, workers.settings(), self._url)
        if self._folder:
            environment[FOLDER_VARIABLE] = self._folder
        return WorkerCommand(workers.module, workers.target, environment, workers.listener)


def _bind(name: str, listen_on: str, host: str, port: int) -> socket.socket:
    try:
        family, _, _, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        bound = socket.socket(family, socket.SOCK_STREAM)
        try:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            bound.bind(address)
        except OSError:
            bound.close()
            raise
    except OSError as error:
        reason = f"{error.strerror}; set {PREFIX}{name.upper()} to another address"
        raise WrongUsage(f"{name}: can't listen on {listen_on}: {reason}") from error
    return bound

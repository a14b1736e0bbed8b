"""Our own PostgreSQL: the binaries of a wheel, run as a process beside the program.

One data folder is one server. Whoever comes first starts it and owns it (`ownership.py`); other
programs of the same installation use it meanwhile. When the owner leaves, the next of them owns it,
and the last one stops it. The server does not die with its owner: one that outlived it (kill -9) is
adopted by the next start, for it still has everything, and stopping it would gain nothing. Nobody
can reach it but through a socket in a private folder, with a password.
"""

import enum
import os
import shutil
import signal
import socket
import struct
import subprocess
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from msgspec import Struct

from gotovo.store.embedded.binaries import LOG_LINES, binaries_for, installed_binaries
from gotovo.store.embedded.cluster import initialise, must_fit
from gotovo.store.embedded.ownership import Ownership, turn
from gotovo.store.embedded.paths import ServerPaths, prepare_paths
from gotovo.store.embedded.process import (
    POLL_SECONDS,
    QUIT_SECONDS,
    PidFile,
    disown_reused_pid,
    read_note,
    running_server,
    terminate,
)
from gotovo.store.embedded.roles import (
    ADMINISTRATOR,
    DATABASE,
    PORT,
    PROGRAM,
    address_of,
    prepare_role,
)
from gotovo.store.postgres.errors import EmbeddedError

START_SECONDS = 300
"""After a crash the server first replays up to a gigabyte of log; a slow disk needs minutes."""

PATIENCE_SECONDS = 5
"""After this long without a message a person thinks that it hangs."""

STILL_STARTING = "PostgreSQL is still starting; after a crash it replays its log first …"

ROOM_BYTES_MIN = 16 << 20
"""A segment of PostgreSQL's log, which it makes before it writes to it."""

LOG_BYTES_MAX = 10_000_000
"""A longer log is begun anew; one old log is kept."""

LOG_TAIL_BYTES = 20_000
"""More than the last lines need, and little enough to read at once."""

ANSWER_SECONDS = 5
"""A running server responds within milliseconds, even on a busy machine."""

_CHILDREN_LEFT = "pre-existing shared memory block"  # said while a killed server's children live
_LOG_WITHOUT_VALUES = (
    "-clog_error_verbosity=terse",  # no DETAIL, which has the values of a row
    "-clog_min_error_statement=panic",
    "-clog_parameter_max_length=0",
    "-clog_parameter_max_length_on_error=0",
)
"""What a person is known by stands in rows, statements and their arguments: none is logged."""

_REPLIES = (b"R", b"E")
_REPLY_BYTES_MAX = 1_024
_PROTOCOL = 3 << 16
_HELLO = f"user\0{ADMINISTRATOR}\0database\0{DATABASE}\0\0".encode()

Report = Callable[[str], None]


class Server(Struct, frozen=True):
    """A server that responds: how to reach it, and whether this program holds its lock.

    `url` is the address of the program's role, which owns its schema and may do nothing else;
    `admin_url` that of the role that may do everything in the server.
    """

    url: str
    admin_url: str
    pid: int
    is_ours: bool


class ServerState(enum.Enum):
    """What a look at the server has shown."""

    SERVING = "serving"
    GONE = "gone"
    SILENT = "silent"


class EmbeddedPostgres:
    """The server of one data folder; it can be started and stopped repeatedly."""

    def __init__(self, data_dir: Path, report: Report = lambda _: None) -> None:
        """Set the folder; nothing is created before `start`."""
        self._data_dir = data_dir
        self._report = report
        self._ownership = Ownership()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> Server:
        """Return a server that responds, or raise EmbeddedError with the remedy."""
        with _sentences(self._data_dir):
            place = prepare_paths(self._data_dir)
            deadline = time.monotonic() + START_SECONDS
            while time.monotonic() < deadline:
                with turn(place):
                    if self._ownership.take(place):
                        self._ownership.use(place)
                    elif (note := _ready(place)) is not None:
                        self._ownership.use(place)
                        self._report("Using the PostgreSQL that another gotovo has started.")
                        prepare_role(place)
                        return _server(place, note.pid, is_ours=False)
                if self._ownership.is_owner:
                    return self._start_as_owner(place, deadline)
                time.sleep(POLL_SECONDS)
        message = f"another gotovo holds {place.folder} and its PostgreSQL does not get ready"
        raise EmbeddedError(message)

    @property
    def is_owner(self) -> bool:
        """Return whether this program starts, watches and stops the server."""
        return self._ownership.is_owner

    def take_over(self) -> bool:
        """Own the server if nobody does any more; return whether this program owns it."""
        if self._ownership.is_owner:
            return True
        with _sentences(self._data_dir):
            if not self._ownership.take(prepare_paths(self._data_dir)):
                return False
        self._report("The PostgreSQL of another gotovo is this one's now.")
        return True

    def state(self, *, knock: bool = True) -> ServerState:
        """Look whether the server runs and, to `knock`, whether it responds."""
        with _sentences(self._data_dir):
            place = prepare_paths(self._data_dir)
            if running_server(place.cluster) is None:
                return ServerState.GONE
            _cut_log(place)
            if knock and _reply(place) not in _REPLIES:
                return ServerState.SILENT
            return ServerState.SERVING

    def has_room(self) -> bool:
        """Return whether the disk has room for the next piece of PostgreSQL's log."""
        with _sentences(self._data_dir):
            folder = prepare_paths(self._data_dir).cluster
            return shutil.disk_usage(folder).free >= ROOM_BYTES_MIN

    def kill(self) -> None:
        """End a server that hangs; the next start replays its log."""
        with _sentences(self._data_dir):
            place = prepare_paths(self._data_dir)
            note = running_server(place.cluster)
            if note is not None:
                os.kill(note.pid, signal.SIGKILL)

    def stop(self) -> None:
        """Leave the server, and stop it if this program owns it and no other one uses it."""
        if not (self._ownership.is_user or self._ownership.is_owner):
            return
        with _sentences(self._data_dir):
            place = prepare_paths(self._data_dir)
            with turn(place):
                try:
                    self._leave(place)
                finally:
                    self._release()

    def _leave(self, place: ServerPaths) -> None:
        self._ownership.stop_using()
        if not self._ownership.take(place):
            return
        note = running_server(place.cluster)
        if note and self._ownership.is_used_by_others(place):
            self._report("PostgreSQL goes on: another gotovo uses it.")
            if self._process is not None:
                self._process.returncode = 0  # nobody waits for it here: it has the next owner
                self._process = None
            return
        if note and not terminate(place.cluster, note.pid):
            message = f"PostgreSQL (pid {note.pid}) does not stop"
            raise EmbeddedError(_with_log(place, message))
        place.remove_socket_folder()

    def _release(self) -> None:
        if self._process is not None:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(QUIT_SECONDS)  # it serves no more and is about to end
            self._process = None
        self._ownership.release()

    def _start_as_owner(self, place: ServerPaths, deadline: float) -> Server:
        try:
            if running_server(place.cluster) and self._process is None:
                self._report("Using the PostgreSQL that an earlier run has left behind.")
            pid = self._wait_until_ready(place, deadline)
            with turn(place):
                prepare_role(place)
            return _server(place, pid, is_ours=True)
        except BaseException:
            if self._process is not None and self._process.poll() is None:
                terminate(place.cluster, self._process.pid)
            self._release()
            raise

    def _launch(self, place: ServerPaths, deadline: float) -> None:
        """Start the server; return when its process runs, ready or not."""
        binaries = binaries_for(place.account, place.folder, installed_binaries())
        if not place.cluster.joinpath("PG_VERSION").exists():
            self._report("Making a new database …")
            initialise(place, binaries)
        must_fit(place, binaries)
        self._report("Starting PostgreSQL …")
        _cut_log(place)
        while True:
            if self._process is not None:
                self._process.wait()  # it serves no more, so it has ended or is about to
            disown_reused_pid(place.cluster)
            log_begin = _log_bytes(place)
            self._process = _spawn(place, binaries)
            while self._process.poll() is None and time.monotonic() < deadline:
                note = read_note(place.cluster)
                if note and note.pid == self._process.pid:
                    return
                time.sleep(POLL_SECONDS)
            log = "\n".join(_log_tail(place, log_begin))
            if _CHILDREN_LEFT not in log or time.monotonic() > deadline:
                raise EmbeddedError(_with_log(place, "PostgreSQL did not start", log_begin))
            time.sleep(POLL_SECONDS * 10)

    def _wait_until_ready(self, place: ServerPaths, deadline: float) -> int:
        """Return the pid of a server that responds, started if none runs.

        One that is recovering gets the time it needs; one found shutting down is replaced.
        """
        is_launched = False
        patience = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            if (ready := _ready(place)) is not None:
                return ready.pid
            note = running_server(place.cluster)
            if note and time.monotonic() > patience:
                self._report(STILL_STARTING)
                patience = deadline
            if note is None and is_launched:
                raise EmbeddedError(_with_log(place, "PostgreSQL did not start"))
            if note is None:
                self._launch(place, deadline)
                patience = time.monotonic() + PATIENCE_SECONDS
                is_launched = True
            time.sleep(POLL_SECONDS)
        message = f"PostgreSQL is not ready after {START_SECONDS} seconds"
        raise EmbeddedError(_with_log(place, message))


def _spawn(place: ServerPaths, binaries: Path) -> "subprocess.Popen[bytes]":
    sockets = place.make_socket_folder()
    log = place.open(place.log.name, os.O_WRONLY | os.O_APPEND)
    try:
        return subprocess.Popen[bytes](
            [
                binaries / "postgres",
                f"-D{place.cluster}",
                f"-cunix_socket_directories={sockets}",
                f"-cport={PORT}",
                *_LOG_WITHOUT_VALUES,
            ],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            env=place.account.environment(),
            start_new_session=True,  # Ctrl-C is for us; we stop the server when we are done
            **place.account.process_options(),
        )
    finally:
        os.close(log)


def _ready(place: ServerPaths) -> PidFile | None:
    """Return a server that is ready and accepts connections: one that asks for the password.

    Its `postmaster.pid` is not enough: a killed server looks alive for an instant, and one that is
    stopping notes that a little later.
    """
    note = running_server(place.cluster)
    return note if note and note.status == "ready" and _reply(place) == b"R" else None


def _reply(place: ServerPaths) -> bytes:
    """Return the first byte that the server says: R asks for the password, E refuses."""
    address = str(place.socket_folder() / f".s.PGSQL.{PORT}")
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asked:
            asked.settimeout(ANSWER_SECONDS)
            asked.connect(address)
            asked.sendall(struct.pack("!ii", len(_HELLO) + 8, _PROTOCOL) + _HELLO)
            return asked.recv(_REPLY_BYTES_MAX)[:1]  # all of it, or the server logs a reset
    except OSError:
        return b""


def _server(place: ServerPaths, pid: int, *, is_ours: bool) -> Server:
    urls = address_of(place, PROGRAM), address_of(place, ADMINISTRATOR)
    return Server(*urls, pid, is_ours=is_ours)


def _with_log(place: ServerPaths, message: str, begin: int = 0) -> str:
    return "\n".join((f"{message}; its log ({place.log}) ends:", *_log_tail(place, begin)))


def _log_tail(place: ServerPaths, begin: int) -> list[str]:
    """Return the last lines written after an offset in the log."""
    try:
        with place.log.open("rb") as log:
            log.seek(max(begin, _log_bytes(place) - LOG_TAIL_BYTES))
            return log.read().decode("utf-8", "replace").splitlines()[-LOG_LINES:]
    except OSError:
        return []


def _cut_log(place: ServerPaths) -> None:
    """Begin the log anew when it is long, and keep the one before; a full disk has room for none.

    The server goes on writing to the same file, at its end.
    """
    if _log_bytes(place) > LOG_BYTES_MAX:
        with suppress(OSError):
            shutil.copyfile(place.log, place.log.with_suffix(".log.1"))
        os.truncate(place.log, 0)


def _log_bytes(place: ServerPaths) -> int:
    return place.log.stat().st_size if place.log.exists() else 0


@contextmanager
def _sentences(data_dir: Path) -> Generator[None]:
    """Turn an OSError into a message that names the folder and the remedy."""
    try:
        yield
    except OSError as error:
        message = (
            f"the data folder {data_dir} can't be used: {error}; "
            "mend that, or set GOTOVO_DATA_DIR to another folder"
        )
        raise EmbeddedError(message) from error

"""Our own PostgreSQL: the binaries of a wheel, run as a process beside the program.

One data folder is one server. Whoever comes first starts it and holds the folder's lock; another
program of the same installation uses the server that runs, and does not stop it. A server that
outlived its owner (kill -9) is adopted: it still has everything, and stopping it would gain
nothing. Nobody can reach it but through a socket in a private folder, with a password.
"""

import fcntl
import hashlib
import os
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from msgspec import Struct

from gotovo.store.binaries import Account, binaries_for, server_account
from gotovo.store.errors import EmbeddedError

START_SECONDS = 60
"""After a crash the server first replays its log; a minute is a lot of log."""

STOP_SECONDS = 30
"""A fast shutdown writes one checkpoint; after this long the server is told to stop at once."""

LOG_LINES = 12
"""How much of the server's log an error shows."""

_ELSEWHERE = Path("/var/lib/gotovo")
_POLL_SECONDS = 0.02
_SOCKET_PATH_MAX = 100  # the kernel allows 107 bytes, and the file's name needs some
_PORT = 5432
_SETTINGS = """
listen_addresses = ''
unix_socket_permissions = 0700
max_connections = 100
shared_buffers = '128MB'
wal_compression = on
logging_collector = off
log_timezone = 'UTC'
timezone = 'UTC'
"""

Say = Callable[[str], None]


class Server(Struct, frozen=True):
    """A server that answers: how to reach it, and whether this program started it."""

    url: str
    pid: int
    is_ours: bool


class EmbeddedPostgres:
    """The server of one data folder; `start` and `stop` may be called again and again."""

    def __init__(self, data_dir: Path, say: Say = lambda _: None) -> None:
        """Name the folder; nothing is touched before `start`."""
        self._root = data_dir
        self._say = say
        self._account: Account = server_account()
        self._place = _place_for(data_dir, self._account)
        self._cluster = self._place / "data"
        self._log = self._place / "server.log"
        self._lock: int | None = None

    def start(self) -> Server:
        """Return a server that answers; raise EmbeddedError with what to do when there is none."""
        try:
            self._prepare()
        except OSError as error:
            message = f"the data folder {self._root} can't be used: {error}; set GOTOVO_DATA_DIR"
            raise EmbeddedError(message) from error
        ours = self._take_lock()
        binaries = binaries_for(self._account, self._place)
        if ours and not self._cluster.joinpath("PG_VERSION").exists():
            self._initialise(binaries)
        self._check_version(binaries)
        pid = self._running_pid()
        if pid is None:
            if not ours:
                self._wait_for_owner()
            else:
                self._launch(binaries)
            pid = self._running_pid()
        if pid is None:
            raise EmbeddedError(self._with_log("PostgreSQL started and was gone again"))
        return Server(self.url(), pid, ours)

    def stop(self) -> None:
        """Stop the server if this program holds its lock; does nothing otherwise."""
        if self._lock is None:
            return
        pid = self._running_pid()
        if pid is not None:
            self._terminate(pid)
        os.close(self._lock)
        self._lock = None

    def url(self) -> str:
        """Return the address of the database; the password is in a file only we can read."""
        password = self._place.joinpath("password").read_text().strip()
        host = quote(str(self._socket_folder()), safe="")
        return f"postgresql://gotovo:{password}@/postgres?host={host}&port={_PORT}"

    def _prepare(self) -> None:
        self._root.mkdir(parents=True, exist_ok=True)
        self._place.parent.mkdir(parents=True, exist_ok=True)
        self._place.mkdir(mode=0o700, exist_ok=True)
        self._account.own(self._place)
        self._account.must_reach(self._place)

    def _take_lock(self) -> bool:
        if self._lock is not None:
            return True
        descriptor = os.open(self._place / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        self._lock = descriptor
        return True

    def _initialise(self, binaries: Path) -> None:
        """Make a new cluster beside its final place, so that a half made one is never found."""
        if self._cluster.exists() and any(self._cluster.iterdir()):
            message = f"{self._cluster} is not a PostgreSQL folder: move it away, or set another"
            raise EmbeddedError(f"{message} GOTOVO_DATA_DIR")
        self._say("Making a new database …")
        password, fresh = self._place / "password", self._place / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        password.unlink(missing_ok=True)
        descriptor = os.open(password, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        os.write(descriptor, secrets.token_hex(24).encode())
        os.close(descriptor)
        self._account.own(password)
        options = (
            "--username=gotovo",
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--locale=C",
            "--auth=scram-sha-256",
            "--data-checksums",
        )
        self._run(
            binaries / "initdb", f"--pgdata={fresh}", f"--pwfile={password}", *options
        )
        with fresh.joinpath("postgresql.conf").open("a") as conf:
            conf.write(_SETTINGS)
        if self._cluster.exists():
            self._cluster.rmdir()
        fresh.rename(self._cluster)

    def _check_version(self, binaries: Path) -> None:
        version = self._cluster.joinpath("PG_VERSION")
        if not version.exists():
            message = f"{self._cluster} is being made by another program: try again"
            raise EmbeddedError(message)
        major = version.read_text().strip()
        ours = self._run(binaries / "postgres", "--version").split()[-1].split(".")[0]
        if major != ours:
            message = (
                f"{self._cluster} was made by PostgreSQL {major}, this program brings {ours}: "
                "export with the old program and import with this one"
            )
            raise EmbeddedError(message)

    def _launch(self, binaries: Path) -> None:
        self._say("Starting PostgreSQL …")
        self._remove_stale_pid()
        sockets = self._socket_folder()
        sockets.mkdir(mode=0o700, exist_ok=True)
        self._account.own(sockets)
        with self._log.open("ab") as log:
            self._account.own(self._log)
            process = subprocess.Popen(  # noqa: S603  (our own binary, no shell)
                [
                    binaries / "postgres",
                    f"-D{self._cluster}",
                    f"-cunix_socket_directories={sockets}",
                    f"-cport={_PORT}",
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self._place,
                env=self._account.environment(),
                start_new_session=True,
                **self._account.process_options(),
            )
        deadline = time.monotonic() + START_SECONDS
        while not self._is_ready(process.pid):
            if process.poll() is not None:
                raise EmbeddedError(self._with_log("PostgreSQL did not start"))
            if time.monotonic() > deadline:
                raise EmbeddedError(self._with_log("PostgreSQL is not ready after a minute"))
            time.sleep(_POLL_SECONDS)

    def _wait_for_owner(self) -> None:
        """Wait for the program that holds the lock to have its server ready."""
        deadline = time.monotonic() + START_SECONDS
        while self._running_pid() is None:
            if time.monotonic() > deadline:
                message = f"another program holds {self._place} and its PostgreSQL does not start"
                raise EmbeddedError(message)
            time.sleep(_POLL_SECONDS)

    def _running_pid(self) -> int | None:
        """Return the pid of this folder's server if it lives and answers."""
        pid = self._noted_pid()
        if pid is None or not self._is_our_server(pid):
            return None
        return pid if self._is_ready(pid) else self._wait_until_ready(pid)

    def _wait_until_ready(self, pid: int) -> int | None:
        """Give a server that is starting or recovering the time it needs."""
        deadline = time.monotonic() + START_SECONDS
        while self._is_our_server(pid) and time.monotonic() < deadline:
            if self._is_ready(pid):
                return pid
            time.sleep(_POLL_SECONDS)
        return None

    def _noted_pid(self) -> int | None:
        try:
            return int(self._cluster.joinpath("postmaster.pid").read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            return None

    def _is_ready(self, pid: int) -> bool:
        """Tell whether the server has written that it is ready (the last line of its pid file)."""
        try:
            lines = self._cluster.joinpath("postmaster.pid").read_text().split("\n")
        except OSError:
            return False
        return lines[0] == str(pid) and any(line.strip() == "ready" for line in lines[7:8])

    def _is_our_server(self, pid: int) -> bool:
        """Tell a living server of this folder from a pid that somebody else has by now."""
        try:
            command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except OSError:
            return False
        return f"-D{self._cluster}".encode() in command

    def _remove_stale_pid(self) -> None:
        """Remove the note of a server that is dead: its pid may belong to anybody today."""
        if self._noted_pid() is not None:
            self._cluster.joinpath("postmaster.pid").unlink(missing_ok=True)

    def _terminate(self, pid: int) -> None:
        """Ask for a fast shutdown, and insist when that takes too long; the log keeps all."""
        for sent, seconds in ((signal.SIGINT, STOP_SECONDS), (signal.SIGQUIT, 5)):
            try:
                os.kill(pid, sent)
            except ProcessLookupError:
                return
            deadline = time.monotonic() + seconds
            while time.monotonic() < deadline:
                if not self._is_alive(pid):
                    return
                time.sleep(_POLL_SECONDS)
        raise EmbeddedError(self._with_log(f"PostgreSQL (pid {pid}) does not stop"))

    def _is_alive(self, pid: int) -> bool:
        """Tell whether it runs; a child of ours that has ended is reaped here."""
        try:
            os.waitpid(pid, os.WNOHANG)
        except ChildProcessError:
            pass
        return self._is_our_server(pid)

    def _socket_folder(self) -> Path:
        """Return the folder of the socket; a deep data folder would make its path too long."""
        folder = self._place / "socket"
        if len(os.fsencode(folder)) <= _SOCKET_PATH_MAX:
            return folder
        name = f"gotovo-{self._account.uid}-{_name_of(self._place)}"
        return Path("/tmp") / name  # noqa: S108  (its mode is 0700)

    def _run(self, *command: Path | str) -> str:
        done = subprocess.run(  # noqa: S603  (our own binary, no shell)
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            cwd=self._place,
            env=self._account.environment(),
            **self._account.process_options(),
        )
        if done.returncode != 0:
            tail = "\n".join(done.stdout.splitlines()[-LOG_LINES:])
            message = f"{Path(command[0]).name} failed:\n{tail}"
            raise EmbeddedError(message)
        return done.stdout

    def _with_log(self, message: str) -> str:
        try:
            lines = self._log.read_text("utf-8", "replace").splitlines()[-LOG_LINES:]
        except OSError:
            lines = []
        return "\n".join((f"{message}; its log ({self._log}) ends:", *lines))


def _place_for(data_dir: Path, account: Account) -> Path:
    """Return where the cluster lies: in the data folder, or where the account can reach it.

    Run as root from a private home, the server has to live elsewhere; the name is made from the
    data folder, so that each finds its own again.
    """
    place = data_dir.absolute() / "postgresql"
    return place if account.can_reach(place) else _ELSEWHERE / _name_of(place)


def _name_of(place: Path) -> str:
    return hashlib.sha256(os.fsencode(place)).hexdigest()[:16]

"""The running server of a cluster, found again by what it leaves behind: its `postmaster.pid`.

A pid in that file may be dead, or by now belong to anybody. Only a process that was started with
this very folder is taken for its server. Linux only: it looks into /proc.
"""

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

POLL_SECONDS = 0.02

STOP_SECONDS = 30
"""A fast shutdown writes one checkpoint; after this long the server is told to stop at once."""

QUIT_SECONDS = 10
"""An immediate shutdown kills what does not end by itself after five seconds."""

_STATUS_LINE = 7  # counted from 0; the server rewrites it as it goes


class PidFile(Struct, frozen=True):
    """A server's `postmaster.pid`."""

    pid: int
    status: str
    """`starting`, `ready` or `stopping`; empty in the first instants."""


def read_note(cluster: Path) -> PidFile | None:
    """Return the `postmaster.pid` of the cluster's last server; None when it left none."""
    try:
        lines = cluster.joinpath("postmaster.pid").read_bytes().split(b"\n")
        status = lines[_STATUS_LINE] if lines[_STATUS_LINE:] else b""
        return PidFile(int(lines[0]), status.decode("ascii").strip())
    except (FileNotFoundError, ValueError):
        return None


def running_server(cluster: Path) -> PidFile | None:
    """Return the `postmaster.pid` of the cluster's server if it runs, ready or not."""
    note = read_note(cluster)
    return note if note and _serves(note.pid, cluster) else None


def disown_reused_pid(cluster: Path) -> None:
    """Let the next server start although another process has the noted pid by now.

    PostgreSQL refuses to start while any process has that pid, unless it is its own parent. So our
    pid is written there. The file itself has to stay: it leads PostgreSQL to the shared memory of
    the dead server, and so to children of it that may still be writing.
    """
    note = read_note(cluster)
    if note is None or not Path(f"/proc/{note.pid}").exists() or _may_serve(note.pid, cluster):
        return
    descriptor = os.open(cluster / "postmaster.pid", os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
    with os.fdopen(descriptor, "r+b") as file:
        _, _, rest = file.read().partition(b"\n")
        file.seek(0)
        file.truncate()
        file.write(b"%d\n%b" % (os.getpid(), rest))


def terminate(cluster: Path, pid: int) -> bool:
    """Request a fast shutdown, then an immediate one; return whether the server ended.

    Either way nothing confirmed is lost: after an immediate one the next start replays the log.
    """
    for sent, seconds in ((signal.SIGINT, STOP_SECONDS), (signal.SIGQUIT, QUIT_SECONDS)):
        if not _lives(pid, cluster):
            return True
        os.kill(pid, sent)
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if not _lives(pid, cluster):
                return True
            time.sleep(POLL_SECONDS)
    return False


def _lives(pid: int, cluster: Path) -> bool:
    """Return whether the server runs; a child of ours that has ended is reaped here."""
    with suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
    return _serves(pid, cluster)


def _serves(pid: int, cluster: Path) -> bool:
    """Return whether the pid is a server of this cluster, and not another process by now."""
    folder = _folder_served(pid)
    return folder is not None and _is_same(folder, cluster)


def _may_serve(pid: int, cluster: Path) -> bool:
    """Return whether a process could be this cluster's server, started in a way we do not know."""
    words = _command(pid)
    if not words or Path(os.fsdecode(words[0])).name != "postgres":
        return False  # children of a server are called `postgres: …`
    folder = _folder_served(pid)
    return folder is None or not folder.exists() or _is_same(folder, cluster)


def _folder_served(pid: int) -> Path | None:
    for word in _command(pid)[1:]:
        if word.startswith(b"-D") and len(word) > len(b"-D"):
            return Path(os.fsdecode(word[2:]))
    return None


def _is_same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False


def _command(pid: int) -> list[bytes]:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return []

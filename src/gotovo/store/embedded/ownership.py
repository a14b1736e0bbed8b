"""Who owns the server of a data folder, and who else uses it: locks of files, freed by the kernel.

    lock        held by the program that starts, watches and stops the server
    users       held, shared, by every program that uses the server
    handover    held for the moment in which a program comes or leaves

The owner that leaves stops the server only when nobody else uses it; otherwise the next program
that looks becomes the owner of a server that has gone on meanwhile.
"""

import fcntl
import os
import time
from collections.abc import Generator
from contextlib import contextmanager

from gotovo.store.embedded.paths import ServerPaths
from gotovo.store.embedded.process import POLL_SECONDS, QUIT_SECONDS, STOP_SECONDS
from gotovo.store.postgres.errors import EmbeddedError

_TURN_SECONDS_MAX = STOP_SECONDS + QUIT_SECONDS + 5
"""Another program that leaves may have to stop the server first."""


class Ownership:
    """The locks that one program holds."""

    def __init__(self) -> None:
        self._lock: int | None = None
        self._users: int | None = None

    @property
    def is_owner(self) -> bool:
        """Return whether the server is ours to watch and to stop."""
        return self._lock is not None

    @property
    def is_user(self) -> bool:
        """Return whether this program uses the server."""
        return self._users is not None

    def take(self, place: ServerPaths) -> bool:
        """Become the owner if there is none; return whether this program is it."""
        if self._lock is None:
            self._lock = _try_lock(place, "lock", fcntl.LOCK_EX)
        return self._lock is not None

    def use(self, place: ServerPaths) -> None:
        """Let the others know that this program uses the server."""
        if self._users is None:
            self._users = _try_lock(place, "users", fcntl.LOCK_SH)

    def stop_using(self) -> None:
        """Let the others know that this program uses it no more."""
        if self._users is not None:
            _unlock(self._users)
            self._users = None

    def is_used_by_others(self, place: ServerPaths) -> bool:
        """Return whether another program uses the server; ask after `stop_using`."""
        alone = _try_lock(place, "users", fcntl.LOCK_EX)
        if alone is None:
            return True
        _unlock(alone)
        return False

    def release(self) -> None:
        """Let another program become the owner."""
        self.stop_using()
        if self._lock is not None:
            _unlock(self._lock)
            self._lock = None


@contextmanager
def turn(place: ServerPaths) -> Generator[None]:
    """Wait until no other program of the folder is coming or leaving, and let none do so."""
    deadline = time.monotonic() + _TURN_SECONDS_MAX
    while (mine := _try_lock(place, "handover", fcntl.LOCK_EX)) is None:
        if time.monotonic() > deadline:
            raise EmbeddedError(f"another gotovo holds {place.folder} and does not go on")
        time.sleep(POLL_SECONDS)
    try:
        yield
    finally:
        _unlock(mine)


def _try_lock(place: ServerPaths, name: str, kind: int) -> int | None:
    descriptor = place.open(name, os.O_RDWR)
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def _unlock(descriptor: int) -> None:
    fcntl.flock(descriptor, fcntl.LOCK_UN)  # for copies in forked workers, too
    os.close(descriptor)

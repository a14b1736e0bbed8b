"""The cluster of our own PostgreSQL: created on the first start, used by this version only."""

import os
import shutil
from pathlib import Path

from gotovo.store.embedded.binaries import run_as
from gotovo.store.embedded.paths import ServerPaths
from gotovo.store.embedded.roles import ADMINISTRATOR, PASSWORD_FILES, write_password
from gotovo.store.postgres.errors import EmbeddedError

_OPTIONS = (
    f"--username={ADMINISTRATOR}",
    "--encoding=UTF8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--locale=C",
    "--auth=scram-sha-256",
    "--data-checksums",
    # From here on settings, written into postgresql.conf, where an operator may change them.
    # fsync, full_page_writes and synchronous_commit stay as they are: on.
    "--set=listen_addresses=",
    "--set=unix_socket_permissions=0700",
    "--set=max_connections=200",  # eight a worker, and room for commands and curious people
    # docs/decisions/0010: full pages are written as they are, as pglz cost more than all else of
    # a command; checkpoints are rare, as each makes every page that changes be written in full.
    "--set=wal_compression=off",
    "--set=checkpoint_timeout=15min",
    "--set=max_wal_size=2GB",
    "--set=min_wal_size=256MB",
    # Pages leave the cache before a batch has to wait for the room.
    "--set=bgwriter_delay=50ms",
    "--set=bgwriter_lru_maxpages=1000",
    "--set=timezone=UTC",
    "--set=log_timezone=UTC",
)

SHARED_BUFFERS_MB_MIN = 128
SHARED_BUFFERS_MB_MAX = 4096
_SHARED_BUFFERS_OF_MEMORY = 8
"""An eighth of the machine's memory for pages; the rest serves the system's own cache of files,
the program, and whatever else lives there. PostgreSQL takes it only as it is used."""


def initialise(place: ServerPaths, binaries: Path) -> None:
    """Create a cluster beside its final place, so that an incomplete one is never found."""
    if place.cluster.exists() and any(place.cluster.iterdir()):
        message = f"{place.cluster} is not a PostgreSQL folder: move it away, or set another"
        raise EmbeddedError(f"{message} GOTOVO_DATA_DIR")
    name, fresh = PASSWORD_FILES[ADMINISTRATOR], place.folder / "data.new"
    shutil.rmtree(fresh, ignore_errors=True)
    write_password(place, name)
    password = place.folder / name
    fresh.mkdir(mode=0o700)
    place.account.own(password)
    place.account.own(fresh)
    try:
        cache = f"--set=shared_buffers={shared_buffers_mb(memory_mb())}MB"
        options = (f"--pgdata={fresh}", f"--pwfile={password}", *_OPTIONS, cache)
        run_as(place.account, binaries / "initdb", *options)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    if place.cluster.exists():
        place.cluster.rmdir()
    fresh.rename(place.cluster)
    folder = os.open(place.folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def shared_buffers_mb(memory: int) -> int:
    """Return the size of `shared_buffers` on a machine with this much memory."""
    share = memory // _SHARED_BUFFERS_OF_MEMORY
    return max(SHARED_BUFFERS_MB_MIN, min(share, SHARED_BUFFERS_MB_MAX))


def memory_mb() -> int:
    """Return the machine's memory."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20


def must_fit(place: ServerPaths, binaries: Path) -> None:
    """Raise EmbeddedError when another PostgreSQL made the cluster."""
    major = place.cluster.joinpath("PG_VERSION").read_text().strip()
    ours = run_as(place.account, binaries / "postgres", "--version").split()[-1].split(".")[0]
    if major != ours:
        message = (
            f"{place.cluster} was made by PostgreSQL {major}, this program brings {ours}: "
            "move it over with pg_upgrade, go back to the program that made it, "
            "or set GOTOVO_DATA_DIR to a new folder"
        )
        raise EmbeddedError(message)

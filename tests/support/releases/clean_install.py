"""A release as its user gets it: files with hashes, installed into an environment of its own."""

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from typing import Final

import pytest

from tests.tidy.tree import ROOT

BUILD: Final = ROOT / "releases/build"
UV: Final = Path(sys.executable).with_name("uv")
_QUIETLY: Final = ("--no-config", "pip", "install", "--quiet", "--only-binary", ":all:")


def build(folder: Path) -> list[Path]:
    """Build the release of the commit that is checked out; skip where there is no commit."""
    if not (ROOT / ".git").exists() or shutil.which("git") is None:
        pytest.skip("releases are built from a clone with git")
    done = subprocess.run([BUILD, folder], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return sorted(folder.iterdir())


def hashes(folder: Path) -> dict[str, str]:
    """Return what SHA256SUMS says, by file."""
    lines = (folder / "SHA256SUMS").read_text("utf-8").splitlines()
    return {name: digest for digest, name in (line.split("  ") for line in lines)}


def install_from(folder: Path, environment: Path) -> Path:
    """Install a built wheel with its pinned packages, all by hash; return the program."""
    (wheel,) = folder.glob("*.whl")
    wanted = folder / "wanted.txt"
    pinned = (folder / "runtime.txt").read_text("utf-8")
    wanted.write_text(
        f"./{wheel.name} --hash=sha256:{hashes(folder)[wheel.name]}\n{pinned}", "utf-8"
    )
    venv.create(environment, symlinks=True)
    python = environment / "bin/python"
    command = [UV, *_QUIETLY, "--python", python, "--require-hashes", "-r", wanted.name]
    plain = {name: x for name, x in os.environ.items() if name != "VIRTUAL_ENV"}
    # What the tests run on is in the cache already; elsewhere the network is asked.
    for more in (["--offline"], []):
        done = subprocess.run(
            [*command, *more], cwd=folder, env=plain, capture_output=True, text=True, check=False
        )
        if done.returncode == 0:
            break
    assert done.returncode == 0, done.stderr
    return environment / "bin/gotovo"

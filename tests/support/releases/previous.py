"""Earlier releases as programs: their own code, from the history of this checkout."""

import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any, Final

import pytest
from msgspec import Struct, convert

from tests.support.cli.program import GOTOVO
from tests.tidy.tree import ROOT

FILE: Final = ROOT / "releases/releases.toml"
_PARTS: Final = ("src", "requirements", "pyproject.toml", "README.md", "LICENSE")


class Release(Struct, frozen=True, forbid_unknown_fields=True):
    """A release that upgrades begin from; `schema` is its newest migration."""

    version: str
    commit: str
    schema: int


class Installed(Struct, frozen=True):
    """An earlier release that can be run: its command, and what its environment needs."""

    gotovo: Path
    environment: dict[str, str]


def releases() -> tuple[Release, ...]:
    """Return the releases, oldest first."""
    document: Any = tomllib.loads(FILE.read_text("utf-8"))
    return convert(document["release"], tuple[Release, ...])


def lay_out(release: Release, folder: Path) -> None:
    """Lay the release's own code into a folder; skip where the history lacks it."""
    if not (ROOT / ".git").exists() or _git("cat-file", "-e", f"{release.commit}^{{commit}}"):
        pytest.skip(
            f"this checkout has no history back to {release.version}: git fetch --unshallow"
        )
    folder.mkdir()
    archive = subprocess.run(
        ["git", "-C", ROOT, "archive", release.commit, *_PARTS], capture_output=True, check=True
    )
    subprocess.run(["tar", "-x", "-C", folder], input=archive.stdout, check=True)


def install(release: Release, folder: Path) -> Installed:
    """Lay the release's own code into a folder, ready to run.

    It runs on the packages of this checkout where they are the very ones that it pins, and on an
    environment of its own otherwise.
    """
    lay_out(release, folder)
    if pins(folder) <= pins(ROOT):
        subprocess.run([sys.executable, "-m", "compileall", "-q", folder / "src"], check=True)
        return Installed(GOTOVO, {"PYTHONPATH": str(folder / "src")})
    subprocess.run([folder / "requirements/install", "runtime"], check=True, capture_output=True)
    return Installed(folder / ".venv/bin/gotovo", {})


def pins(tree: Path) -> frozenset[str]:
    """Return the packages that a release runs on, each with its version."""
    lines = (tree / "requirements/runtime.txt").read_text("utf-8").splitlines()
    return frozenset(line.split()[0] for line in lines if "==" in line)


def _git(*arguments: str) -> int:
    return subprocess.run(
        ["git", "-C", ROOT, *arguments], capture_output=True, check=False
    ).returncode

"""Data folders of our own server, and programs beside us that hold one."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from gotovo.store.embedded.process import running_server, terminate
from gotovo.store.embedded.server import EmbeddedPostgres
from tests.support.store.in_memory import MEMORY, in_memory

OWNER = Path(__file__).parents[2] / "support" / "store" / "owner.py"
SOURCES = Path(__file__).parents[3] / "src"


class Owner:
    """A program that holds a server until it is told to end, or is killed."""

    def __init__(self, data_dir: Path, *words: object) -> None:
        """Start it; `report` waits for what it says."""
        self.process = subprocess.Popen(
            [sys.executable, OWNER, data_dir, *map(str, words)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(SOURCES), *sys.path])},
        )

    def report(self) -> dict[str, Any]:
        """Return what it said when the server was there, or wasn't."""
        assert self.process.stdout
        return json.loads(self.process.stdout.readline())

    def end(self) -> None:
        """Let it stop what it started, and wait."""
        if self.process.stdin and not self.process.stdin.closed:
            self.process.communicate(timeout=60)

    def kill(self) -> None:
        """Kill it as a sudden death would: nothing is tidied up."""
        self.process.kill()
        self.process.communicate(timeout=60)


StartOwner = Callable[..., Owner]
MakeServer = Callable[[Path], EmbeddedPostgres]


@pytest.fixture(scope="package", autouse=True)
def temporary_files_in_memory() -> Iterator[None]:
    """Have the clusters of these tests in memory, also those of the programs that tests start."""
    with pytest.MonkeyPatch.context() as patched:
        if in_memory():
            patched.setenv("TMPDIR", str(MEMORY))
            patched.setattr(tempfile, "tempdir", None)
        yield


@pytest.fixture(scope="package")
def settled() -> Iterator[Path]:
    """Make one data folder that others are copied from: making a cluster takes its time."""
    folder = make_folder()
    server = EmbeddedPostgres(folder / "gotovo")
    server.start()
    server.stop()
    yield folder / "gotovo"
    shutil.rmtree(folder)


@pytest.fixture
def folder() -> Iterator[Path]:
    """Give a folder that everybody may pass, and stop whatever server is left in it."""
    folder = make_folder()
    yield folder
    found = list(folder.rglob("postgresql"))
    for place in {path.resolve() for path in found if path.is_dir()}:
        note = running_server(place / "data")
        if note:
            terminate(place / "data", note.pid)
        if folder not in place.parents:
            shutil.rmtree(place)
    shutil.rmtree(folder)


@pytest.fixture
def data_dir(folder: Path) -> Path:
    """Give the path of a data folder that is not there yet."""
    return folder / "gotovo"


@pytest.fixture
def settled_dir(settled: Path, folder: Path) -> Path:
    """Give a data folder with a database in it, stopped."""
    settle(settled, folder / "gotovo")
    return folder / "gotovo"


@pytest.fixture
def start_owner(folder: Path) -> Iterator[StartOwner]:
    """Start programs that hold a server; those still there are ended after the test."""
    assert folder.exists(), "the folder outlives the programs"
    owners: list[Owner] = []

    def start(data_dir: Path, *words: object) -> Owner:
        owners.append(Owner(data_dir, *words))
        return owners[-1]

    yield start
    for owner in owners:
        owner.end()


@pytest.fixture
def make_server(folder: Path) -> Iterator[MakeServer]:
    """Make servers in this process; those not stopped are stopped after the test."""
    assert folder.exists(), "the folder outlives the servers"
    made: list[EmbeddedPostgres] = []

    def make(data_dir: Path) -> EmbeddedPostgres:
        made.append(EmbeddedPostgres(data_dir))
        return made[-1]

    yield make
    for server in made:
        server.stop()


def make_folder() -> Path:
    """Return a new folder that the server's account may pass."""
    folder = Path(tempfile.mkdtemp(prefix=f"gotovo-test-{os.getpid()}-"))
    folder.chmod(0o755)
    return folder


def settle(settled: Path, data_dir: Path) -> None:
    """Copy a stopped data folder with its owners."""
    subprocess.run(["cp", "-a", settled, data_dir], check=True)

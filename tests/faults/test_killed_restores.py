"""Killed in the middle: a backup that is none, a restore that can be begun again.

The long form kills at more moments, and restores to an instant too.
"""

import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gotovo.store.embedded.process import running_server, terminate
from tests.support.cli.program import GOTOVO, Program

IS_FULL = os.environ.get("GOTOVO_TEST_FULL") == "1"
ORDERS = 20_000
LONG_SECONDS = 300
MOMENTS = (0.0, 0.3, 1.0, 2.0, 4.0)
"""Seconds after the first sign of what is killed: in COPY, in indexes, in the audit."""

pytestmark = pytest.mark.skipif(not IS_FULL, reason="the long form: GOTOVO_TEST_FULL=1")


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """Give a folder that PostgreSQL's own account can reach."""
    folder = Path(tempfile.mkdtemp(prefix="gotovo-killed-"))
    folder.chmod(0o711)
    yield folder
    for each in folder.iterdir():
        note = running_server(each / "postgresql" / "data")
        if note:
            terminate(each / "postgresql" / "data", note.pid)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def filled(folder: Path) -> Program:
    """Give an installation with orders and an archive."""
    program = installation(folder, "filled")
    program.start()
    assert program.stop() == 0
    told = program.run("fill", "--orders", str(ORDERS))
    assert told.returncode == 0, told.stderr
    program.start()
    deadline = time.monotonic() + LONG_SECONDS
    while json.loads(program.run("backup", "archive", "--json").stdout)["complaints"]:
        assert time.monotonic() < deadline, program.run("backup", "archive").stdout
    assert program.stop() == 0
    return program


def installation(folder: Path, name: str) -> Program:
    """Give an installation with the archive and the secret that all of them share."""
    place = folder / name
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(mode=0o711)
    if (folder / "filled" / "secret").exists() and name != "filled":
        shutil.copyfile(folder / "filled" / "secret", place / "secret")
        (place / "secret").chmod(0o600)
    return Program(place, "", GOTOVO_WAL_ARCHIVE=str(folder / "archive"))


def killed(program: Program, moment: float, begun: Callable[[], bool], *words: str) -> None:
    """Run a command and kill it some time after it has begun; it may have ended by then."""
    process = subprocess.Popen(
        [GOTOVO, *words],
        env=program.environment,
        cwd=program.folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    deadline = time.monotonic() + LONG_SECONDS
    while process.poll() is None and not begun():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    try:
        process.wait(moment)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, 9)
    process.wait()


@pytest.mark.timeout(900)
@pytest.mark.parametrize("moment", MOMENTS)
def test_a_killed_backup_is_none_and_the_next_one_is_whole(
    folder: Path, filled: Program, moment: float
) -> None:
    backups = folder / f"backups-{moment}"
    killed(
        filled,
        moment / 4,
        lambda: backups.exists() and any(backups.iterdir()),
        "backup",
        f"--to={backups}",
    )
    for file in backups.glob("*.zip"):  # it had ended before
        assert filled.run("backup", "verify", str(file)).returncode == 0
        file.unlink()
    made = filled.run("backup", f"--to={backups}", "--json")
    assert made.returncode == 0, made.stderr
    assert filled.run("backup", "verify", json.loads(made.stdout)["file"]).returncode == 0


@pytest.mark.timeout(900)
@pytest.mark.parametrize("moment", MOMENTS)
def test_a_killed_restore_is_begun_again(folder: Path, filled: Program, moment: float) -> None:
    made = filled.run("backup", f"--to={folder / 'one'}", "--keep=1", "--json")
    file = json.loads(made.stdout)["file"]
    restored = installation(folder, "restored")
    killed(
        restored,
        moment,
        (restored.folder / "postgresql" / "data" / "PG_VERSION").exists,
        "restore",
        file,
    )
    told = restored.run("restore", file, "--json")
    if told.returncode == 1 and "writes over nothing" in told.stderr:  # all of it was there
        told = restored.run("audit", "--json")
    assert told.returncode == 0, told.stderr
    report = json.loads(told.stdout)
    assert report["findings"] == []
    assert report["checked"]["orders"] == ORDERS


@pytest.mark.timeout(900)
@pytest.mark.parametrize("moment", MOMENTS)
def test_a_killed_restore_to_an_instant_is_begun_again(
    folder: Path, filled: Program, moment: float
) -> None:
    assert filled.folder.exists()
    restored = installation(folder, "instant")
    killed(
        restored,
        moment,
        (restored.folder / "postgresql" / "data.restored").exists,
        "restore",
        "--to=latest",
    )
    told = restored.run("restore", "--to=latest", "--json")
    if told.returncode == 1 and "writes over nothing" in told.stderr:  # it was renamed already
        told = restored.run("restore", "--finish", "--json")
    assert told.returncode == 0, told.stderr
    report = json.loads(told.stdout)
    assert report["findings"] == []
    assert report["checked"]["orders"] == ORDERS

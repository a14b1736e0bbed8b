"""The unit for systemd and the file for containers agree with the program they start."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from gotovo.cli.main import COMMANDS
from gotovo.store.embedded.process import QUIT_SECONDS, STOP_SECONDS
from gotovo.supervision.worker import Patience

ROOT = Path(__file__).parents[2]
UNIT = ROOT.joinpath("deploy/systemd/gotovo.service").read_text("utf-8")
CONTAINER = ROOT.joinpath("deploy/container/Containerfile").read_text("utf-8")

EXPOSURE_MAX = 2.0
"""Of ten, as `systemd-analyze security` counts; a unit without hardening has 9.6."""


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """Give the unit with a program and an account that this machine has."""
    gotovo = Path(sys.executable).with_name("gotovo")
    text = UNIT.replace("/opt/gotovo/.venv/bin/gotovo", str(gotovo))
    file = tmp_path / "gotovo.service"
    file.write_text(re.sub(r"^(User|Group)=gotovo$", r"\1=root", text, flags=re.MULTILINE), "utf-8")
    return file


def systemd_analyze(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the tool, where there is one."""
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd is not installed")
    return subprocess.run(
        [program, *arguments], capture_output=True, text=True, check=False, timeout=60
    )


def test_systemd_reads_the_unit_without_a_complaint(unit: Path) -> None:
    done = systemd_analyze("verify", "--man=no", unit)
    complaints = [line for line in done.stderr.splitlines() if unit.name in line]
    assert (done.returncode, complaints) == (0, [])


def test_the_unit_gives_the_program_little_to_harm(unit: Path) -> None:
    done = systemd_analyze("security", "--offline=true", unit)
    if "Overall exposure level" not in done.stdout:
        pytest.skip(f"systemd-analyze can't tell: {done.stderr.strip()}")
    found = re.search(r"Overall exposure level for \S+: ([\d.]+)", done.stdout)
    assert found is not None
    assert float(found[1]) <= EXPOSURE_MAX


def test_the_unit_waits_for_an_orderly_stop() -> None:
    seconds = re.search(r"^TimeoutStopSec=(\d+)s$", UNIT, re.MULTILINE)
    assert seconds is not None
    assert int(seconds[1]) > Patience().stop + STOP_SECONDS + QUIT_SECONDS
    assert "Type=notify" in UNIT
    assert "WatchdogSec=" in UNIT


def test_the_container_starts_a_command_as_nobody_special() -> None:
    command = re.search(r'^CMD \["(\w+)"\]$', CONTAINER, re.MULTILINE)
    assert command is not None
    assert command[1] in COMMANDS
    assert re.search(r"^USER [1-9]\d*$", CONTAINER, re.MULTILINE)
    assert "STOPSIGNAL SIGTERM" in CONTAINER
    install = re.search(r"^RUN (requirements/\S+) runtime$", CONTAINER, re.MULTILINE)
    assert install is not None
    assert ROOT.joinpath(install[1]).exists()

"""docs/operating/install.md is typed line by line, up to its first hand-over."""

import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

import httpx
import pytest

from tests.support.cli.install_page import (
    AFTER,
    ANSWERS,
    BEFORE,
    COMMANDS,
    LINES,
    SERVE,
    SWITCH,
    as_typed,
)
from tests.support.cli.program import GOTOVO
from tests.tidy.tree import ROOT

INSTALLED = "/opt/gotovo/"
LISTEN = "127.0.0.1:8000"
DATA_DIR = "/var/lib/gotovo"
START_SECONDS = 60


def test_every_line_of_a_console_is_typed_as_root_or_by_the_test() -> None:
    assert COMMANDS.count(SERVE) == 1
    assert LINES.count(f"# {SWITCH}") == 1
    assert [line for line in LINES if not line.startswith(("$ ", "# "))] == []


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_page_leads_from_nothing_to_a_first_hand_over(
    tmp_path: Path, database_url: str
) -> None:
    listen = f"127.0.0.1:{_free_port()}"
    (tmp_path / "answers.toml").write_text(_here(ANSWERS, tmp_path, listen), "utf-8")
    environment = {name: x for name, x in os.environ.items() if not name.startswith("GOTOVO_")} | {
        "GOTOVO_DATABASE_URL": database_url,
        "PATH": f"{GOTOVO.parent}:{os.environ['PATH']}",
        "HOME": str(tmp_path),
    }
    _type(BEFORE, tmp_path, environment, listen)
    with (tmp_path / "serve.log").open("wb") as log:
        server = subprocess.Popen(
            SERVE.split(), cwd=tmp_path, env=environment, stdout=log, stderr=log
        )
    try:
        _wait_for(f"http://{listen}/healthz")
        said = _type(AFTER, tmp_path, environment, listen)
    finally:
        server.terminate()
        assert server.wait(START_SECONDS) == 0
    assert '"stage": "issued"' in said
    assert "no differences" in said.splitlines()[-1]


def _type(commands: list[str], folder: Path, environment: dict[str, str], listen: str) -> str:
    """Type commands into one shell, which ends at the first that fails; return what it said."""
    script = _here(as_typed(commands), folder, listen)
    typed = subprocess.run(
        ["bash", "-c", script],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert typed.returncode == 0, (typed.stdout[-2000:], typed.stderr[-2000:])
    return typed.stdout


def _here(typed: str, folder: Path, listen: str) -> str:
    """Return a line with the places of the page replaced by those of the test."""
    places = {INSTALLED: f"{ROOT}/", LISTEN: listen, DATA_DIR: str(folder / "data")}
    for place, here in places.items():
        typed = typed.replace(place, here)
    return typed


def _wait_for(url: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            assert httpx.get(url, timeout=1).is_success
        except httpx.HTTPError:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        else:
            return


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

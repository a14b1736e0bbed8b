"""Every command line on a page about operating is run, or stands in one table with the reason.

All pages share one installation, which serves meanwhile. The page about installing is typed by a
test of its own, up to its first hand-over.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.conftest import own_database
from tests.support.cli.program import GOTOVO, Program
from tests.tidy.tree import ROOT, files, text

FOLDER = Path("docs/operating")
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
SHELL = {"console", "sh", "bash", "shell"}

OF_THEIR_OWN = {
    "install.md": "tests/docs/test_operating_install.py",
    "upgrade.md": "tests/docs/test_upgrade_page.py",
}
"""Pages with a test of their own, which types them from top to bottom."""

TYPED_ELSEWHERE = {
    "pg_dump ": "tests/faults/test_other_tools.py",
    "pg_restore ": "tests/faults/test_other_tools.py",
    "pgbackrest ": "tests/faults/test_other_tools.py",
    "gotovo restore ": "tests/faults/test_restore_drill.py",
    "gotovo secret rotate-customers": "tests/faults/test_secret_rotation.py",
}
"""What needs a tool or an empty database, by how it begins: a test that has them types it."""

NOT_RUN = {
    "systemctl ": "needs systemd as the first process",
    "systemd-analyze security gotovo": "of a running unit; test_deployment.py does so offline",
    "journalctl ": "needs the journal of systemd",
    "/opt/gotovo/requirements/install tracing": "downloads; ./test itself has installed it",
    "gotovo bench ": "measures the machine for a minute",
    "cp /opt/gotovo/deploy/systemd/gotovo.service ": "writes to /etc",
    "gotovo backup --to /mnt/backups --secret-to ": "asks for a passphrase at a terminal",
    "pg_dump ": "tests/faults/test_other_tools.py types it",
    "pg_restore ": "tests/faults/test_other_tools.py types it",
    "pgbackrest ": "tests/faults/test_other_tools.py types it",
    "gotovo restore --finish": "tests/faults/test_other_tools.py types it, in what was restored",
    "gotovo restore --to ": "tests/faults/test_point_in_time.py does so from an archive",
}
"""What is not typed, by how it begins: bash only reads it."""

MAY_FIND_PROBLEMS = ("gotovo doctor", "gotovo timers status")
"""Commands whose exit status 1 says that they found something."""


class Line(NamedTuple):
    """A command line, and the page that shows it."""

    page: str
    command: str


def shown() -> list[Line]:
    """Return the command lines of all pages that have no test of their own."""
    pages = [path for path in files() if path.parent == FOLDER and path.suffix == ".md"]
    return [
        Line(page.name, command)
        for page in pages
        if page.name not in OF_THEIR_OWN
        for command in commands_of(text(page))
    ]


def commands_of(page: str) -> Iterator[str]:
    """Return the lines after a prompt, and every line of a block that is a script."""
    for language, block in BLOCK.findall(page):
        lines = block.splitlines()
        prompted = [line[2:] for line in lines if line.startswith(("$ ", "# "))]
        if language == "console" or (not language and block.startswith("$ ")):
            yield from prompted
        elif language in SHELL or (not language and block.startswith("gotovo ")):
            yield from (line for line in lines if line and not line.startswith("#"))


def reason_not_to_run(command: str) -> str:
    """Return why a command is not typed; empty when it is."""
    reasons = NOT_RUN | TYPED_ELSEWHERE
    return next((why for begin, why in reasons.items() if command.startswith(begin)), "")


@pytest.fixture(scope="module")
def installation(
    server_url: str, template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Program]:
    """Give an installation that serves."""
    databases = own_database(server_url, template)
    program = Program(tmp_path_factory.mktemp("installation"), next(databases))
    log = program.folder / "postgresql" / "server.log"  # what an embedded server would have
    log.parent.mkdir()
    log.touch()
    (program.folder / "backups").mkdir()
    program.environment["PATH"] = f"{GOTOVO.parent}:{os.environ['PATH']}"
    program.start()
    try:
        yield program
    finally:
        program.end()
        next(databases, None)


def test_every_page_of_a_test_of_its_own_has_one() -> None:
    there = {page: test for page, test in OF_THEIR_OWN.items() if (ROOT / FOLDER / page).exists()}
    assert there, "there are such pages"
    for page, test in there.items():
        assert page in (ROOT / test).read_text("utf-8")


def test_what_is_typed_elsewhere_is_typed_by_a_test() -> None:
    typed = {reason_not_to_run(line.command) for line in shown()} & set(TYPED_ELSEWHERE.values())
    assert [test for test in typed if not (ROOT / test).exists()] == []


def test_every_reason_is_needed() -> None:
    lines = [line.command for line in shown()]
    assert [each for each in NOT_RUN if not any(line.startswith(each) for line in lines)] == []


def test_a_line_that_is_not_typed_is_one_that_a_shell_can_read() -> None:
    for line in shown():
        done = subprocess.run(
            ["bash", "-n", "-c", line.command], capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, ""), line


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_every_other_line_does_what_the_page_says(installation: Program) -> None:
    lines = [line for line in shown() if not reason_not_to_run(line.command)]
    assert len(lines) > 10, "the pages show commands"
    failed: list[str] = []
    for line in lines:
        done = subprocess.run(
            ["bash", "-c", f"set -euo pipefail\n{_here(line.command, installation)}"],
            cwd=installation.folder,
            env=installation.environment,
            input="y\n",  # to what asks before it changes something
            capture_output=True,
            text=True,
            check=False,
        )
        allowed = {0, 1} if line.command in MAY_FIND_PROBLEMS else {0}
        if done.returncode not in allowed or "Traceback" in done.stderr:
            failed.append(f"{line}: {done.returncode}\n{done.stdout[-500:]}{done.stderr[-1500:]}")
    assert failed == []


def _here(typed: str, program: Program) -> str:
    """Return a line with the places of the pages replaced by those of the test."""
    places = {
        "http://127.0.0.1:9464": program.url,
        "/mnt/backups": str(program.folder / "backups"),
        "/opt/gotovo/": f"{ROOT}/",
    }
    for place, here in places.items():
        typed = typed.replace(place, here)
    return typed

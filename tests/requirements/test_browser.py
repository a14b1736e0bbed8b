"""`requirements/browser` on machines without a Chromium: by apt-get, by Playwright, or not at all.

The script runs in a copy of the checkout's layout, on a PATH that holds only the commands it needs
and stand-ins for the installers, which record how they were called.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tidy.tree import ROOT

COMMANDS = ("dirname", "ls", "grep", "mkdir", "touch", "chmod", "sh")
INSTALLING = (
    "· Installing Chromium for the browser tests: apt-get install chromium-headless-shell\n"
)
DOWNLOADING = "· Downloading Chromium for the browser tests: playwright install chromium\n"
NO_BROWSER = "· No browser could be installed; the browser tests are skipped.\n"


class Machine:
    """A machine without a Chromium, seen by the script."""

    def __init__(self, folder: Path) -> None:
        self.commands = folder / "bin"
        self.home = folder / "home"
        self.playwright = folder / "checkout/.venv/bin/playwright"
        self._script = folder / "checkout/requirements/browser"
        self._record = folder / "record"
        for each in (self.commands, self.home, self.playwright.parent, self._script.parent):
            each.mkdir(parents=True)
        self._record.touch()
        shutil.copy(ROOT / "requirements/browser", self._script)
        for name in COMMANDS:
            found = shutil.which(name)
            assert found is not None, name
            (self.commands / name).symlink_to(found)

    def has_user(self, uid: int) -> None:
        """Let the user of the machine be this one."""
        _write(self.commands / "id", f"echo {uid}")

    def has_installer(self, path: Path, then: str = "") -> None:
        """Put a program there that records its arguments and then runs these lines."""
        _write(path, f'echo "{path.name} $*" >>"{self._record}"\n{then}')

    def run(self) -> subprocess.CompletedProcess[str]:
        """Run the script."""
        return subprocess.run(
            [self._script],
            env={"PATH": str(self.commands), "HOME": str(self.home)},
            capture_output=True,
            text=True,
            check=False,
        )

    @property
    def calls(self) -> list[str]:
        """The installers that were called, with their arguments."""
        return self._record.read_text().splitlines()


def _write(path: Path, script: str) -> None:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


APT_CALLS = [
    "apt-get update -qq",
    "apt-get install -y -qq --no-install-recommends chromium-headless-shell",
]


def test_root_on_debian_gets_chromium_from_the_package_manager(machine: Machine) -> None:
    machine.has_user(0)
    chromium = machine.commands / "chromium-headless-shell"
    machine.has_installer(machine.playwright)
    machine.has_installer(
        machine.commands / "apt-get",
        then=f'[ "$1" = update ] || {{ touch "{chromium}" && chmod +x "{chromium}"; }}',
    )
    ran = machine.run()
    assert (ran.returncode, ran.stderr) == (0, INSTALLING)
    assert machine.calls == APT_CALLS


@pytest.mark.parametrize(("uid", "has_apt"), [(1000, True), (0, False)])
def test_everybody_else_gets_the_browser_that_playwright_downloads(
    machine: Machine, uid: int, *, has_apt: bool
) -> None:
    machine.has_user(uid)
    if has_apt:
        machine.has_installer(machine.commands / "apt-get")
    folder = machine.home / ".cache/ms-playwright/chromium-1255/chrome-linux64"
    machine.has_installer(
        machine.playwright, then=f'mkdir -p "{folder}" && touch "{folder}/chrome"'
    )
    ran = machine.run()
    assert (ran.returncode, ran.stderr) == (0, DOWNLOADING)
    assert machine.calls == ["playwright install chromium"]
    again = machine.run()
    assert (again.returncode, again.stderr) == (0, "")
    assert machine.calls == ["playwright install chromium"], "the second run finds it"


def test_a_failed_installation_is_one_line_and_the_status_says_that_there_is_no_browser(
    machine: Machine,
) -> None:
    machine.has_user(0)
    machine.has_installer(
        machine.commands / "apt-get",
        then='[ "$1" = update ] && exit; echo Reading; echo "E: No such package" >&2; exit 1',
    )
    ran = machine.run()
    assert ran.returncode == 1
    assert ran.stderr == f"{INSTALLING}· E: No such package\n{NO_BROWSER}"
    assert machine.calls == APT_CALLS


def test_a_download_that_does_not_reach_its_source_says_why(machine: Machine) -> None:
    machine.has_user(1000)
    machine.has_installer(
        machine.playwright,
        then='echo "Downloading"; echo "Error: getaddrinfo ENOTFOUND"; echo "    at x"; exit 1',
    )
    ran = machine.run()
    assert ran.returncode == 1
    assert ran.stderr == f"{DOWNLOADING}· Error: getaddrinfo ENOTFOUND\n{NO_BROWSER}"


@pytest.mark.parametrize("name", ["chromium", "chromium-headless-shell"])
def test_a_chromium_on_the_path_is_used_and_nothing_installed(machine: Machine, name: str) -> None:
    machine.has_user(0)
    _write(machine.commands / name, "")
    machine.has_installer(machine.commands / "apt-get")
    ran = machine.run()
    assert (ran.returncode, ran.stderr, machine.calls) == (0, "", [])


def test_without_a_browser_its_tests_are_one_line_with_their_count(machine: Machine) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n", "0", "tests/browser/test_app.py"],
        cwd=ROOT,
        env={"PATH": str(machine.commands), "HOME": str(machine.home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout
    assert len(re.findall("browser", ran.stdout)) == 2, ran.stdout
    assert re.search(
        r"^[1-9]\d* browser tests skipped: there is no Chromium", ran.stdout, re.MULTILINE
    )

"""`frontend/build` on machines with and without Node: it bundles once, or says what is missing.

The script runs in a copy of the checkout's layout, on a PATH that holds only the commands it needs,
with stand-ins for node, npm and uv, which record how they were called.
"""

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from tests.tidy.tree import ROOT

COMMANDS = (
    *("dirname", "find", "sort", "cksum", "tr", "grep", "cat", "mkdir", "rm", "ls", "sh", "flock"),
)
NODE = """
if [ "$1" = -e ]; then
    exit {status}
elif [ "$1" = build.mjs ]; then
    echo "bundle" >>"{record}"
    mkdir -p "$2/staff"
    printf '{{"sources": "%s"}}' "$3" >"$2/staff/manifest.json"
fi
"""


class Machine:
    """A machine, seen by the script."""

    def __init__(self, folder: Path) -> None:
        self.commands = folder / "bin"
        self.checkout = folder / "checkout"
        self.frontend = self.checkout / "frontend"
        self.static = self.checkout / "src/gotovo/web/static"
        self.failure = self.static / "staff-failure.txt"
        self._record = folder / "record"
        for each in (self.commands, self.frontend / "src", self.checkout / ".venv/bin"):
            each.mkdir(parents=True)
        self._record.touch()
        for name in ("build", "find_node.sh", "build.mjs", "package-lock.json"):
            shutil.copy(ROOT / "frontend" / name, self.frontend / name)
        (self.frontend / "src/desk.ts").write_text("1;\n", "utf-8")
        (self.frontend / "node_modules").mkdir()
        for name in COMMANDS:
            found = shutil.which(name)
            if found is not None:  # flock is not everywhere
                (self.commands / name).symlink_to(found)
        self.has_uv("exit 1")

    def has_node(self, *, is_recent: bool = True, npm: str = "exit 0") -> None:
        """Put a node with its npm on the PATH."""
        status = 0 if is_recent else 1
        _write(self.commands / "node", NODE.format(status=status, record=self._record))
        _write(self.commands / "npm", f'echo "npm $*" >>"{self._record}"\n{npm}')

    def has_uv(self, then: str) -> None:
        """Let the installer of wheels do this."""
        _write(self.checkout / ".venv/bin/uv", f'echo "uv" >>"{self._record}"\n{then}')

    def run(self, kind: str = "runtime") -> subprocess.CompletedProcess[str]:
        """Run the script."""
        return subprocess.run(
            [self.frontend / "build", kind],
            env={"PATH": str(self.commands), "HOME": str(self.checkout)},
            capture_output=True,
            text=True,
            check=False,
        )

    @property
    def calls(self) -> list[str]:
        """What was called, without arguments."""
        return [line.split()[0] for line in self._record.read_text().splitlines()]


def _write(path: Path, script: str) -> None:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_a_machine_with_node_bundles_once_and_says_what_it_does(machine: Machine) -> None:
    machine.has_node()
    ran = machine.run()
    assert (ran.returncode, machine.calls) == (0, ["npm", "bundle"]), ran.stderr
    assert ran.stderr == (
        "· Installing the packages of npm that the pages of staff are made of.\n"
        "· Bundling the pages of staff.\n"
    )
    again = machine.run()
    assert (again.returncode, again.stderr, machine.calls) == (0, "", ["npm", "bundle"])


def test_a_change_of_the_sources_is_bundled_and_needs_no_packages(machine: Machine) -> None:
    machine.has_node()
    machine.run()
    (machine.frontend / "src/desk.ts").write_text("2;\n", "utf-8")
    ran = machine.run()
    assert ran.stderr == "· Bundling the pages of staff.\n"
    assert machine.calls == ["npm", "bundle", "bundle"]


@pytest.mark.parametrize("has_old_node", [False, True])
def test_without_node_the_wheel_is_installed(machine: Machine, *, has_old_node: bool) -> None:
    if has_old_node:
        machine.has_node(is_recent=False)
    ran = machine.run()
    assert machine.calls == ["uv"]
    assert ran.stderr.startswith("· Installing Node from its wheel, to bundle the pages of staff.")


def test_without_node_and_network_the_reason_is_written_where_the_program_reads_it(
    machine: Machine,
) -> None:
    ran = machine.run()
    assert ran.returncode == 1
    assert machine.failure.read_text() == "Node could not be installed.\n"
    assert ran.stderr.splitlines()[-1] == (
        "· The pages of staff are missing, everything else runs: Node could not be installed."
    )


def test_a_failure_is_not_repeated_at_every_start_but_an_hour_later(machine: Machine) -> None:
    machine.run()
    ran = machine.run()
    assert (ran.returncode, machine.calls) == (0, ["uv"])
    assert "To try again now: frontend/build again" in ran.stderr
    machine.run("again")
    assert machine.calls == ["uv", "uv"]
    an_hour_ago = time.time() - 3_700
    os.utime(machine.failure, (an_hour_ago, an_hour_ago))
    machine.has_node()
    assert machine.run().returncode == 0
    assert not machine.failure.exists()


def test_packages_that_cannot_be_had_are_a_reason_in_one_line(machine: Machine) -> None:
    machine.has_node(npm='echo "npm error code EAI_AGAIN"; echo "npm error no network"; exit 1')
    assert machine.run().returncode == 1
    assert machine.failure.read_text() == (
        "The packages of npm could not be installed: npm error no network\n"
    )


def test_what_was_bundled_of_other_sources_is_not_served(machine: Machine) -> None:
    machine.has_node()
    machine.run()
    (machine.frontend / "src/desk.ts").write_text("2;\n", "utf-8")
    (machine.commands / "node").unlink()
    assert machine.run().returncode == 1
    assert not (machine.static / "staff").exists()

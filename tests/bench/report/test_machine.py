"""The machine and the commit are named in every report."""

import subprocess
from pathlib import Path

from gotovo.bench.report.machine import commit, machine


def test_the_machine_is_described_without_gaps(tmp_path: Path) -> None:
    found = machine("18.4", tmp_path)
    assert found.cores >= 1
    assert found.memory_gib > 0
    for words in (found.cpu, found.kernel, found.python, found.disk):
        assert words
    assert found.disk != "unknown"
    assert found.postgres == "18.4"


def test_the_commit_of_a_checkout_is_its_head() -> None:
    head, _ = commit()
    git = subprocess.run(
        ["git", "rev-parse", "HEAD"],
        cwd=Path(__file__).parent,
        capture_output=True,
        text=True,
        check=True,
    )
    assert head == git.stdout.strip()

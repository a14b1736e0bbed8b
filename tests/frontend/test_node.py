"""The front end's own tests and checks, as `./test` shows them: node's runner, types, format."""

import subprocess

import pytest

from tests.tidy.tree import ROOT

NPM = ROOT / "frontend/npm"
MISSING = (
    ""
    if (ROOT / "frontend/node_modules/.bin/tsc").exists()
    else "there are no npm packages: requirements/install dev says why"
)
pytestmark = pytest.mark.skipif(bool(MISSING), reason=MISSING)


def test_the_unit_tests_of_the_front_end_pass() -> None:
    done = run("test")
    assert done.returncode == 0, done.stdout
    assert "# fail 0" in done.stdout or "fail 0" in done.stdout


def test_the_front_end_is_well_typed_and_formatted() -> None:
    done = run("run", "check")
    assert done.returncode == 0, done.stdout + done.stderr


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [NPM, *arguments], cwd=ROOT, capture_output=True, text=True, check=False, timeout=240
    )

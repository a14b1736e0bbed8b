"""Scripts: what a newcomer types first can be executed, and every task says what it does."""

import os
import re
from pathlib import Path

from tests.tidy.tree import ROOT, text

SCRIPTS = (
    "run",
    "test",
    ".ci/run",
    "requirements/browser",
    "requirements/install",
    "frontend/build",
    "frontend/npm",
)


def test_every_script_can_be_executed() -> None:
    assert [script for script in SCRIPTS if not os.access(ROOT / script, os.X_OK)] == []


def test_every_task_of_the_justfile_has_a_caption() -> None:
    """`just --list` shows the line above a recipe."""
    lines = text(Path("justfile")).splitlines()
    recipe = re.compile(r"[a-z][a-z-]*( [^:=]*)?:(?!=)")
    tasks = [number for number, line in enumerate(lines) if recipe.match(line)]
    assert tasks, "there are tasks"
    assert [lines[number] for number in tasks if not lines[number - 1].startswith("# ")] == []

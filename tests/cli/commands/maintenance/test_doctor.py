"""The doctor answers in time, whatever is broken, and each failure is a line."""

import socket
import time
from pathlib import Path

from gotovo.assembly.setup_checks import Complaint
from gotovo.cli.commands.maintenance.doctor import probe_side_by_side
from tests.support.cli.program import Program

SECONDS_MAX = 5
"""Beside what the same program takes to start and say that a setting is unknown."""


def complaint() -> list[Complaint]:
    """Find one thing."""
    return [Complaint("the disk is full", "make room")]


def broken() -> list[Complaint]:
    """Fail."""
    raise ZeroDivisionError


def hung() -> list[Complaint]:
    """Never answer in time."""
    time.sleep(60)
    return []


def test_no_check_waits_for_another() -> None:
    began_at = time.monotonic()
    found = probe_side_by_side((complaint, hung, broken, hung), 0.2)
    assert time.monotonic() - began_at < 2
    first, second, third, fourth = found
    assert first == complaint()
    assert (second, fourth) == (None, None)
    assert third is not None
    assert "ZeroDivisionError" in third[0].problem


def test_a_database_that_accepts_and_never_answers_is_named_in_time(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        program = Program(tmp_path, f"postgresql://gotovo@127.0.0.1:{port}/gotovo")
        wrong = Program(tmp_path, "", GOTOVO_NO_SUCH_SETTING="1")
        began_at = time.monotonic()
        assert wrong.run("doctor").returncode == 1
        start_seconds = time.monotonic() - began_at
        began_at = time.monotonic()
        done = program.run("doctor")
        seconds = time.monotonic() - began_at
    assert done.returncode == 1
    assert "the database did not respond within 4 seconds" in done.stdout
    assert seconds - start_seconds < SECONDS_MAX

"""The search for canaries finds what it looks for, in lines, files and the lines of a test."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.canaries import canaries_below, canaries_in
from tests.support.web.cast import ALINA

WHSEC = "whsec_" + "aB3/" * 8

LEAKS = """
import structlog

def test_that_leaks():
    structlog.get_logger().warning("not sent", name="Алина")

def test_that_does_not():
    structlog.get_logger().warning("not sent")
"""


LEAKED = (
    *(ALINA, ALINA[1:], ALINA[2:], "gtv_abc234_defghijkl", "Алине", WHSEC),
    "Код получения: 123\u00a0456",
    "Pick-up code: 123 456",
    "code='123456'",
    "/receipts/sms/" + "0f" * 20,
    "/bot123456789:" + "Ab_-9" * 7 + "/sendMessage",
)


@pytest.mark.parametrize("text", LEAKED)
def test_each_canary_is_found(text: str) -> None:
    assert len(canaries_in(f"first\nsecond {text}.\nthird")) == 1


def test_ordinary_lines_hold_none(tmp_path: Path) -> None:
    file = tmp_path / "server.log"
    file.write_text("order 194566112558 closed, code 200; 2026-11-28T19:00:00.123456Z")
    assert canaries_below(tmp_path) == []
    file.write_text(f"Key (phone)=({ALINA})")
    assert len(canaries_below(tmp_path)) == 1
    file.unlink()  # or the whole run would fail at its end


def test_a_test_whose_log_holds_one_fails(tmp_path: Path) -> None:
    file = tmp_path / "test_leaking.py"
    file.write_text(LEAKS)
    command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider"]
    where = ["-p", "tests.conftest", f"--rootdir={tmp_path}", "-c", "/dev/null", str(file)]
    root = Path(__file__).parents[2]
    done = subprocess.run([*command, *where], cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "personal data in the log" in done.stdout
    assert "1 error" in done.stdout or "1 failed" in done.stdout

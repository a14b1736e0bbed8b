"""Files with secrets: made for our eyes only, and refused when others may read them."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from gotovo.config import SettingError
from gotovo.secret_files import read_password, read_secret


def test_the_secret_is_made_once_for_our_eyes_only(tmp_path: Path) -> None:
    file = tmp_path / "new" / "secret"
    secret = read_secret(file)
    assert len(secret) == 32
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert read_secret(file) == secret
    assert [path.name for path in file.parent.iterdir()] == ["secret"]
    assert read_secret(tmp_path / "other") != secret


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o660])
def test_a_secret_that_others_may_touch_is_refused_with_the_cure(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "secret"
    read_secret(file)
    file.chmod(mode)
    with pytest.raises(SettingError, match=f"^secret_file: .*run chmod 600 {file}$"):
        read_secret(file)


@pytest.mark.parametrize("text", ["", "hush", "00" * 31, "g" * 64, "секрет"])
def test_a_weak_or_broken_secret_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "secret"
    file.write_text(text)
    file.chmod(0o600)
    with pytest.raises(
        SettingError, match=r"^secret_file: .* needs at least 64 hexadecimal digits"
    ):
        read_secret(file)


def test_a_secret_that_cannot_be_kept_is_said(tmp_path: Path) -> None:
    tmp_path.joinpath("file").write_text("")
    with pytest.raises(SettingError, match=r"^secret_file: .*; set GOTOVO_SECRET_FILE"):
        read_secret(tmp_path / "file" / "secret")


def test_programs_that_start_at_once_share_one_secret(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from gotovo.secret_files import read_secret;"
        "sys.stdin.read(); print(read_secret(Path(sys.argv[1])).hex())"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "secret")]
    programs = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    for each in programs:
        assert each.stdin
        each.stdin.close()
        each.stdin = None
    assert len({each.communicate()[0] for each in programs}) == 1
    assert [each.returncode for each in programs] == [0] * 4


@pytest.fixture
def password_file(tmp_path: Path) -> Path:
    """Give a file that only its owner reads."""
    file = tmp_path / "password"
    file.touch(0o600)
    return file


@pytest.mark.parametrize("text", ["pässwörd 1", "pässwörd 1\n", "pässwörd 1\r\n"])
def test_a_password_is_the_line_of_its_file(password_file: Path, text: str) -> None:
    password_file.write_bytes(text.encode())
    assert read_password(password_file) == "pässwörd 1"


@pytest.mark.parametrize("text", [b"", b"\n", b"two\nlines", b"\xff", b"x" * 5_000, b"a\0b"])
def test_what_is_no_line_is_no_password_and_is_not_shown(password_file: Path, text: bytes) -> None:
    password_file.write_bytes(text)
    with pytest.raises(SettingError, match=r": Expected one line, the password$"):
        read_password(password_file)


def test_a_password_that_others_may_read_is_refused_with_the_cure(password_file: Path) -> None:
    password_file.write_text("hush")
    password_file.chmod(0o640)
    with pytest.raises(SettingError, match=r"^smtp_password_file: .*run chmod 600"):
        read_password(password_file)


def test_a_password_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match=r"^smtp_password_file: .*set GOTOVO_SMTP_PASSWORD_FILE"):
        read_password(tmp_path / "missing")

"""Files with passwords: refused when others may read them."""

from pathlib import Path

import pytest

from gotovo.secret_files import read_password
from gotovo.setting_checks import SettingError


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


def test_another_setting_is_named_by_its_own_name(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match=r"^sms_password_file: .*set GOTOVO_SMS_PASSWORD_FILE"):
        read_password(tmp_path / "missing", "sms_password_file")


def test_a_password_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match=r"^smtp_password_file: .*set GOTOVO_SMTP_PASSWORD_FILE"):
        read_password(tmp_path / "missing")

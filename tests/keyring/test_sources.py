"""Where the secret stands: made once, for our eyes only, and replaced as a whole."""

import stat
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec import structs

from gotovo.keyring.keyring import RootKind
from gotovo.keyring.sources import (
    CREDENTIAL,
    SecretFileError,
    make_secrets,
    read_secrets,
    replace_secrets,
)

NOW = datetime(2025, 11, 22, 14, 5, tzinfo=UTC)


def test_the_secret_is_made_once_for_our_eyes_only(tmp_path: Path) -> None:
    file = tmp_path / "new" / "secret"
    made = make_secrets(file, NOW)
    assert [(root.version, root.kind) for root in made.roots] == [(1, RootKind.DERIVED)]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert make_secrets(file, NOW) == read_secrets(file) == made
    assert [path.name for path in file.parent.iterdir()] == ["secret"]
    assert make_secrets(tmp_path / "other", NOW) != made


def test_no_file_is_no_secret_and_none_is_made_by_reading(tmp_path: Path) -> None:
    assert read_secrets(tmp_path / "secret") is None
    assert list(tmp_path.iterdir()) == []


def test_the_bare_secret_of_an_older_version_is_read(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.touch(0o600)
    file.write_text("5f" * 32 + "\n")
    secrets = read_secrets(file)
    assert secrets is not None
    assert secrets.roots[0].key == b"\x5f" * 32


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
def test_a_secret_that_others_may_touch_is_refused_with_the_cure(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "secret"
    make_secrets(file, NOW)
    file.chmod(mode)
    with pytest.raises(SecretFileError, match=f"^secret_file: .*run chmod 600 {file}$"):
        read_secrets(file)


def test_a_credential_of_systemd_is_read_whoever_its_folder_lets_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / CREDENTIAL
    made = make_secrets(file, NOW)
    file.chmod(0o440)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert read_secrets(file) == made


@pytest.mark.parametrize("text", ["", "ab" * 31, "xy" * 32, "й" * 64])
def test_a_weak_or_broken_secret_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "secret"
    file.touch(0o600)
    file.write_text(text, "utf-8")
    with pytest.raises(SecretFileError, match=f"^secret_file: {file} "):
        read_secrets(file)


def test_a_secret_that_cannot_be_kept_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(SecretFileError, match=r"^secret_file: .*; set GOTOVO_SECRET_FILE"):
        make_secrets(tmp_path / "file" / "secret", NOW)


def test_programs_that_start_at_once_share_one_secret(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from datetime import datetime, UTC;"
        "from gotovo.keyring.sources import make_secrets;"
        "sys.stdin.read(); print(make_secrets(Path(sys.argv[1]), datetime.now(UTC)))"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "secret")]
    started = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) for _ in range(4)
    ]
    for each in started:
        assert each.stdin is not None
        each.stdin.close()
        each.stdin = None
    assert len({each.communicate()[0] for each in started}) == 1
    assert [each.returncode for each in started] == [0] * 4


def test_another_secret_takes_the_place_of_the_first_as_a_whole(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    made = make_secrets(file, NOW)
    ended = structs.replace(made.roots[0], ended_at=NOW)
    other = structs.replace(made, roots=(ended,))
    replace_secrets(file, other)
    assert read_secrets(file) == other
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret"]

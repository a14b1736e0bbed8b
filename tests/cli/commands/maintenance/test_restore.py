"""`gotovo restore` as a person types it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import own_database
from tests.support.cli.program import Program

PASSPHRASE = "correct horse battery"


@pytest.fixture
def saved(tmp_path: Path, database_url: str) -> Path:
    """Give a folder with a backup, its sealed secret and the passphrase."""
    folder = tmp_path / "saved"
    folder.mkdir()
    program = Program(folder, database_url)
    (folder / "secret").write_text("5f" * 32)
    (folder / "secret").chmod(0o600)
    (folder / "passphrase").write_text(PASSPHRASE)
    program.run("key", "create", "--role", "admin", "--name", "Tills")
    made = program.run(
        "backup",
        f"--secret-to={folder / 'sealed'}",
        f"--passphrase-file={folder / 'passphrase'}",
    )
    assert made.returncode == 0, made.stderr
    (file,) = (folder / "backups").iterdir()
    return file.rename(folder / "one.backup.zip")


@pytest.fixture
def fresh(tmp_path: Path, server_url: str) -> Iterator[Program]:
    """Give a new installation on an empty database."""
    (tmp_path / "fresh").mkdir()
    for url in own_database(server_url, "template0"):
        yield Program(tmp_path / "fresh", url)


def test_a_backup_and_its_sealed_secret_are_the_installation(saved: Path, fresh: Program) -> None:
    copy, words = saved.with_name("sealed"), saved.with_name("passphrase")
    told = fresh.run("restore", str(saved), f"--secret-from={copy}", f"--passphrase-file={words}")
    assert told.returncode == 0, told.stderr
    assert "no differences." in told.stdout
    assert "What happened since is gone" in told.stderr
    assert (fresh.folder / "secret").read_text() == "5f" * 32
    assert (fresh.folder / "secret").stat().st_mode & 0o777 == 0o600
    assert "Tills" in fresh.run("key", "list").stdout
    again = fresh.run("restore", str(saved))
    assert again.returncode == 1
    assert "writes over nothing" in again.stderr


def test_without_the_secret_nothing_is_restored(saved: Path, fresh: Program) -> None:
    told = fresh.run("restore", str(saved))
    assert told.returncode == 2
    assert "is missing: put it back first" in told.stderr
    assert not (fresh.folder / "secret").exists()


def test_another_secret_is_refused_and_stays(saved: Path, fresh: Program) -> None:
    (fresh.folder / "secret").write_text("77" * 32)
    (fresh.folder / "secret").chmod(0o600)
    told = fresh.run("restore", str(saved))
    assert told.returncode == 1
    assert "made with another secret" in told.stderr
    copy, words = saved.with_name("sealed"), saved.with_name("passphrase")
    sealed = fresh.run("restore", str(saved), f"--secret-from={copy}", f"--passphrase-file={words}")
    assert sealed.returncode == 2
    assert "holds another secret: move it away" in sealed.stderr
    assert (fresh.folder / "secret").read_text() == "77" * 32


def test_a_wrong_passphrase_is_said(saved: Path, fresh: Program) -> None:
    words = saved.with_name("passphrase")
    words.write_text("incorrect horse battery")
    copy = saved.with_name("sealed")
    told = fresh.run("restore", str(saved), f"--secret-from={copy}", f"--passphrase-file={words}")
    assert told.returncode == 1
    assert "does not open the sealed copy" in told.stderr
    assert not (fresh.folder / "secret").exists()


def test_after_another_tool_a_restore_is_finished(saved: Path, database_url: str) -> None:
    """As after pg_restore: the rows are there, and the file of the secret."""
    program = Program(saved.parent, database_url)
    told = program.run("restore", "--finish")
    assert told.returncode == 0, told.stderr
    assert "The feed goes on as epoch 2." in told.stderr
    assert "no differences." in told.stdout
    assert "epoch.begun" in program.run("security-log").stdout
    (saved.parent / "secret").write_text("77" * 32)
    assert "not the secret of this database" in program.run("restore", "--finish").stderr


@pytest.mark.parametrize(
    "arguments",
    [(), ("one.backup.zip", "--finish"), ("one.backup.zip", "--to=latest")],
)
def test_a_file_or_the_end_of_another_restore_is_wanted(
    fresh: Program, arguments: tuple[str, ...]
) -> None:
    told = fresh.run("restore", *arguments)
    assert told.returncode == 2
    assert "give the FILE of a backup, or --finish" in told.stderr


def test_there_is_nothing_to_finish_in_an_empty_database(saved: Path, fresh: Program) -> None:
    (fresh.folder / "secret").write_bytes((saved.parent / "secret").read_bytes())
    (fresh.folder / "secret").chmod(0o600)
    told = fresh.run("restore", "--finish")
    assert told.returncode == 1
    assert "has no tables of Gotovo" in told.stderr


@pytest.mark.parametrize(
    ("instant", "said"),
    [
        ("yesterday", "expected an instant with its zone"),
        ("2026-11-28T22:20:00", "expected an instant with its zone"),
        ("2999-01-01T00:00:00Z", "is in the future"),
        ("latest", "set GOTOVO_WAL_ARCHIVE to the folder of the archive"),
    ],
)
def test_an_instant_that_can_not_be_gone_back_to_is_said(
    saved: Path, fresh: Program, instant: str, said: str
) -> None:
    (fresh.folder / "secret").write_bytes((saved.parent / "secret").read_bytes())
    (fresh.folder / "secret").chmod(0o600)
    told = fresh.run("restore", f"--to={instant}")
    assert told.returncode == 2
    assert said in told.stderr

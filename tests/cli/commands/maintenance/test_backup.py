"""`gotovo backup` as a person types it."""

import json
from pathlib import Path

import pytest

from tests.support.cli.program import Program


@pytest.fixture
def program(tmp_path: Path, database_url: str) -> Program:
    """Give an installation with a secret; its server is not started."""
    program = Program(tmp_path, database_url)
    (tmp_path / "secret").write_text("5f" * 32)
    (tmp_path / "secret").chmod(0o600)
    return program


def test_a_backup_is_made_and_verified(program: Program, tmp_path: Path) -> None:
    made = program.run("backup", "--json")
    assert made.returncode == 0, made.stderr
    assert "is not in the backup" in made.stderr
    file = Path(json.loads(made.stdout)["file"])
    assert file.parent == tmp_path / "backups"
    verified = program.run("backup", "verify", str(file))
    assert verified.returncode == 0, verified.stderr
    assert f"{file}: 0 orders" in verified.stdout
    assert "The backup is whole" in verified.stdout
    document = json.loads(program.run("backup", "verify", str(file), "--json").stdout)
    rows = {table["name"]: table["rows"] for table in document["manifest"]["tables"]}
    assert rows["shop"] == 1
    assert b"5f5f5f5f" not in file.read_bytes()


def test_a_damaged_one_is_named_without_a_database(program: Program, tmp_path: Path) -> None:
    assert program.run("backup", "--to", str(tmp_path / "far")).returncode == 0
    (file,) = (tmp_path / "far").iterdir()
    file.write_bytes(file.read_bytes()[:-100])
    program.environment["GOTOVO_DATABASE_URL"] = "postgresql://nobody@nowhere.invalid/none"
    told = program.run("backup", "verify", str(file))
    assert (told.returncode, told.stdout) == (1, "")
    assert f"{file} is no backup, or was cut short" in told.stderr


def test_only_so_many_are_kept(program: Program, tmp_path: Path) -> None:
    for day in range(3):
        (tmp_path / "backups").mkdir(exist_ok=True)
        (tmp_path / "backups" / f"gotovo-2020010{day}T000000Z.backup.zip").touch()
    made = json.loads(program.run("backup", "--keep", "2", "--json").stdout)
    assert [Path(each).name for each in made["removed"]] == [
        "gotovo-20200100T000000Z.backup.zip",
        "gotovo-20200101T000000Z.backup.zip",
    ]
    assert len(list((tmp_path / "backups").iterdir())) == 2


def test_the_secret_is_sealed_apart_and_never_beside_the_backups(
    program: Program, tmp_path: Path
) -> None:
    (tmp_path / "passphrase").write_text("correct horse battery\n")
    words = ("--passphrase-file", str(tmp_path / "passphrase"))
    beside = program.run("backup", "--secret-to", str(tmp_path / "backups" / "secret"), *words)
    assert beside.returncode == 2
    assert "who gets one would get both" in beside.stderr
    apart = tmp_path / "sealed"
    made = program.run("backup", "--secret-to", str(apart), *words)
    assert made.returncode == 0, made.stderr
    assert "is not in the backup" not in made.stderr
    assert apart.stat().st_mode & 0o777 == 0o600
    assert "5f5f" not in apart.read_text()
    again = program.run("backup", "--secret-to", str(apart), *words)
    assert again.returncode == 1
    assert "File exists" in again.stderr


def test_without_its_secret_a_database_is_not_saved(program: Program, tmp_path: Path) -> None:
    (tmp_path / "secret").unlink()
    told = program.run("backup")
    assert told.returncode == 2
    assert f"{tmp_path / 'secret'} is missing" in told.stderr
    assert not (tmp_path / "secret").exists()


def test_a_new_installation_has_nothing_to_save_and_says_why(
    program: Program, tmp_path: Path
) -> None:
    (tmp_path / "secret").unlink()
    told = program.run("backup")
    assert told.returncode == 2
    assert "a new installation gets it at its first start" in told.stderr


@pytest.mark.parametrize("command", ["archive", "base"])
def test_there_is_no_archive_of_an_external_server(program: Program, command: str) -> None:
    told = program.run("backup", command)
    assert told.returncode == 2
    assert "set GOTOVO_WAL_ARCHIVE to a folder" in told.stderr


def test_an_archive_that_nothing_follows_is_named(program: Program, tmp_path: Path) -> None:
    program.environment |= {"GOTOVO_DATABASE_URL": "", "GOTOVO_WAL_ARCHIVE": str(tmp_path / "far")}
    told = program.run("backup", "archive")
    assert told.returncode == 0
    assert "nothing has followed the log into" in told.stdout
    assert json.loads(program.run("backup", "archive", "--json").stdout)["series"] == {}

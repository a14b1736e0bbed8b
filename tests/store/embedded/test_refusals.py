"""When our own server can't run, one sentence says why and what to do."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from gotovo.store.postgres.errors import EmbeddedError
from tests.store.embedded.conftest import MakeServer, StartOwner

NOBODY = 65534

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can act for other accounts")


def place_of(data_dir: Path) -> Path:
    """Return the folder of a data folder's server."""
    return data_dir / "postgresql"


def test_a_folder_that_holds_something_else_is_left_alone(
    data_dir: Path, make_server: MakeServer
) -> None:
    photos = place_of(data_dir) / "data"
    photos.mkdir(parents=True)
    if os.geteuid() == 0:
        shutil.chown(photos, NOBODY)
    photos.joinpath("photo.jpg").write_text("dear")
    with pytest.raises(EmbeddedError, match=r"data is not a PostgreSQL folder: move it away, or"):
        make_server(data_dir).start()
    assert [path.name for path in photos.iterdir()] == ["photo.jpg"]


def test_a_database_of_another_postgresql_is_left_alone(
    settled_dir: Path, make_server: MakeServer
) -> None:
    version = place_of(settled_dir) / "data" / "PG_VERSION"
    version.write_text("12\n")
    with pytest.raises(EmbeddedError, match=r"made by PostgreSQL 12, this program brings 18: "):
        make_server(settled_dir).start()
    version.write_text("18\n")
    assert make_server(settled_dir).start().is_ours


def test_a_file_in_the_place_of_the_folder_is_named(
    data_dir: Path, make_server: MakeServer
) -> None:
    data_dir.write_text("a file")
    with pytest.raises(EmbeddedError, match=r"gotovo can't be used: .*; mend that, or set GOTOVO"):
        make_server(data_dir).start()


def test_a_link_to_nowhere_is_not_taken_for_a_new_installation(
    data_dir: Path, make_server: MakeServer
) -> None:
    data_dir.mkdir()
    place_of(data_dir).symlink_to("/nonexistent/postgresql")
    with pytest.raises(EmbeddedError, match="postgresql is not a folder: put back what it was"):
        make_server(data_dir).start()


def test_a_lost_password_is_named(settled_dir: Path, make_server: MakeServer) -> None:
    place_of(settled_dir).joinpath("password").unlink()
    with pytest.raises(EmbeddedError, match=r"password is gone, .*: put it back from a backup"):
        make_server(settled_dir).start()


def test_what_the_server_said_is_shown_when_it_does_not_start(
    settled_dir: Path, make_server: MakeServer
) -> None:
    conf = place_of(settled_dir) / "data" / "postgresql.conf"
    sound = conf.read_text()
    conf.write_text(f"{sound}\nshared_buffers = lots\n")
    server = make_server(settled_dir)
    with pytest.raises(EmbeddedError, match=r'(?s)did not start.*server\.log.*"shared_buffers"'):
        server.start()
    conf.write_text(sound)
    assert server.start().is_ours, "the failure left nothing behind"


@pytest.fixture
def small_disk(folder: Path) -> Iterator[Path]:
    """Give a disk that no cluster fits on."""
    disk = folder / "disk"
    disk.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", "size=16m,mode=755", "none", disk]
    if os.geteuid() != 0 or subprocess.run(mounting, check=False).returncode != 0:
        pytest.skip("no file systems can be mounted here")
    yield disk
    subprocess.run(["umount", "--lazy", disk], check=True)


def test_a_full_disk_is_named_and_a_later_start_begins_anew(
    small_disk: Path, make_server: MakeServer
) -> None:
    server = make_server(small_disk / "gotovo")
    with pytest.raises(EmbeddedError, match=r"(?s)initdb failed:.*No space left on device"):
        server.start()
    assert not place_of(small_disk / "gotovo").joinpath("data.new").exists()
    subprocess.run(["mount", "-o", "remount,size=400m", small_disk], check=True)
    assert server.start().is_ours
    server.stop()


@as_root
def test_a_folder_that_may_not_be_written_is_named(folder: Path, start_owner: StartOwner) -> None:
    error = start_owner(folder / "gotovo", NOBODY).report()["error"]
    assert "can't be used: [Errno 13] Permission denied" in error
    assert "or set GOTOVO_DATA_DIR" in error


@as_root
def test_a_folder_of_another_person_names_the_person(
    settled_dir: Path, start_owner: StartOwner
) -> None:
    error = start_owner(settled_dir, NOBODY).report()["error"]
    assert "postgresql belongs to root: run this as root, or set GOTOVO_DATA_DIR" in error


@as_root
def test_a_cluster_of_root_is_refused_with_the_command_that_mends_it(
    settled_dir: Path, make_server: MakeServer
) -> None:
    shutil.chown(place_of(settled_dir) / "data", 0, 0)
    with pytest.raises(EmbeddedError, match=r"belongs to root, .*chown -R postgres "):
        make_server(settled_dir).start()


@as_root
def test_a_database_that_its_account_can_no_longer_reach_is_not_begun_anew(
    settled_dir: Path, make_server: MakeServer
) -> None:
    settled_dir.chmod(0o700)
    with pytest.raises(EmbeddedError, match=r"can't reach .*data: let that account pass"):
        make_server(settled_dir).start()
    assert settled_dir.stat().st_mode & 0o777 == 0o700

"""Root never runs the server itself, and never takes anybody's data away from them."""

import os
import shutil
import stat
import subprocess
from pathlib import Path

import asyncpg
import pytest

from gotovo.store.embedded import paths
from gotovo.store.embedded.binaries import binaries_for, installed_binaries, run_as, server_account
from gotovo.store.embedded.cluster import initialise
from gotovo.store.embedded.paths import prepare_paths
from gotovo.store.embedded.process import running_server
from gotovo.store.postgres.errors import EmbeddedError
from tests.store.embedded.conftest import MakeServer, StartOwner

NOBODY = 65534

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can act for other accounts")


def owner_of_process(pid: int) -> int:
    """Return whose process it is."""
    return Path(f"/proc/{pid}").stat().st_uid


def copy_wheel(home: Path) -> Path:
    """Install the binaries a second time, in a private home, and return where."""
    home.mkdir(mode=0o700)
    wheel = installed_binaries()
    libraries = wheel.parent.with_name(f"{wheel.parent.name}.libs")
    shutil.copytree(libraries, home / libraries.name)
    return shutil.copytree(wheel, home / wheel.parent.name / wheel.name)


async def is_answering(url: str) -> bool:
    """Tell whether a query gets its answer."""
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval("select true")
    finally:
        await connection.close()


async def test_root_runs_the_server_as_an_account_without_rights(
    settled_dir: Path, make_server: MakeServer
) -> None:
    started = make_server(settled_dir).start()
    assert owner_of_process(started.pid) == server_account(Path("/nonexistent")).uid != 0
    assert await is_answering(started.url)


async def test_what_root_writes_lies_where_the_account_can_put_no_link(
    settled_dir: Path, make_server: MakeServer
) -> None:
    make_server(settled_dir).start()
    place = settled_dir / "postgresql"
    facts = place.stat()
    assert (facts.st_uid, stat.S_IMODE(facts.st_mode)) == (0, 0o711)
    assert place.joinpath("server.log").stat().st_uid == 0


async def test_an_ordinary_person_runs_the_server_as_themselves(
    folder: Path, start_owner: StartOwner
) -> None:
    shutil.chown(folder, NOBODY, NOBODY)
    owner = start_owner(folder / "own" / "gotovo", NOBODY)
    report = owner.report()
    assert owner_of_process(report["pid"]) == NOBODY
    assert stat.S_IMODE((folder / "own").stat().st_mode) == 0o700
    assert await is_answering(report["url"])
    owner.end()
    assert running_server(folder / "own" / "gotovo" / "postgresql" / "data") is None


async def test_root_starts_a_persons_server_as_that_person_and_they_can_go_on(
    folder: Path, start_owner: StartOwner
) -> None:
    shutil.chown(folder, NOBODY, NOBODY)
    for words in ((NOBODY,), (), (NOBODY,)):
        owner = start_owner(folder / "gotovo", *words)
        report = owner.report()
        assert owner_of_process(report["pid"]) == NOBODY
        assert await is_answering(report["url"])
        owner.end()
        assert running_server(folder / "gotovo" / "postgresql" / "data") is None


async def test_root_in_a_private_home_keeps_the_database_elsewhere_and_finds_it_again(
    folder: Path, make_server: MakeServer
) -> None:
    home = folder / "home"
    home.mkdir(mode=0o700)
    server = make_server(home / "gotovo")
    connection = await asyncpg.connect(server.start().url)
    await connection.execute("create table kept as select 42 as answer")
    await connection.close()
    server.stop()
    place = home / "gotovo" / "postgresql"
    elsewhere = place.readlink()
    assert home not in elsewhere.parents
    assert elsewhere.joinpath("belongs-to").read_text() == f"{place}\n"
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    home.chmod(0o755)
    connection = await asyncpg.connect(server.start().url)
    assert await connection.fetchval("select answer from kept") == 42
    await connection.close()


def test_a_private_home_outside_the_temporary_folder_has_its_database_in_var_lib(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "ELSEWHERE", folder / "var" / "lib" / "gotovo")
    monkeypatch.setattr("tempfile.tempdir", str(folder / "tmp"))
    folder.joinpath("tmp").mkdir()
    folder.joinpath("home").mkdir(mode=0o700)
    place = prepare_paths(folder / "home" / "gotovo")
    assert place.folder.parent == folder / "var" / "lib" / "gotovo"


def test_binaries_in_a_private_home_are_copied_with_all_they_need(folder: Path) -> None:
    private = copy_wheel(folder / "home")
    place = prepare_paths(folder / "gotovo")
    copied = binaries_for(place.account, place.folder, private)
    assert place.folder in copied.parents
    shutil.rmtree(folder / "home")
    assert run_as(place.account, copied / "postgres", "--version").startswith("postgres (Postgre")
    initialise(place, copied)
    assert place.cluster.joinpath("PG_VERSION").exists()
    assert copied.joinpath("postgres").stat().st_uid == 0
    assert binaries_for(place.account, place.folder, private) == copied


def test_binaries_that_the_account_can_run_are_not_copied(folder: Path) -> None:
    place = prepare_paths(folder / "gotovo")
    wheel = installed_binaries()
    if not place.account.can_reach(wheel / "bin" / "postgres"):
        pytest.skip("this checkout is in a private folder")
    assert binaries_for(place.account, place.folder, wheel) == wheel / "bin"
    assert list(place.folder.iterdir()) == []


def test_a_folder_where_no_program_may_run_is_named(folder: Path) -> None:
    private = copy_wheel(folder / "home")
    disk = folder / "disk"
    disk.mkdir()
    mounting = ("mount", "-t", "tmpfs", "-o", "noexec,mode=755", "none", disk)
    if subprocess.run(mounting, check=False).returncode != 0:
        pytest.skip("no file systems can be mounted here")
    try:
        place = prepare_paths(disk / "gotovo")
        with pytest.raises(EmbeddedError, match=r"may not run programs in .*: set GOTOVO_DATA_DIR"):
            binaries_for(place.account, place.folder, private)
    finally:
        subprocess.run(["umount", "--lazy", disk], check=True)

"""Our own server: private, durable, one a data folder, and found again with all it has."""

import os
import stat
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import asyncpg
import pytest

from gotovo.store.embedded.paths import SOCKET_FOLDER_BYTES_MAX, prepare_paths
from gotovo.store.embedded.process import running_server
from gotovo.store.embedded.server import STILL_STARTING, EmbeddedPostgres
from tests.store.embedded.conftest import MakeServer, StartOwner, settle


async def fetch(url: str, query: str) -> object:
    """Ask one thing on a connection of its own."""
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


def socket_folder(url: str) -> Path:
    """Return the folder in an address."""
    return Path(parse_qs(urlsplit(url).query)["host"][0])


async def test_a_second_start_finds_its_data(data_dir: Path, make_server: MakeServer) -> None:
    server = make_server(data_dir)
    await fetch(server.start().url, "create table kept as select 42 as answer")
    server.stop()
    assert await fetch(server.start().url, "select answer from kept") == 42


async def test_stopping_leaves_no_process_and_no_socket(
    settled_dir: Path, make_server: MakeServer
) -> None:
    server = make_server(settled_dir)
    started = server.start()
    server.stop()
    assert running_server(settled_dir / "postgresql" / "data") is None
    with pytest.raises(ProcessLookupError):
        os.kill(started.pid, 0)
    assert not socket_folder(started.url).exists()


async def test_starting_and_stopping_twice_is_harmless(
    settled_dir: Path, make_server: MakeServer
) -> None:
    server = make_server(settled_dir)
    assert server.start() == server.start()
    server.stop()
    server.stop()


async def test_a_newcomer_reads_one_line_for_each_thing_going_on(
    data_dir: Path, start_owner: StartOwner
) -> None:
    making, starting = "Making a new database …", "Starting PostgreSQL …"
    first = start_owner(data_dir)
    assert [line for line in first.report()["said"] if line != STILL_STARTING] == [making, starting]
    first.end()
    again = start_owner(data_dir).report()["said"]
    assert [line for line in again if line != STILL_STARTING] == [starting]


def test_a_start_is_called_long_only_once_postgresql_has_begun(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gotovo.store.embedded.server.PATIENCE_SECONDS", 0)
    said: list[str] = []
    server = EmbeddedPostgres(data_dir, said.append)
    server.start()
    server.stop()
    assert said == ["Making a new database …", "Starting PostgreSQL …", STILL_STARTING]


async def test_the_server_loses_nothing_and_speaks_one_language_everywhere(
    settled_dir: Path, make_server: MakeServer
) -> None:
    url = make_server(settled_dir).start().url
    connection = await asyncpg.connect(url)
    names = ("fsync", "full_page_writes", "synchronous_commit", "data_checksums")
    shown = {name: await connection.fetchval(f"show {name}") for name in names}
    databases = await connection.fetch(
        "select pg_encoding_to_char(encoding) as encoding, datlocprovider, datlocale"
        "  from pg_database"
    )
    await connection.close()
    assert shown == dict.fromkeys(names, "on")
    assert {tuple(database) for database in databases} == {("UTF8", b"b", "C.UTF-8")}


async def test_nobody_gets_in_but_through_the_private_socket_with_the_password(
    settled_dir: Path, make_server: MakeServer
) -> None:
    started = make_server(settled_dir).start()
    place = settled_dir / "postgresql"
    assert await fetch(started.url, "show listen_addresses") == ""
    assert stat.S_IMODE(socket_folder(started.url).stat().st_mode) == 0o700
    assert stat.S_IMODE(place.joinpath("password").stat().st_mode) == 0o600
    assert stat.S_IMODE(place.joinpath("server.log").stat().st_mode) == 0o600
    assert stat.S_IMODE(place.joinpath("data").stat().st_mode) == 0o700
    for url, name in ((started.url, "program-password"), (started.admin_url, "password")):
        password = place.joinpath(name).read_text()
        assert len(password) == 48
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(url.replace(password, "guessed"))


async def test_no_folder_that_was_there_gets_other_permissions(
    folder: Path, settled: Path, make_server: MakeServer
) -> None:
    parents = [folder, folder / "a", folder / "a" / "b"]
    for parent, mode in zip(parents[1:], (0o751, 0o711), strict=True):
        parent.mkdir()
        parent.chmod(mode)
    settle(settled, parents[-1] / "gotovo")
    before = [parent.stat().st_mode for parent in parents]
    make_server(parents[-1] / "gotovo").start()
    assert [parent.stat().st_mode for parent in parents] == before


async def test_ctrl_c_at_the_terminal_does_not_reach_the_server(
    settled_dir: Path, make_server: MakeServer
) -> None:
    assert os.getsid(make_server(settled_dir).start().pid) != os.getsid(0)


@pytest.mark.parametrize("name", ["d" * 150, "ключ, 'a b' %2F & \"c\""])
async def test_a_deep_or_odd_folder_gets_a_short_socket_of_its_own(
    folder: Path, settled: Path, make_server: MakeServer, name: str
) -> None:
    settle(settled, folder / name)
    server = make_server(folder / name)
    url = server.start().url
    assert await fetch(url, "select 1") == 1
    sockets = socket_folder(url)
    assert folder not in sockets.parents
    assert len(os.fsencode(sockets)) <= SOCKET_FOLDER_BYTES_MAX
    assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
    server.stop()
    assert not sockets.exists()


async def test_a_second_program_uses_the_server_and_leaves_it_running(
    settled_dir: Path, start_owner: StartOwner, make_server: MakeServer
) -> None:
    owner = start_owner(settled_dir)
    first = owner.report()
    guest = make_server(settled_dir)
    second = guest.start()
    assert (second.pid, second.url, second.is_ours) == (first["pid"], first["url"], False)
    guest.stop()
    assert await fetch(first["url"], "select 1") == 1
    owner.end()
    assert running_server(settled_dir / "postgresql" / "data") is None
    assert guest.start().is_ours


async def test_two_programs_at_once_make_one_server(
    data_dir: Path, start_owner: StartOwner
) -> None:
    both = [start_owner(data_dir), start_owner(data_dir)]
    reports = [owner.report() for owner in both]
    assert sorted(report["is_ours"] for report in reports) == [False, True]
    assert reports[0]["pid"] == reports[1]["pid"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes folders for other accounts")
def test_who_comes_while_the_folder_is_made_finds_it_as_it_stays(folder: Path) -> None:
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(2) as both:
            for turn in range(200):
                data_dir = folder / str(turn)
                places = list(both.map(prepare_paths, [data_dir, data_dir]))
                assert {place.folder for place in places} == {data_dir / "postgresql"}
                assert stat.S_IMODE((data_dir / "postgresql").stat().st_mode) == 0o711
                assert list(folder.glob(".*")) == []
    finally:
        sys.setswitchinterval(interval)

"""Sudden deaths: of the program, of the server, of both; and what a dead server leaves behind."""

import asyncio
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from gotovo.store.embedded.binaries import server_account
from gotovo.store.embedded.process import disown_reused_pid, read_note, running_server
from tests.store.embedded.conftest import MakeServer, StartOwner, settle


def cluster_of(data_dir: Path) -> Path:
    """Return where a data folder's cluster is."""
    return data_dir / "postgresql" / "data"


async def answer(url: str) -> object:
    """Return what the table of these tests holds."""
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval("select answer from kept")
    finally:
        await connection.close()


async def keep_an_answer(url: str) -> None:
    """Commit something that has to survive."""
    connection = await asyncpg.connect(url)
    await connection.execute("create table kept as select 42 as answer")
    await connection.close()


def kill_and_wait(pid: int) -> None:
    """Kill a process without notice and see it gone."""
    os.kill(pid, signal.SIGKILL)
    while is_there(pid):
        time.sleep(0.01)


def is_there(pid: int) -> bool:
    """Tell whether a process runs; one that is dead and not reaped has no command."""
    try:
        return bool(Path(f"/proc/{pid}/cmdline").read_bytes())
    except OSError:
        return False


def write_pid(cluster: Path, pid: int) -> None:
    """Make the note of a dead server name somebody else."""
    note = cluster / "postmaster.pid"
    _, _, rest = note.read_bytes().partition(b"\n")
    note.write_bytes(b"%d\n%b" % (pid, rest))


async def test_a_killed_server_recovers_with_everything_it_confirmed(
    settled_dir: Path, make_server: MakeServer
) -> None:
    server = make_server(settled_dir)
    first = server.start()
    await keep_an_answer(first.url)
    os.kill(first.pid, signal.SIGKILL)
    second = server.start()
    assert second.pid != first.pid
    assert await answer(second.url) == 42


async def test_a_server_that_outlived_its_program_is_adopted_and_stopped_by_the_next(
    settled_dir: Path, start_owner: StartOwner, make_server: MakeServer
) -> None:
    owner = start_owner(settled_dir)
    first = owner.report()
    await keep_an_answer(first["url"])
    owner.kill()
    server = make_server(settled_dir)
    second = server.start()
    assert (second.pid, second.is_ours) == (first["pid"], True)
    assert await answer(second.url) == 42
    server.stop()
    assert not is_there(second.pid)


async def test_program_and_server_killed_at_once_are_no_hindrance(
    settled_dir: Path, start_owner: StartOwner, make_server: MakeServer
) -> None:
    owner = start_owner(settled_dir)
    first = owner.report()
    await keep_an_answer(first["url"])
    owner.kill()
    kill_and_wait(first["pid"])
    assert read_note(cluster_of(settled_dir)), "the dead server's note is still there"
    assert await answer(make_server(settled_dir).start().url) == 42


async def test_a_server_that_is_just_stopping_is_waited_for_and_replaced(
    settled_dir: Path, start_owner: StartOwner, make_server: MakeServer
) -> None:
    owner = start_owner(settled_dir)
    first = owner.report()
    owner.kill()
    os.kill(first["pid"], signal.SIGINT)
    second = make_server(settled_dir).start()
    assert running_server(cluster_of(settled_dir)) is not None
    await keep_an_answer(second.url)


@pytest.fixture
def sleeper(settled_dir: Path) -> Iterator[int]:
    """Give the pid of somebody else's process under the server's own account."""
    account = server_account(cluster_of(settled_dir))
    process = subprocess.Popen(["sleep", "600"], cwd="/", **account.process_options())
    yield process.pid
    process.kill()
    process.wait()


async def test_a_noted_pid_that_belongs_to_another_program_by_now_is_no_hindrance(
    settled_dir: Path, make_server: MakeServer, sleeper: int
) -> None:
    server = make_server(settled_dir)
    first = server.start()
    await keep_an_answer(first.url)
    kill_and_wait(first.pid)
    write_pid(cluster_of(settled_dir), sleeper)
    assert running_server(cluster_of(settled_dir)) is None
    assert await answer(server.start().url) == 42
    assert is_there(sleeper)


async def test_a_noted_pid_that_belongs_to_another_server_by_now_is_no_hindrance(
    settled: Path, folder: Path, make_server: MakeServer
) -> None:
    for name in ("one", "other"):
        settle(settled, folder / name)
    server = make_server(folder / "one")
    other = make_server(folder / "other").start()
    kill_and_wait(server.start().pid)
    write_pid(cluster_of(folder / "one"), other.pid)
    assert server.start().pid != other.pid
    await keep_an_answer(other.url)


async def test_a_server_started_by_hand_keeps_its_note(
    settled_dir: Path, make_server: MakeServer
) -> None:
    """A process that may be this cluster's server is left to PostgreSQL's own judgement."""
    cluster = cluster_of(settled_dir)
    first = make_server(settled_dir).start()
    disown_reused_pid(cluster)
    note = read_note(cluster)
    assert note is not None
    assert note.pid == first.pid


async def test_a_start_waits_for_the_children_of_a_killed_server(
    settled_dir: Path, make_server: MakeServer
) -> None:
    """A query at work does not see its server die; two servers on one cluster would ruin it."""
    server = make_server(settled_dir)
    first = server.start()
    await keep_an_answer(first.url)
    busy = await asyncpg.connect(first.url)
    work = "do $$ begin for i in 1..80000000 loop end loop; end $$"
    query = asyncio.create_task(busy.execute(work))
    watcher = await asyncpg.connect(first.url)
    active = "select count(*) from pg_stat_activity where query like 'do $$%' and pid <> $1"
    while not await watcher.fetchval(active, watcher.get_server_pid()):
        await watcher.execute("select pg_sleep(0.01)")
    await watcher.close()
    kill_and_wait(first.pid)
    second = server.start()
    log = settled_dir.joinpath("postgresql", "server.log").read_text()
    assert "pre-existing shared memory block" in log
    await asyncio.gather(query, return_exceptions=True)
    busy.terminate()
    assert await answer(second.url) == 42

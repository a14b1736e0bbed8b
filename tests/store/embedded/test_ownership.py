"""Programs that share a data folder share its server: the last one stops it, nobody else."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from gotovo.store.embedded.process import running_server
from gotovo.store.embedded.server import EmbeddedPostgres, ServerState
from tests.store.embedded.conftest import MakeServer, StartOwner

ROUNDS = 4


def pid_of(data_dir: Path) -> int | None:
    """Return the pid of the server that runs on a folder."""
    note = running_server(data_dir / "postgresql" / "data")
    return note.pid if note else None


def test_when_the_first_program_leaves_the_server_goes_on_and_is_the_seconds(
    settled_dir: Path, make_server: MakeServer
) -> None:
    first, second = make_server(settled_dir), make_server(settled_dir)
    pid = first.start().pid
    assert not second.start().is_ours
    assert not second.take_over()
    first.stop()
    assert pid_of(settled_dir) == pid
    assert second.take_over()
    assert second.state() is ServerState.SERVING
    second.stop()
    assert pid_of(settled_dir) is None


def test_when_the_second_program_leaves_first_the_server_goes_on(
    settled_dir: Path, make_server: MakeServer
) -> None:
    first, second = make_server(settled_dir), make_server(settled_dir)
    pid = first.start().pid
    second.start()
    second.stop()
    assert pid_of(settled_dir) == pid
    first.stop()
    assert pid_of(settled_dir) is None


def test_a_second_program_that_nobody_told_stops_the_server_of_a_killed_first(
    settled_dir: Path, make_server: MakeServer, start_owner: StartOwner
) -> None:
    owner = start_owner(settled_dir)
    pid = owner.report()["pid"]
    second = make_server(settled_dir)
    assert not second.start().is_ours
    owner.kill()
    assert second.take_over()
    assert pid_of(settled_dir) == pid
    second.stop()
    assert pid_of(settled_dir) is None


def test_two_that_leave_at_once_leave_no_server(settled_dir: Path, make_server: MakeServer) -> None:
    for _ in range(ROUNDS):
        both = [make_server(settled_dir), make_server(settled_dir)]
        for each in both:
            each.start()
        with ThreadPoolExecutor(2) as threads:
            list(threads.map(EmbeddedPostgres.stop, both))
        assert pid_of(settled_dir) is None

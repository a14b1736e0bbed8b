"""A worker tells that it lives, and stops when it is asked to or nobody is left to ask."""

import asyncio
import os
import signal
import socket
from collections.abc import Iterator

import pytest

from gotovo.supervision.link import WorkerLink
from gotovo.supervision.messages import (
    Beat,
    Failed,
    ProgramProblems,
    Ready,
    Stop,
    decode_to_supervisor,
    encode,
)


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Give the supervisor's end and the worker's."""
    supervisor, worker = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with supervisor, worker:
        yield supervisor, worker


async def stops(link: WorkerLink) -> None:
    """Wait until the link has asked to stop."""
    async with asyncio.timeout(5):
        await link.stopping.wait()


async def test_it_beats_and_tells_how_its_start_went(
    ends: tuple[socket.socket, socket.socket],
) -> None:
    supervisor, worker = ends
    link = WorkerLink(worker)
    link.note(["sign in as Alina"])
    link.open()
    link.ready()
    link.failed("no database")
    said = [decode_to_supervisor(supervisor.recv(1_000)) for _ in range(3)]
    assert said == [Beat(), Ready(("sign in as Alina",)), Failed("no database")]
    link.stop()


async def test_it_knows_what_is_wrong_elsewhere(ends: tuple[socket.socket, socket.socket]) -> None:
    supervisor, worker = ends
    link = WorkerLink(worker)
    link.open()
    supervisor.send(
        encode(ProgramProblems(("worker 2 is being started again",), 3, is_disk_full=True))
    )
    supervisor.send(encode(Stop()))
    await stops(link)
    assert link.problems == ("worker 2 is being started again",)
    assert link.restarts == 3
    assert link.is_disk_full


async def test_it_stops_once_and_ends_the_streams(
    ends: tuple[socket.socket, socket.socket],
) -> None:
    supervisor, worker = ends
    link = WorkerLink(worker)
    ended: list[str] = []
    link.on_stop(lambda: ended.append("streams"))
    link.open()
    supervisor.send(encode(Stop()))
    await stops(link)
    link.stop()
    assert ended == ["streams"]


async def test_it_stops_with_its_supervisor(ends: tuple[socket.socket, socket.socket]) -> None:
    supervisor, worker = ends
    link = WorkerLink(worker)
    link.open()
    supervisor.close()
    await stops(link)


async def test_it_stops_at_sigterm() -> None:
    link = WorkerLink()
    link.open()
    os.kill(os.getpid(), signal.SIGTERM)
    await stops(link)

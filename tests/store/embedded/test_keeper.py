"""The embedded server is watched: it ends or hangs, and serves again within seconds."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from gotovo.store.embedded import keeper, server
from gotovo.store.embedded.keeper import DatabaseKeeper
from gotovo.store.embedded.process import running_server
from gotovo.store.embedded.server import EmbeddedPostgres, Server, ServerState
from tests.store.embedded.conftest import MakeServer

SECONDS_MAX = 30
"""On a machine that does nothing else a second is enough."""


class Watched:
    """A server with its keeper, and what the keeper has told."""

    def __init__(self, embedded: EmbeddedPostgres, started: Server) -> None:
        self.embedded = embedded
        self.started = started
        self.problems: list[Sequence[str]] = []
        self.urls: list[str] = []
        self.is_disk_full = False

    def told(
        self,
        problems: Sequence[str],
        is_disk_full: bool,  # noqa: FBT001  (as the keeper calls it)
    ) -> None:
        """Keep what the keeper tells."""
        self.problems.append(problems)
        self.is_disk_full = is_disk_full

    async def until_replaced(self, data_dir: Path) -> None:
        """Wait until another process serves."""
        await until(lambda: self.problems[-1:] == [()])
        note = running_server(data_dir / "postgresql" / "data")
        assert note is not None
        assert note.pid != self.started.pid
        assert self.embedded.state() is ServerState.SERVING


@asynccontextmanager
async def watched(embedded: EmbeddedPostgres) -> AsyncGenerator[Watched]:
    """Start a server and its keeper."""
    found = Watched(embedded, embedded.start())
    watching = asyncio.create_task(
        DatabaseKeeper(
            embedded,
            found.started.url,
            on_problem=found.told,
            on_url=found.urls.append,
        ).run()
    )
    yield found
    watching.cancel()
    with suppress(asyncio.CancelledError):
        await watching


async def until(holds: Callable[[], bool]) -> None:
    """Wait until it holds."""
    async with asyncio.timeout(SECONDS_MAX):
        while not holds():  # noqa: ASYNC110  (other processes have no event)
            await asyncio.sleep(0.02)


async def test_a_killed_server_is_started_again_at_the_same_address(
    settled_dir: Path, make_server: MakeServer
) -> None:
    async with watched(make_server(settled_dir)) as found:
        os.kill(found.started.pid, signal.SIGKILL)
        await found.until_replaced(settled_dir)
        assert found.problems == [("PostgreSQL has ended and is being started again",), ()]
        assert found.urls == []


async def test_a_server_that_hangs_is_killed_and_started_again(
    settled_dir: Path, make_server: MakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper, "LOOKS_PER_KNOCK", 1)
    monkeypatch.setattr(server, "ANSWER_SECONDS", 0.5)
    async with watched(make_server(settled_dir)) as found:
        os.kill(found.started.pid, signal.SIGSTOP)
        await found.until_replaced(settled_dir)
        assert found.problems[0] == ("PostgreSQL does not respond and is being started again",)


async def test_a_long_path_keeps_its_address_too(data_dir: Path, make_server: MakeServer) -> None:
    long = data_dir / ("x" * 60) / ("y" * 60)
    long.parent.mkdir(parents=True)
    for parent in (data_dir, long.parent):
        parent.chmod(0o755)
    async with watched(make_server(long)) as found:
        os.kill(found.started.pid, signal.SIGKILL)
        await found.until_replaced(long)
        assert found.urls == []


async def test_the_server_of_a_program_that_was_killed_is_taken_over_and_watched(
    settled_dir: Path, make_server: MakeServer
) -> None:
    first = make_server(settled_dir)
    first.start()
    async with watched(make_server(settled_dir)) as found:
        assert not found.started.is_ours
        first.stop()
        await until(found.embedded.take_over)
        os.kill(found.started.pid, signal.SIGKILL)
        await found.until_replaced(settled_dir)


async def test_a_disk_without_room_is_told_until_there_is_some(
    settled_dir: Path, make_server: MakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "ROOM_BYTES_MIN", sys.maxsize)
    async with watched(make_server(settled_dir)) as found:
        await until(lambda: found.is_disk_full)
        assert found.problems == [(keeper.DISK_FULL,)]
        monkeypatch.undo()
        await until(lambda: not found.is_disk_full)
        assert found.problems[1:] == [()]


def test_a_long_log_is_begun_anew_while_the_server_runs(
    settled_dir: Path, make_server: MakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    embedded = make_server(settled_dir)
    embedded.start()
    for _ in range(3):
        assert embedded.state() is ServerState.SERVING
    log = settled_dir / "postgresql" / "server.log"
    before = log.read_bytes()
    assert b"reset" not in before, "a knock is no fault of a client"
    monkeypatch.setattr(server, "LOG_BYTES_MAX", len(before) - 1)
    embedded.state()
    assert log.read_bytes() == b""
    assert log.with_suffix(".log.1").read_bytes() == before

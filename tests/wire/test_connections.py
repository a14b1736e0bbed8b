"""Many connections at once: each is an open file, and all of them are served."""

import asyncio
import resource
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from gotovo.api.cache import event_buffer
from gotovo.http import limits
from gotovo.http.server.limits import LIMITS
from tests.support.cli.program import Program

FILES = 256
"""More than what runs the tests has open itself, and fewer than the connections."""

CONNECTIONS = 300
ASKING = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"


async def test_more_connections_are_served_than_the_soft_limit_of_open_files(
    tmp_path: Path, database_url: str
) -> None:
    program = Program(tmp_path, database_url)
    with _soft_limit(FILES):
        program.start()
    try:
        async with asyncio.timeout(30):
            lines = await _asked_by_all(program.port)
    finally:
        status = program.stop()
    assert lines == [b"HTTP/1.1 200 OK\r\n"] * CONNECTIONS
    assert status == 0, program.log()


async def test_who_connects_and_says_nothing_is_let_go(tmp_path: Path, database_url: str) -> None:
    program = Program(tmp_path, database_url)
    program.start()
    try:
        async with asyncio.timeout(30):
            reader, writer = await asyncio.open_connection("127.0.0.1", program.port)
            assert await reader.read() == b"", "nothing is waited for for ever"
            writer.close()
    finally:
        program.stop()


def test_open_streams_leave_connections_to_everybody_else() -> None:
    assert LIMITS.connections * 3 // 4 >= limits.STREAMS_MAX + event_buffer.STREAMS_MAX


async def _asked_by_all(port: int) -> list[bytes]:
    """Return the first line of each connection's answer; none is closed before all are there."""
    opened = await asyncio.gather(
        *(asyncio.open_connection("127.0.0.1", port) for _ in range(CONNECTIONS))
    )
    try:
        for _, writer in opened:
            writer.write(ASKING)
        return await asyncio.gather(*(reader.readline() for reader, _ in opened))
    finally:
        for _, writer in opened:
            writer.close()


@contextmanager
def _soft_limit(files: int) -> Generator[None]:
    """Let what is started meanwhile open this many files, until it asks for more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))

"""Nobody stops the server by not reading: not with many connections, and not with one."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import psutil
import pytest

from tests.support.cli.program import Program

SILENT = 600
SHARE = 100
PIPELINED = 4
"""A client that asks again before it has read is not idle, so that no idle timeout ends it."""

GROWN_MB_MAX = 90
"""Each of them asked for a megabyte, and all for six hundred."""

ASKING = b"GET /api/openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n" * PIPELINED


@pytest.fixture
def program(tmp_path: Path, database_url: str) -> Iterator[Program]:
    """Give the running program; a client may have some of the connections."""
    program = Program(tmp_path, database_url, GOTOVO_CONNECTIONS_PER_ADDRESS=str(SHARE))
    program.start()
    yield program
    assert program.stop() == 0, program.log()


def memory_mb(program: Program) -> float:
    """Return the memory of the program's largest process, which serves."""
    processes = psutil.Process(program.pid).children(recursive=True)
    return max(process.memory_info().rss for process in processes) / 2**20


def silent_reader(port: int) -> socket.socket:
    """Return a connection that has asked for a long answer and reads nothing of it."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    client.settimeout(10)
    client.connect(("127.0.0.1", port))
    try:
        client.sendall(ASKING)
    except ConnectionError:  # it has been shut down already
        client.settimeout(0)
    return client


def open_connections(program: Program) -> int:
    """Return how many connections the program holds on its port."""
    processes = psutil.Process(program.pid).children(recursive=True)
    return sum(
        connection.status == psutil.CONN_ESTABLISHED and connection.laddr.port == program.port
        for process in processes
        for connection in process.net_connections("tcp")
    )


def test_hundreds_that_never_read_leave_the_server_answering_and_small(program: Program) -> None:
    httpx.get(f"{program.url}/api/openapi.json")
    before = memory_mb(program)
    with ExitStack() as stack:
        for _ in range(SILENT):
            stack.enter_context(silent_reader(program.port))
        time.sleep(1)
        slowest = 0.0
        for _ in range(20):
            began_at = time.perf_counter()
            assert httpx.get(f"{program.url}/healthz").status_code == 200
            slowest = max(slowest, time.perf_counter() - began_at)
        assert open_connections(program) <= SHARE + 5
        assert memory_mb(program) - before < GROWN_MB_MAX
    assert slowest < 1

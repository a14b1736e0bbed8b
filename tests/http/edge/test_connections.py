"""One address has its share of the connections, and what is never read ends."""

import fcntl
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress

import pytest

from gotovo.http.edge.connections import (
    UNREAD_SECONDS_MAX,
    UNSENT_BYTES_MAX,
    ClientConnections,
    bound_unread,
)

SHARE = 3
SIOCOUTQNSD = 0x894B
"""What the kernel has taken and not yet sent."""


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """Give a socket that listens on a free port of the loopback."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    """Close what is opened in it."""
    with ExitStack() as stack:
        yield stack


def port_of(listener: socket.socket) -> int:
    """Return the port of a listening socket."""
    return listener.getsockname()[1]


def connect(listener: socket.socket, stack: ExitStack) -> tuple[socket.socket, socket.socket]:
    """Return both ends of a new connection: the client's and the server's."""
    client = stack.enter_context(socket.create_connection(listener.getsockname()))
    return client, stack.enter_context(listener.accept()[0])


def is_open(client: socket.socket) -> bool:
    """Tell whether the server has not ended the connection."""
    client.settimeout(0)
    try:
        return client.recv(1, socket.MSG_PEEK) != b""
    except BlockingIOError:
        return True
    except OSError:
        return False


def test_connections_beyond_the_share_of_an_address_are_shut_down(
    listener: socket.socket, stack: ExitStack
) -> None:
    clients = [connect(listener, stack)[0] for _ in range(SHARE + 2)]
    connections = ClientConnections(port_of(listener), SHARE, lambda _address: False)
    assert connections.enforce() == 2
    assert sum(map(is_open, clients)) == SHARE
    assert connections.enforce() == 0


def test_those_that_do_not_read_go_first_and_then_those_that_are_silent(
    listener: socket.socket, stack: ExitStack
) -> None:
    silent, _ = connect(listener, stack)
    time.sleep(0.05)
    speaking = [connect(listener, stack)[0] for _ in range(SHARE - 1)]
    _, stalled = connect(listener, stack)
    stalled.settimeout(0)
    stalled.send(b"a" * 8_000_000)  # more than the kernel takes for both
    connections = ClientConnections(port_of(listener), SHARE, lambda _address: False)
    assert connections.enforce() == 1
    with pytest.raises(BrokenPipeError):
        stalled.send(b"a")
    assert is_open(silent)
    speaking.append(connect(listener, stack)[0])
    assert connections.enforce() == 1
    assert not is_open(silent)
    assert all(map(is_open, speaking))


def test_a_trusted_proxy_speaks_for_many(listener: socket.socket, stack: ExitStack) -> None:
    clients = [connect(listener, stack)[0] for _ in range(SHARE + 2)]
    connections = ClientConnections(port_of(listener), SHARE, lambda x: x == "127.0.0.1")
    assert connections.enforce() == 0
    assert all(map(is_open, clients))


def test_connections_to_other_ports_are_nobodys_business(
    listener: socket.socket, stack: ExitStack
) -> None:
    other = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
    clients = [connect(other, stack)[0] for _ in range(SHARE + 2)]
    assert ClientConnections(port_of(listener), SHARE, lambda _address: False).enforce() == 0
    assert all(map(is_open, clients))


def test_the_kernel_ends_a_connection_whose_client_takes_nothing(
    listener: socket.socket, stack: ExitStack
) -> None:
    bound_unread(listener)
    _, server = connect(listener, stack)
    milliseconds = server.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)
    assert milliseconds == UNREAD_SECONDS_MAX * 1_000


def test_the_kernel_takes_little_for_a_client_that_reads_nothing(
    listener: socket.socket, stack: ExitStack
) -> None:
    """By itself it would take a few megabytes."""
    bound_unread(listener)
    _, server = connect(listener, stack)
    server.settimeout(0)
    with suppress(BlockingIOError):
        for _ in range(1_000):
            server.send(b"a" * 8_192)
    unsent = struct.unpack("I", fcntl.ioctl(server, SIOCOUTQNSD, b"\0" * 4))[0]
    assert unsent <= 2 * UNSENT_BYTES_MAX

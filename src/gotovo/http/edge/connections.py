"""The server's client connections as the kernel knows them: a deadline and a cap per address.

No server here counts the connections of an address. It is done on the sockets of the process, which
are found among its open files. The kernel keeps a deadline for every unread answer.

A socket is looked at through a duplicate of its descriptor, and shut down only if it still belongs
to the same client: the server closes its own meanwhile, and the numbers are used again.
"""

import fcntl
import os
import socket
import struct
import termios
from collections import defaultdict
from collections.abc import Callable, Generator
from contextlib import suppress
from typing import Final

from gotovo.access.rate_limits import network_of

UNREAD_SECONDS_MAX: Final = 30
"""How long a client may take nothing of what is sent: as long as a tunnel of the metro."""

UNSENT_BYTES_MAX: Final = 64 * 1024
"""What the kernel takes beyond what is on its way to a client. It would take megabytes for each
that does not read, and the program would copy them while everybody else waits."""

_TCP_NOTSENT_LOWAT: Final = 25
"""The option of Linux, which Python does not name."""

_TCP_INFO: Final = struct.Struct("B51xI")
"""`tcpi_state` and `tcpi_last_data_recv` of Linux: milliseconds since the client sent anything."""

_HELD: Final = frozenset({1, 8})
"""ESTABLISHED, and CLOSE_WAIT for a client that only waits for its answer. One that has been shut
down is in another state until the server closes it."""

_Peer = tuple[str, int]
_Connection = tuple[bool, int, int, _Peer]
"""Whether something is unread, how many milliseconds it is silent, its descriptor, its client."""

_FILES: Final = "/proc/self/fd"
_NOTHING_UNREAD: Final = b"\0" * 4


def bound_unread(listener: socket.socket) -> None:
    """Bound what the kernel keeps for clients that do not read; accepted sockets inherit it."""
    milliseconds = UNREAD_SECONDS_MAX * 1_000
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, milliseconds)
    listener.setsockopt(socket.IPPROTO_TCP, _TCP_NOTSENT_LOWAT, UNSENT_BYTES_MAX)


class ClientConnections:
    """The connections that this process has accepted on one port.

    `is_exempt` tells of an address that it is a trusted proxy: its connections are those of
    everybody behind it.
    """

    def __init__(self, port: int, per_address_max: int, is_exempt: Callable[[str], bool]) -> None:
        self._port = port
        self._per_address_max = per_address_max
        self._is_exempt = is_exempt

    def enforce(self) -> int:
        """Apply the deadline and the cap; return how many connections were shut down.

        Looking at a connection takes some ten microseconds. Therefore nobody is looked at while
        there are too few open files for one address to exceed the cap.
        """
        if len(_open_files()) <= self._per_address_max:
            return 0
        by_address: dict[str, list[_Connection]] = defaultdict(list)
        for descriptor, client in self._sockets():
            state, silent_ms = _state(client)
            peer = _peer(client)
            if state in _HELD and not self._is_exempt(peer[0]):
                connection = (_has_unread(client), silent_ms, descriptor, peer)
                by_address[network_of(peer[0])].append(connection)
        return sum(
            self._shut_down(descriptor, peer)
            for connections in by_address.values()
            for _, _, descriptor, peer in self._surplus(connections)
        )

    def _surplus(self, connections: list[_Connection]) -> list[_Connection]:
        """Return those that are too many: what does not read first, then what is silent."""
        count = len(connections) - self._per_address_max
        return sorted(connections, reverse=True)[:count] if count > 0 else []

    def _sockets(self) -> Generator[tuple[int, socket.socket]]:
        """Yield a duplicate of each socket on the port, with the server's own descriptor."""
        for descriptor in _open_files():
            client = _duplicate(descriptor)
            if client is not None:
                with client:
                    if self._is_on_port(client):
                        yield descriptor, client

    def _is_on_port(self, client: socket.socket) -> bool:
        if client.family not in {socket.AF_INET, socket.AF_INET6}:
            return False
        return client.type == socket.SOCK_STREAM and client.getsockname()[1] == self._port

    def _shut_down(self, descriptor: int, peer: _Peer) -> bool:
        """Shut a connection down, unless its descriptor is another client's by now."""
        client = _duplicate(descriptor)
        if client is None:
            return False
        with client, suppress(OSError):
            if self._is_on_port(client) and _peer(client) == peer:
                client.shutdown(socket.SHUT_RDWR)
                return True
        return False


def _open_files() -> list[int]:
    with os.scandir(_FILES) as entries:
        return [int(entry.name) for entry in entries]


def _duplicate(descriptor: int) -> socket.socket | None:
    """Return a socket of our own for the same connection; None for other files and closed ones."""
    try:
        own = os.dup(descriptor)
    except OSError:
        return None
    try:
        return socket.socket(fileno=own)
    except OSError:
        os.close(own)
        return None


def _peer(client: socket.socket) -> _Peer:
    """Return the address and port of the client; empty when there is none or it has left."""
    try:
        address, port, *_ = client.getpeername()
    except OSError:
        return "", 0
    return address, port


def _state(client: socket.socket) -> tuple[int, int]:
    """Return the state of a connection, and how long its client has been silent."""
    info = client.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _TCP_INFO.size)
    return _TCP_INFO.unpack(info)


def _has_unread(client: socket.socket) -> bool:
    """Tell whether the client has not taken everything that was sent."""
    return fcntl.ioctl(client, termios.TIOCOUTQ, _NOTHING_UNREAD) != _NOTHING_UNREAD

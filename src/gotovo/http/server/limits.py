"""What one connection may take, in bytes and seconds; bodies and responses have limits above."""

from typing import Final

from msgspec import Struct


class ConnectionLimits(Struct, frozen=True):
    """The limits of every connection of a server."""

    head_bytes: int = 32 * 1024
    """The longest head of a request; nginx allows as much."""

    head_seconds: float = 5.0
    """From its first byte, or from the connection's, to the end of the head."""

    idle_seconds: float = 75.0
    """Between two requests: longer than proxies keep an idle connection (nginx: 60), so that it is
    they who close it."""

    crowded_idle_seconds: float = 1.0
    """The same once three quarters of the connections are taken."""

    linger_seconds: float = 2.0
    """How long what a client still sends is thrown away after the last response, so that it can
    read that response."""

    unread_bytes: int = 64 * 1024
    """Of a body that waits for the application; the client waits beyond it."""

    unsent_bytes: int = 16 * 1024
    """Of a response that waits for the client; the application waits beyond it."""

    pipelined: int = 32
    """Requests that wait on one connection for the response before theirs."""

    connections: int = 4_096
    """Of one process; further ones wait in the kernel's queue."""


LIMITS: Final = ConnectionLimits()

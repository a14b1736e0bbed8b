"""What systemd is told, on a socket as it opens one."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from gotovo.supervision.systemd import Systemd


@pytest.fixture(params=["file", "abstract"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give a name for the socket, of both kinds that there are."""
    return str(tmp_path / "notify") if request.param == "file" else f"@gotovo-{tmp_path.name}"


@pytest.fixture
def notified(address: str) -> Iterator[socket.socket]:
    """Give the socket that systemd would read."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as bound:
        bound.bind(address.replace("@", "\0", 1) if address.startswith("@") else address)
        bound.settimeout(5)
        yield bound


def test_each_state_is_one_datagram(address: str, notified: socket.socket) -> None:
    systemd = Systemd({"NOTIFY_SOCKET": address})
    for tell, expected in (
        (lambda: systemd.ready("serving"), b"READY=1\nSTATUS=serving"),
        (lambda: systemd.status("worker 1 ended"), b"STATUS=worker 1 ended"),
        (systemd.alive, b"WATCHDOG=1"),
        (systemd.stopping, b"STOPPING=1"),
    ):
        tell()
        assert notified.recv(1_000) == expected
    systemd.reloading()
    assert notified.recv(1_000).startswith(b"RELOADING=1\nMONOTONIC_USEC=")


def test_elsewhere_nothing_is_told() -> None:
    systemd = Systemd({})
    systemd.ready("serving")
    assert systemd.watchdog_seconds == 0


def test_a_lost_socket_stops_nothing(tmp_path: Path) -> None:
    Systemd({"NOTIFY_SOCKET": str(tmp_path / "gone")}).alive()


@pytest.mark.parametrize(
    ("pid", "seconds"),
    [("", 10), (str(os.getpid()), 10), (str(os.getpid() + 1), 0)],
    ids=["anybody", "this process", "another"],
)
def test_the_watchdog_is_fed_three_times_within_its_time(pid: str, seconds: float) -> None:
    systemd = Systemd({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": pid})
    assert systemd.watchdog_seconds == seconds

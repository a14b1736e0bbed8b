"""What systemd is told: ready, reloading, stopping, and that the program still runs.

The protocol of `sd_notify(3)`: datagrams to the socket that NOTIFY_SOCKET names. Twenty lines of
our own, since the library `sdnotify` has seen no release since 2017 and `systemd-python` is
compiled against the machine's.
"""

import os
import socket
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Final

_WATCHDOG_SHARE: Final = 3
"""How many times within the watchdog's time the program says that it runs."""


class Systemd:
    """The notification socket of this service; nothing is sent where systemd is not the parent."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._address = environment.get("NOTIFY_SOCKET", "")
        pid = environment.get("WATCHDOG_PID", "")
        is_for_us = not pid or pid == str(os.getpid())
        usec = environment.get("WATCHDOG_USEC", "") if is_for_us else ""
        self.watchdog_seconds = int(usec) / 1e6 / _WATCHDOG_SHARE if usec.isdigit() else 0.0

    def ready(self, status: str) -> None:
        """Tell that the service serves, after a start or a reload."""
        self._send(f"READY=1\nSTATUS={status}")

    def status(self, status: str) -> None:
        """Tell in a sentence how the service is."""
        self._send(f"STATUS={status}")

    def reloading(self) -> None:
        """Tell that the service is reloading; `ready` follows."""
        self._send(f"RELOADING=1\nMONOTONIC_USEC={time.monotonic_ns() // 1_000}")

    def stopping(self) -> None:
        """Tell that the service stops."""
        self._send("STOPPING=1")

    def alive(self) -> None:
        """Tell the watchdog that the service runs."""
        self._send("WATCHDOG=1")

    def _send(self, state: str) -> None:
        if not self._address:
            return
        address = self._address
        if address.startswith("@"):  # a name of Linux that is no file
            address = "\0" + address[1:]
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify:
            notify.sendto(state.encode(), address)

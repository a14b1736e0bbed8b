"""Kannel on the loopback interface: bearerbox, smsbox and the fake operator of its own tests.

Every process is started by a test, lives in a folder of the test, and is ended by its id. What they
write is no log of ours: Kannel's own log has phones and texts.
"""

import asyncio
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final
from urllib.parse import unquote_to_bytes

from msgspec import Struct

from gotovo.notices.channels.sms.kannel import KannelGateway
from tests.support.notices.sms_providers import PASSWORD, USER

FAKE_OPERATOR: Final = Path("/usr/lib/kannel/test/fakesmsc")
BEARERBOX, SMSBOX = (shutil.which(name, path="/usr/sbin") for name in ("bearerbox", "smsbox"))
NO_KANNEL: Final = "needs Debian's packages kannel and kannel-extras (bearerbox, smsbox, fakesmsc)"
IS_INSTALLED: Final = bool(BEARERBOX and SMSBOX and FAKE_OPERATOR.is_file())

_LISTENING: Final = "0A"
START_SECONDS: Final = 10.0
STATUS_PASSWORD: Final = "status"

_MESSAGE: Final = re.compile(
    r"Got message \d+: <(\S+) (\S+) (?:udh (\S+) data|(text|data|ucs-2)) (.*?)>\n", re.DOTALL
)

_CONFIGURATION: Final = """\
group = core
admin-port = {admin}
admin-password = admin
status-password = {status}
admin-interface = 127.0.0.1
smsbox-port = {boxes}
smsbox-interface = 127.0.0.1
box-allow-ip = "127.0.0.1"
box-deny-ip = "*.*.*.*"
store-type = spool
store-location = {folder}/spool
dlr-storage = internal

group = smsc
smsc = fake
smsc-id = fake
port = {operator}
connect-allow-ip = "127.0.0.1"

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = {messages}
sendsms-interface = 127.0.0.1

group = sendsms-user
username = {user}
password = "{password}"
max-messages = 10
concatenation = true
user-allow-ip = "127.0.0.1"
user-deny-ip = "*.*.*.*"
"""


class Segment(Struct, frozen=True):
    """One short message as the operator got it; `part` is its number of how many in which set."""

    sender: str
    phone: str
    part: tuple[int, int, int] | None
    data: bytes


class LocalKannel:
    """One Kannel; each of its programs can be killed and started again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        names: tuple[str, ...] = ("admin", "boxes", "operator", "messages")
        self._ports: dict[str, int] = dict(zip(names, _free_ports(len(names)), strict=True))
        self._programs: dict[str, subprocess.Popen[bytes]] = {}
        (folder / "spool").mkdir()
        text = _CONFIGURATION.format(
            **self._ports, folder=folder, user=USER, password=PASSWORD, status=STATUS_PASSWORD
        )
        (folder / "kannel.conf").write_text(text)

    @property
    def gateway(self) -> KannelGateway:
        """Return where it is."""
        return KannelGateway(
            f"http://127.0.0.1:{self._ports['messages']}",
            f"http://127.0.0.1:{self._ports['admin']}",
            STATUS_PASSWORD,
        )

    async def start(self) -> None:
        """Start everything."""
        await self.start_bearerbox()
        await self.start_smsbox()
        self.start_operator()

    async def start_bearerbox(self) -> None:
        """Start bearerbox, and wait until it listens."""
        self._run("bearerbox", str(BEARERBOX), "-v", "1", "kannel.conf")
        await self._listens("boxes", "operator", "admin")

    async def start_smsbox(self) -> None:
        """Start smsbox, and wait until it listens."""
        self._run("smsbox", str(SMSBOX), "-v", "1", "kannel.conf")
        await self._listens("messages")

    def start_operator(self) -> None:
        """Connect the operator."""
        self.kill("operator")
        port = str(self._ports["operator"])
        message = "1 2 text nothing"  # It wants one, and sends none of it.
        self._run("operator", str(FAKE_OPERATOR), "-H", "127.0.0.1", "-r", port, "-m", "0", message)

    def kill(self, name: str) -> None:
        """End a program at once, as a crash would."""
        program = self._programs.pop(name, None)
        if program is not None:
            # A smsbox that loses bearerbox leaves its group a child, which waits to start again.
            with suppress(ProcessLookupError):
                os.killpg(program.pid, signal.SIGKILL)
            program.wait(START_SECONDS)

    def stop(self) -> None:
        """End every program."""
        for name in list(self._programs):
            self.kill(name)

    def segments(self) -> list[Segment]:
        """Return what has reached the operator, in its order."""
        logs = sorted(self._folder.glob("operator.*.output"))
        return [each for log in logs for each in _segments(log.read_text("utf-8", "replace"))]

    def _run(self, name: str, *command: str) -> None:
        self.kill(name)
        number = len(list(self._folder.glob(f"{name}.*.output")))
        with (self._folder / f"{name}.{number}.output").open("wb") as log:
            self._programs[name] = subprocess.Popen(
                command, cwd=self._folder, stdout=log, stderr=log, start_new_session=True
            )

    async def _listens(self, *names: str) -> None:
        until = time.monotonic() + START_SECONDS
        for name in names:
            while not _is_open(self._ports[name]):
                assert time.monotonic() < until, f"nothing listens on the port for {name}"
                await asyncio.sleep(0.05)


def _segments(log: str) -> Iterator[Segment]:
    for sender, phone, header, _, data in _MESSAGE.findall(log):
        udh = unquote_to_bytes(header.replace("+", " "))
        part = (udh[3], udh[5], udh[4]) if udh[1:3] == b"\x00\x03" else None
        yield Segment(sender, phone, part, unquote_to_bytes(data.replace("+", " ")))


def _is_open(port: int) -> bool:
    """Return whether a port is listened on, without connecting: messages would come to us.

    See proc_net_tcp(5): the second column is the local address, the fourth the state.
    """
    rows = (row.split() for row in Path("/proc/net/tcp").read_text("ascii").splitlines()[1:])
    return any(row[1].endswith(f":{port:04X}") and row[3] == _LISTENING for row in rows)


def _free_ports(count: int) -> list[int]:
    """Return ports below those that the kernel gives to connections, so that they stay free."""
    found: list[int] = []
    while len(found) < count:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if port not in found and not _is_open(port):
                with suppress(OSError):
                    probe.bind(("127.0.0.1", port))
                    found.append(port)
    return found

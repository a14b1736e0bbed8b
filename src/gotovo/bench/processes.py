"""What processes use, read from the kernel; and programs that are started and surely stopped."""

import asyncio
import os
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from gotovo.bench.figure import BenchError

STOP_SECONDS = 20
"""How long a program may take to end when it is told to; then it is killed."""

ANSWER_SECONDS = 60
"""How long a server may take until it answers; a migration is part of that."""

_LOG_LINES = 12
_POLL_SECONDS = 0.02
_TICKS = os.sysconf("SC_CLK_TCK")
_KIB = 1024
_MB = 1_000_000
_HEALTHY = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"


class Started:
    """A program of ours that runs apart; whatever it started is in its process group."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], log: Path) -> None:
        """Start it; Ctrl-C at the terminal is for us, we stop it when we are done."""
        self._log = log
        with log.open("ab") as output:
            self._process = subprocess.Popen[bytes](
                list(command),
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=log.parent,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """Return the id of its first process."""
        return self._process.pid

    async def wait_until_healthy(self, port: int) -> None:
        """Return when it answers on the port; raise BenchError with its last words if it ends."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + ANSWER_SECONDS
        while not await _is_healthy(port):
            if self._process.poll() is not None or loop.time() > deadline:
                words = "\n".join(
                    self._log.read_text("utf-8", "replace").splitlines()[-_LOG_LINES:]
                )
                message = f"{self._log.stem} did not get ready:\n{words}"
                raise BenchError(message)
            await asyncio.sleep(_POLL_SECONDS)

    async def stop(self) -> None:
        """Tell it to end, and kill what is left of it."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGTERM)
        try:
            await asyncio.to_thread(self._process.wait, STOP_SECONDS)
        except subprocess.TimeoutExpired:
            pass
        finally:
            with suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)
            self._process.wait()


def rss_mb(pid: int) -> float:
    """Return the resident memory of a process and all it has started, in MB.

    Pages that several of them share are counted for each, as an operator's tools count them.
    """
    pages = sum(_resident_pages(each) for each in family(pid))
    return pages * os.sysconf("SC_PAGE_SIZE") / _MB


def cpu_seconds(pid: int) -> float:
    """Return the processor time of a process and all it has started, the ended ones included."""
    return sum(_ticks(each) for each in family(pid)) / _TICKS


def family(pid: int) -> Iterator[int]:
    """Return a process and everything that it and its children have started."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            fields = _stat(int(folder.name))
            if fields:
                children.setdefault(int(fields[1]), []).append(int(folder.name))
    waiting = [pid]
    while waiting:
        found = waiting.pop()
        yield found
        waiting += children.get(found, ())


def _stat(pid: int) -> list[str]:
    """Return the fields of a process behind its name: state, parent, …; none once it is gone."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
    except OSError:
        return []
    return text.rpartition(")")[2].split()


def _ticks(pid: int) -> int:
    fields = _stat(pid)
    return sum(int(each) for each in fields[11:15])  # its own and its ended children's


def _resident_pages(pid: int) -> int:
    fields = _stat(pid)
    return int(fields[21]) if fields else 0


async def _is_healthy(port: int) -> bool:
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(_HEALTHY)
        line = await reader.readline()
        writer.close()
    except OSError:
        return False
    return b" 200 " in line

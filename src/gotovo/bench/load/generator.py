"""Load on a server: a separate process sends the requests of a file over many connections.

That process is `wrk` where it is installed, else our own `closed_loop`; the result says which. It
never shares an event loop with what it measures, and it ends by itself or is killed.
"""

import asyncio
import resource
import shutil
import signal
import sys
import tempfile
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from pathlib import Path

import msgspec
from msgspec import Struct

from gotovo.bench.run.measure import BenchError, Latencies, Sample

SPARE_SECONDS = 30.0
"""How much longer than planned a generator may run before it is killed."""

LENGTH_DIGITS = 8
"""Each request of a file is preceded by its length, in this number of decimal digits."""

_OK = frozenset({HTTPStatus.OK, HTTPStatus.CREATED})
_SCRIPT = Path(__file__).with_name("wrk.lua")
_LOST_ALL = "no request was answered: {}"


class RequestFile(Struct, frozen=True):
    """Complete HTTP/1.1 requests in a file, sent in order: each once, or all of them in a cycle."""

    file: Path
    count: int
    repeated: bool = False


class LoadResult(Struct, frozen=True):
    """Result of a load.

    `seconds` runs from the first request to the last response: less than planned if the requests
    were used up before. `lost` counts requests without a response. `cpu_seconds` is the processor
    time of the generator itself.
    """

    count: int
    seconds: float
    latencies: Latencies
    statuses: dict[int, int]
    lost: int
    tool: str
    cpu_seconds: float = 0.0

    @property
    def per_second(self) -> float:
        """Return the number of responses per second, whatever their status."""
        return self.count / self.seconds if self.seconds else 0.0

    def failures(self, expected: Iterable[int] = _OK) -> int:
        """Return the number of requests with a status other than the expected ones, or lost."""
        good = sum(self.statuses.get(status, 0) for status in expected)
        return sum(self.statuses.values()) - good + self.lost

    def sample(self, each: int = 1, **facts: float) -> Sample:
        """Return this load as a round in which each request counts `each` times."""
        own = {"cpu_us_client": self.cpu_seconds * 1e6 / max(self.count, 1)}
        return Sample(self.per_second * each, self.latencies, self.failures(), own | facts)


def write_request_file(file: Path, requests: Iterable[bytes]) -> RequestFile:
    """Write requests to a file, each to be sent once."""
    count = 0
    with file.open("wb") as opened:
        for request in requests:
            opened.write(b"%0*d" % (LENGTH_DIGITS, len(request)))
            opened.write(request)
            count += 1
    return RequestFile(file, count)


def repeated_request_file(file: Path, *requests: bytes) -> RequestFile:
    """Write requests to a file, to be sent in a cycle."""
    return msgspec.structs.replace(write_request_file(file, requests), repeated=True)


def raw_request(method: str, path: str, headers: Mapping[str, str], body: bytes = b"") -> bytes:
    """Return the bytes of a request to the loopback; a POST has the length of its body."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if method == "POST":
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


async def run_load(
    port: int, requests: RequestFile, connections: int, seconds: float, tool: str = ""
) -> LoadResult:
    """Load a server on the loopback until the time is over or the requests are used up."""
    if not requests.count:
        message = f"{requests.file.name} holds no request"
        raise BenchError(message)
    wrk = shutil.which("wrk") if tool in {"", "wrk"} else None
    with tempfile.TemporaryDirectory(prefix="gotovo-load-") as folder:
        result_file = Path(folder) / "result.json"
        arguments = (
            str(requests.file),
            "repeated" if requests.repeated else "once",
            str(connections),
            str(seconds),
            str(result_file),
        )
        own = (sys.executable, "-m", "gotovo.bench.load.closed_loop", str(port), *arguments)
        command = own if wrk is None else (*_wrk(wrk, port, connections, seconds), *arguments)
        cpu_seconds = await run_program(command, seconds + SPARE_SECONDS)
        result = msgspec.json.decode(result_file.read_bytes(), type=LoadResult)
    if not result.count:
        raise BenchError(_LOST_ALL.format(f"{result.lost} lost, by {result.tool}"))
    return msgspec.structs.replace(result, cpu_seconds=cpu_seconds)


async def run_program(command: Sequence[str], seconds_max: float) -> float:
    """Run a generator to its end and return the processor seconds it used.

    No other child process ends meanwhile, so the difference in what ended children used is its own.
    """
    before = _children_seconds()
    process = await asyncio.create_subprocess_exec(
        *command, stdin=DEVNULL, stdout=DEVNULL, stderr=PIPE, start_new_session=True
    )
    try:
        async with asyncio.timeout(seconds_max):
            _, stderr = await process.communicate()
    except TimeoutError as error:
        message = f"{command[0]} did not end within {seconds_max:.0f} s"
        raise BenchError(message) from error
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGKILL)
            await process.wait()
    if process.returncode:
        message = f"{command[0]} failed: {stderr.decode('utf-8', 'replace').strip()[-2_000:]}"
        raise BenchError(message)
    return _children_seconds() - before


def _wrk(wrk: str, port: int, connections: int, seconds: float) -> list[str]:
    """Return the command up to the arguments of the script.

    wrk counts whole seconds and cuts off there, so the script has to end it before. One thread is
    enough for two cores, and with one thread the requests are sent in order.
    """
    return [
        wrk,
        "--threads=1",
        f"--connections={connections}",
        f"--duration={int(seconds) + 2}s",
        "--timeout=20s",
        f"--script={_SCRIPT}",
        f"http://127.0.0.1:{port}/",
        "--",
    ]


def _children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime

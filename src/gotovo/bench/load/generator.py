"""Load on a server: requests from a book, sent over so many connections by a process of its own.

`wrk` does it where it is installed, else `load_own`; the result says which. The generator never
shares an event loop with what it measures, and it ends by itself or is killed.
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

from gotovo.bench.run.figure import BenchError, Latencies, Sample

SPARE_SECONDS = 30.0
"""How much longer than asked a generator may live before it is killed."""

LENGTH_DIGITS = 8
"""Each request of a book is preceded by its length, as so many decimal digits."""

_OK = frozenset({HTTPStatus.OK, HTTPStatus.CREATED})
_SCRIPT = Path(__file__).with_name("wrk.lua")
_LOST_ALL = "no request was answered: {}"


class RequestFile(Struct, frozen=True):
    """Whole HTTP/1.1 requests in a file, used in order: each once, or all of them over and over."""

    file: Path
    count: int
    repeated: bool = False


class LoadResult(Struct, frozen=True):
    """What came of a load.

    `seconds` are those from the first request to the last answer: fewer than asked where the
    book was used up before. `lost` are requests without an answer. `cpu_seconds` is what the
    generator itself took of the machine.
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
        """Return how many answers came a second, whatever they said."""
        return self.count / self.seconds if self.seconds else 0.0

    def failures(self, expected: Iterable[int] = _OK) -> int:
        """Return how many requests had another answer than an expected one, or none."""
        good = sum(self.statuses.get(status, 0) for status in expected)
        return sum(self.statuses.values()) - good + self.lost

    def sample(self, each: int = 1, **facts: float) -> Sample:
        """Return the round that this is, where one request does so many of what is counted."""
        own = {"cpu_us_client": self.cpu_seconds * 1e6 / max(self.count, 1)}
        return Sample(self.per_second * each, self.latencies, self.failures(), own | facts)


def write_request_file(file: Path, requests: Iterable[bytes]) -> RequestFile:
    """Write requests down, each to be used once."""
    count = 0
    with file.open("wb") as book:
        for request in requests:
            book.write(b"%0*d" % (LENGTH_DIGITS, len(request)))
            book.write(request)
            count += 1
    return RequestFile(file, count)


def repeated_request_file(file: Path, *requests: bytes) -> RequestFile:
    """Write requests down that are sent as often as worker is time for."""
    return msgspec.structs.replace(write_request_file(file, requests), repeated=True)


def raw_request(method: str, path: str, headers: Mapping[str, str], body: bytes = b"") -> bytes:
    """Return a request to the loopback as its bytes; a POST says the length of its body."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if method == "POST":
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


async def run_load(
    port: int, requests: RequestFile, connections: int, seconds: float, tool: str = ""
) -> LoadResult:
    """Load the server on a port of the loopback, for so long or until the book is used up."""
    if not requests.count:
        message = f"{requests.file.name} holds no request"
        raise BenchError(message)
    wrk = shutil.which("wrk") if tool in {"", "wrk"} else None
    with tempfile.TemporaryDirectory(prefix="gotovo-load-") as folder:
        said = Path(folder) / "result.json"
        told = (str(requests.file), "repeated" if requests.repeated else "once")
        told = (*told, str(connections), str(seconds), str(said))
        own = (sys.executable, "-m", "gotovo.bench.load.closed_loop", str(port), *told)
        command = own if wrk is None else (*_wrk(wrk, port, connections, seconds), *told)
        cpu_seconds = await run_program(command, seconds + SPARE_SECONDS)
        result = msgspec.json.decode(said.read_bytes(), type=LoadResult)
    if not result.count:
        raise BenchError(_LOST_ALL.format(f"{result.lost} lost, by {result.tool}"))
    return msgspec.structs.replace(result, cpu_seconds=cpu_seconds)


async def run_program(command: Sequence[str], seconds_max: float) -> float:
    """Run a generator to its end and return the processor seconds it took.

    Nothing else that we started ends meanwhile, so what the ended children took is its share.
    """
    before = _children_seconds()
    process = await asyncio.create_subprocess_exec(
        *command, stdin=DEVNULL, stdout=DEVNULL, stderr=PIPE, start_new_session=True
    )
    try:
        async with asyncio.timeout(seconds_max):
            _, complaint = await process.communicate()
    except TimeoutError as error:
        message = f"{command[0]} did not end within {seconds_max:.0f} s"
        raise BenchError(message) from error
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGKILL)
            await process.wait()
    if process.returncode:
        message = f"{command[0]} failed: {complaint.decode('utf-8', 'replace').strip()[-2_000:]}"
        raise BenchError(message)
    return _children_seconds() - before


def _wrk(wrk: str, port: int, connections: int, seconds: float) -> list[str]:
    """Return the command but for what the script is told.

    wrk counts whole seconds and cuts off there, so the script has to end it before. One thread is
    enough for two cores, and one thread uses the book in its order.
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

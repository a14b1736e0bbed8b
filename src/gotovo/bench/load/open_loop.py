"""Load that does not wait: so many requests a second arrive, whatever becomes of those before.

python -m gotovo.bench.load.open_loop PORT BOOK RATE CONNECTIONS SECONDS RESULT

OrderOwner can have no connection when it arrives is turned away at the door: counted, and not sent.
"""

import asyncio
import sys
import time
from collections import deque
from collections.abc import Iterator
from functools import partial
from http import HTTPStatus
from pathlib import Path

import msgspec
import uvloop
from msgspec import Struct

from gotovo.bench.load.closed_loop import requests_of
from gotovo.bench.load.connection import Connection, connect, connect_all
from gotovo.bench.load.generator import LoadResult
from gotovo.bench.load.latency_recorder import LatencyRecorder
from gotovo.bench.load.response_parser import Answer

DRAIN_SECONDS = 20.0
"""How long answers that are under way at the end are waited for; then they count as lost."""

TICK_SECONDS = 0.001

_DONE = frozenset({HTTPStatus.OK, HTTPStatus.CREATED})
_RETRY_AFTER = b"\r\nretry-after:"


class OpenLoopResult(Struct, frozen=True):
    """What came of a load; `accepted` has the latencies of what was done, and of nothing else.

    `refused` were answered with 503, `unadvised` of them without saying when to come again.
    `held_back` found no connection free, `offered` is all that arrived.
    """

    accepted: LoadResult
    offered: int
    refused: int
    unadvised: int
    held_back: int


class OpenLoopGenerator:
    """Requests that arrive at a rate, and the connections they find."""

    def __init__(self, port: int, requests: Iterator[bytes], opened: list[Connection]) -> None:
        """Begin now."""
        self.tally = LatencyRecorder()
        self.offered = self.refused = self.unadvised = self.held_back = 0
        self._port = port
        self._requests = requests
        self._idle = deque(opened)
        self._under_way: set[asyncio.Future[Answer]] = set()
        self._opening: set[asyncio.Task[None]] = set()

    async def arrive(self, rate: float, seconds: float) -> None:
        """Let requests arrive for so long, or until the book is used up."""
        began = time.perf_counter()
        while (now := time.perf_counter() - began) < seconds:
            for _ in range(int(now * rate) - self.offered):
                request = next(self._requests, None)
                if request is None:
                    return
                self.offered += 1
                self._send(request)
            await asyncio.sleep(TICK_SECONDS)

    async def drain(self, seconds: float) -> None:
        """Wait for what is under way; what does not come is lost. Then leave."""
        if self._under_way:
            _, late = await asyncio.wait(self._under_way, timeout=seconds)
            self.tally.lost += len(late)
        for connection in self._idle:
            connection.close()

    def result(self) -> OpenLoopResult:
        """Return what came of it."""
        return OpenLoopResult(
            self.tally.result(), self.offered, self.refused, self.unadvised, self.held_back
        )

    def _send(self, request: bytes) -> None:
        if not self._idle:
            self.held_back += 1
            return
        connection = self._idle.popleft()
        sent_at = time.perf_counter()
        answer = connection.ask(request)
        self._under_way.add(answer)
        answer.add_done_callback(partial(self._told, connection, sent_at))

    def _told(
        self, connection: Connection, sent_at: float, answer: "asyncio.Future[Answer]"
    ) -> None:
        self._under_way.discard(answer)
        if answer.exception() is not None:
            self.tally.lost += 1
            self._replace()
            return
        self._idle.append(connection)
        status, head, _ = answer.result()
        if status in _DONE:
            self.tally.count(status, sent_at)
        else:
            self.tally.statuses[status] += 1
        if status == HTTPStatus.SERVICE_UNAVAILABLE:
            self.refused += 1
            self.unadvised += _RETRY_AFTER not in head

    def _replace(self) -> None:
        task = asyncio.create_task(self._open())
        self._opening.add(task)
        task.add_done_callback(self._opening.discard)

    async def _open(self) -> None:
        try:
            self._idle.append(await connect(self._port))
        except OSError:
            return


async def load(
    port: int, book: Path, rate: float, connections: int, seconds: float
) -> OpenLoopResult:
    """Open all connections, let requests arrive, and wait for the last answers."""
    opened = await connect_all(port, connections)
    arrivals = OpenLoopGenerator(port, requests_of(book, repeated=False), opened)
    await arrivals.arrive(rate, seconds)
    await arrivals.drain(DRAIN_SECONDS)
    return arrivals.result()


def main() -> None:
    """Load, and write the result down."""
    port, book, rate, connections, seconds, said = sys.argv[1:]
    result = uvloop.run(load(int(port), Path(book), float(rate), int(connections), float(seconds)))
    Path(said).write_bytes(msgspec.json.encode(result))


if __name__ == "__main__":
    main()

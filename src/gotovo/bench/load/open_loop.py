"""Open-loop load generator: requests arrive at a fixed rate, whether or not the server keeps up.

python -m gotovo.bench.load.open_loop PORT REQUEST_FILE RATE CONNECTIONS SECONDS RESULT

A request that finds no free connection when it arrives is counted and not sent.
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

from gotovo.bench.load.closed_loop import read_requests
from gotovo.bench.load.connection import LoadConnection, connect, connect_all
from gotovo.bench.load.generator import LoadResult
from gotovo.bench.load.latency_recorder import LatencyRecorder
from gotovo.bench.load.response_parser import LoadResponse

DRAIN_SECONDS = 20.0
"""How long to wait at the end for responses under way; those that come later count as lost."""

TICK_SECONDS = 0.001

_DONE = frozenset({HTTPStatus.OK, HTTPStatus.CREATED})


class OpenLoopResult(Struct, frozen=True):
    """Result of a load; `accepted` has the latencies of the requests that were done, only.

    `offered` requests arrived, of which `unsent` found no free connection. `refused` were
    answered with 503, `without_retry_after` of them without saying when to retry.
    """

    accepted: LoadResult
    offered: int
    refused: int
    without_retry_after: int
    unsent: int


class OpenLoopGenerator:
    """Sends requests that arrive at a rate over the connections that are free."""

    def __init__(self, port: int, requests: Iterator[bytes], opened: list[LoadConnection]) -> None:
        self.recorder = LatencyRecorder()
        self.offered = self.refused = self.without_retry_after = self.unsent = 0
        self._port = port
        self._requests = requests
        self._idle = deque(opened)
        self._under_way: set[asyncio.Future[LoadResponse]] = set()
        self._connecting: set[asyncio.Task[None]] = set()

    async def run(self, rate: float, seconds: float) -> None:
        """Let requests arrive until the time is over or they are used up.

        All that the time is long enough for arrive, even if this process was not run meanwhile.
        """
        began = time.perf_counter()
        now = 0.0
        while now < seconds:
            now = min(time.perf_counter() - began, seconds)
            for _ in range(int(now * rate) - self.offered):
                request = next(self._requests, None)
                if request is None:
                    return
                self.offered += 1
                self._send(request)
            await asyncio.sleep(TICK_SECONDS)

    async def drain(self, seconds: float) -> None:
        """Wait for responses under way, count the rest as lost, and close the connections."""
        if self._under_way:
            _, late = await asyncio.wait(self._under_way, timeout=seconds)
            self.recorder.lost += len(late)
        for connection in self._idle:
            connection.close()

    def result(self) -> OpenLoopResult:
        """Return the result of the load."""
        return OpenLoopResult(
            self.recorder.result(),
            self.offered,
            self.refused,
            self.without_retry_after,
            self.unsent,
        )

    def _send(self, request: bytes) -> None:
        if not self._idle:
            self.unsent += 1
            return
        connection = self._idle.popleft()
        sent_at = time.perf_counter()
        response = connection.send(request)
        self._under_way.add(response)
        response.add_done_callback(partial(self._received, connection, sent_at))

    def _received(
        self, connection: LoadConnection, sent_at: float, future: "asyncio.Future[LoadResponse]"
    ) -> None:
        self._under_way.discard(future)
        if future.exception() is not None:
            self.recorder.lost += 1
            self._replace()
            return
        self._idle.append(connection)
        response = future.result()
        if response.status in _DONE:
            self.recorder.record(response.status, sent_at)
        else:
            self.recorder.statuses[response.status] += 1
        if response.status == HTTPStatus.SERVICE_UNAVAILABLE:
            self.refused += 1
            self.without_retry_after += response.header(b"retry-after") is None

    def _replace(self) -> None:
        task = asyncio.create_task(self._connect())
        self._connecting.add(task)
        task.add_done_callback(self._connecting.discard)

    async def _connect(self) -> None:
        try:
            self._idle.append(await connect(self._port))
        except OSError:
            return


async def load(
    port: int, request_file: Path, rate: float, connections: int, seconds: float
) -> OpenLoopResult:
    """Open all connections, let requests arrive, and wait for the last responses."""
    opened = await connect_all(port, connections)
    generator = OpenLoopGenerator(port, read_requests(request_file, repeated=False), opened)
    await generator.run(rate, seconds)
    await generator.drain(DRAIN_SECONDS)
    return generator.result()


def main() -> None:
    """Generate the load and write its result as JSON."""
    port, request_file, rate, connections, seconds, result_file = sys.argv[1:]
    result = uvloop.run(
        load(int(port), Path(request_file), float(rate), int(connections), float(seconds))
    )
    Path(result_file).write_bytes(msgspec.json.encode(result))


if __name__ == "__main__":
    main()

"""Closed-loop load generator, for machines without wrk: each connection sends, waits, sends again.

python -m gotovo.bench.load.closed_loop PORT REQUEST_FILE once|repeated CONNECTIONS SECONDS RESULT
"""

import asyncio
import itertools
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import uvloop

from gotovo.bench.load.connection import ConnectionLost, LoadConnection, connect, connect_all
from gotovo.bench.load.generator import LENGTH_DIGITS, LoadResult
from gotovo.bench.load.latency_recorder import LatencyRecorder

DRAIN_SECONDS = 20.0
"""How long to wait at the end for responses under way; those that come later count as lost."""

RECONNECT_SECONDS = 0.05


def main() -> None:
    """Generate the load and write its result as JSON."""
    port, request_file, mode, connections, seconds, result_file = sys.argv[1:]
    requests = read_requests(Path(request_file), repeated=mode == "repeated")
    result = uvloop.run(load(int(port), requests, int(connections), float(seconds)))
    Path(result_file).write_bytes(msgspec.json.encode(result))


def read_requests(file: Path, *, repeated: bool) -> Iterator[bytes]:
    """Read requests one by one as they are needed, or all of them at once to cycle through them."""
    return itertools.cycle(list(_each_of(file))) if repeated else _each_of(file)


async def load(
    port: int, requests: Iterator[bytes], connections: int, seconds: float
) -> LoadResult:
    """Send until the requests are used up or the time is over, then wait for the last responses."""
    opened = await connect_all(port, connections)
    recorder = LatencyRecorder()
    ends_at = recorder.began_at + seconds
    senders = [
        asyncio.create_task(_send(each, port, requests, recorder, ends_at)) for each in opened
    ]
    _, late = await asyncio.wait(senders, timeout=seconds + DRAIN_SECONDS)
    recorder.lost += len(late)
    for sender in late:
        sender.cancel()
    for sender in senders:
        if sender not in late:
            sender.result()
    return recorder.result()


async def _send(
    connection: LoadConnection,
    port: int,
    requests: Iterator[bytes],
    recorder: LatencyRecorder,
    ends_at: float,
) -> None:
    """Send on one connection, one request at least, however short the time is."""
    for request in requests:
        sent_at = time.perf_counter()
        try:
            response = await connection.send(request)
            recorder.record(response.status, sent_at)
        except ConnectionLost:
            recorder.lost += 1
            connection = await _reconnect(port, ends_at) or connection
        if time.perf_counter() >= ends_at:
            break
    connection.close()


async def _reconnect(port: int, ends_at: float) -> LoadConnection | None:
    """Return another connection, or None if none can be made until the end."""
    while time.perf_counter() < ends_at:
        try:
            return await connect(port)
        except OSError:
            await asyncio.sleep(RECONNECT_SECONDS)
    return None


def _each_of(file: Path) -> Iterator[bytes]:
    with file.open("rb") as opened:
        while length := opened.read(LENGTH_DIGITS):
            yield opened.read(int(length))


if __name__ == "__main__":
    main()

"""Our own load generator, for machines without wrk: many connections, one request at a time each.

python -m gotovo.bench.load.closed_loop PORT BOOK once|repeated CONNECTIONS SECONDS RESULT
"""

import asyncio
import itertools
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import uvloop

from gotovo.bench.load.connection import Connection, ConnectionLost, connect, connect_all
from gotovo.bench.load.generator import LENGTH_DIGITS, LoadResult
from gotovo.bench.load.latency_recorder import LatencyRecorder

DRAIN_SECONDS = 20.0
"""How long answers that are under way at the end are waited for; then they count as lost."""

RECONNECT_SECONDS = 0.05


def main() -> None:
    """Load, and write the result down."""
    port, book, how_often, connections, seconds, said = sys.argv[1:]
    requests = requests_of(Path(book), repeated=how_often == "repeated")
    result = uvloop.run(load(int(port), requests, int(connections), float(seconds)))
    Path(said).write_bytes(msgspec.json.encode(result))


def requests_of(book: Path, *, repeated: bool) -> Iterator[bytes]:
    """Read requests as they are needed, or all of them at once to begin again for ever."""
    return itertools.cycle(list(_each_of(book))) if repeated else _each_of(book)


async def load(
    port: int, requests: Iterator[bytes], connections: int, seconds: float
) -> LoadResult:
    """Send until the requests are used up or the time is over, and wait for what is under way."""
    opened = await connect_all(port, connections)
    tally = LatencyRecorder()
    ends_at = tally.began_at + seconds
    senders = [asyncio.create_task(_send(each, port, requests, tally, ends_at)) for each in opened]
    _, late = await asyncio.wait(senders, timeout=seconds + DRAIN_SECONDS)
    tally.lost += len(late)
    for sender in late:
        sender.cancel()
    for sender in senders:
        if sender not in late:
            sender.result()
    return tally.result()


async def _send(
    connection: Connection,
    port: int,
    requests: Iterator[bytes],
    tally: LatencyRecorder,
    ends_at: float,
) -> None:
    while time.perf_counter() < ends_at:
        request = next(requests, None)
        if request is None:
            break
        sent_at = time.perf_counter()
        try:
            answer = await connection.ask(request)
            tally.count(answer.status, sent_at)
        except ConnectionLost:
            tally.lost += 1
            connection = await _reconnected(port, ends_at) or connection
    connection.close()


async def _reconnected(port: int, ends_at: float) -> Connection | None:
    """Return another connection, unless there is none to be had until the end."""
    while time.perf_counter() < ends_at:
        try:
            return await connect(port)
        except OSError:
            await asyncio.sleep(RECONNECT_SECONDS)
    return None


def _each_of(book: Path) -> Iterator[bytes]:
    with book.open("rb") as file:
        while length := file.read(LENGTH_DIGITS):
            yield file.read(int(length))


if __name__ == "__main__":
    main()

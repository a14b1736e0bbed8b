"""Whole lives over HTTP: each connection takes an order from its placement to its hand-over.

A step is sent when the one before it was answered, as the answer has what the next one needs; so
this is no matter of a book, and it runs in a process of its own.
"""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from http import HTTPStatus

import msgspec
from msgspec import Struct, structs

from gotovo.bench.fixture.dataset import ORDER_STEPS, Dataset
from gotovo.bench.fixture.environment import SECRET
from gotovo.bench.fixture.measure_worker import Runs
from gotovo.bench.load.connection import Connection, ConnectionLost, connect_all
from gotovo.bench.load.latency_recorder import LatencyRecorder
from gotovo.bench.load.requests import RequestBuilder
from gotovo.bench.run.figure import Sample

SEED = 7_001
"""Another city of buyers than the one that the other measures are about."""

_DONE = frozenset({HTTPStatus.OK, HTTPStatus.CREATED})
_MICROSECONDS = 1e6


class _Placed(Struct):
    number: str


_placed = msgspec.json.Decoder(_Placed)


@asynccontextmanager
async def open_lifecycles(port: int, token: str, connections: int) -> AsyncGenerator[Runs]:
    """Get ready, in the process that asks."""
    asking = RequestBuilder(Dataset(SECRET, SEED), token)

    async def run(seconds: float) -> Sample:
        return await _lives(port, asking, connections, seconds)

    yield {"life": run}


async def _lives(port: int, asking: RequestBuilder, connections: int, seconds: float) -> Sample:
    """Let every connection begin lives for so long; those begun are finished."""
    opened = await connect_all(port, connections)
    used = time.process_time()
    tally = LatencyRecorder()
    ends_at = tally.began_at + seconds
    lived = await asyncio.gather(*(_live(each, asking, tally, ends_at) for each in opened))
    for each in opened:
        each.close()
    lives, result = sum(lived), tally.result()
    cpu = (time.process_time() - used) * _MICROSECONDS / max(lives, 1)
    failures = result.failures(_DONE)
    return Sample(lives / result.seconds, result.latencies, failures, {"cpu_us_client": cpu})


async def _live(
    connection: Connection, asking: RequestBuilder, tally: LatencyRecorder, ends_at: float
) -> int:
    """Return how many orders were handed over; a step that is not done ends the connection."""
    lives = 0
    while time.perf_counter() < ends_at:
        made, request = asking.placement()
        body = await _told(connection, request, tally)
        if body is None:
            break
        made = structs.replace(made, number=_placed.decode(body).number)
        for step in ORDER_STEPS[1:]:
            if await _told(connection, asking.step(step, made), tally) is None:
                return lives
        lives += 1
    return lives


async def _told(connection: Connection, request: bytes, tally: LatencyRecorder) -> bytes | None:
    """Return what was answered to a step that is done."""
    sent_at = time.perf_counter()
    try:
        answer = await connection.ask(request)
    except ConnectionLost:
        tally.lost += 1
        return None
    tally.count(answer.status, sent_at)
    return answer.body if answer.status in _DONE else None

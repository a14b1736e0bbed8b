"""Whole lifecycles over HTTP: each connection takes an order from placement to hand-over.

Each step is sent after the response to the one before, which has what the next one needs; so
the requests can't be written to a file beforehand: a worker process sends them.
"""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from http import HTTPStatus

from msgspec import structs

from gotovo.bench.fixture.dataset import ORDER_STEPS, Dataset
from gotovo.bench.fixture.environment import SECRET
from gotovo.bench.fixture.measure_worker import Runs
from gotovo.bench.load.connection import ConnectionLost, LoadConnection, connect_all
from gotovo.bench.load.latency_recorder import LatencyRecorder
from gotovo.bench.load.requests import RequestBuilder, placement_response
from gotovo.bench.run.measure import Sample
from gotovo.bench.run.stopwatch import MICROSECONDS

SEED = 7_001
"""Generates other buyers than those of the other measures."""

_DONE = frozenset({HTTPStatus.OK, HTTPStatus.CREATED})


@asynccontextmanager
async def open_lifecycles(port: int, token: str, connections: int) -> AsyncGenerator[Runs]:
    """Prepare the requests in the worker."""
    requests = RequestBuilder(Dataset(SECRET, SEED), token)

    async def run(seconds: float) -> Sample:
        return await _run(port, requests, connections, seconds)

    yield {"life": run}


async def _run(port: int, requests: RequestBuilder, connections: int, seconds: float) -> Sample:
    """Let every connection begin orders until the time is over; those begun are finished."""
    opened = await connect_all(port, connections)
    used = time.process_time()
    recorder = LatencyRecorder()
    ends_at = recorder.began_at + seconds
    done = await asyncio.gather(*(_carry(each, requests, recorder, ends_at) for each in opened))
    for each in opened:
        each.close()
    count, result = sum(done), recorder.result()
    cpu = (time.process_time() - used) * MICROSECONDS / max(count, 1)
    failures = result.failures(_DONE)
    return Sample(count / result.seconds, result.latencies, failures, {"cpu_us_client": cpu})


async def _carry(
    connection: LoadConnection, requests: RequestBuilder, recorder: LatencyRecorder, ends_at: float
) -> int:
    """Return how many orders were handed over; a step that is not done ends the loop."""
    count = 0
    while time.perf_counter() < ends_at:
        order, request = requests.placement()
        body = await _send(connection, request, recorder)
        if body is None:
            break
        order = structs.replace(order, number=placement_response.decode(body).number)
        for step in ORDER_STEPS[1:]:
            if await _send(connection, requests.step(step, order), recorder) is None:
                return count
        count += 1
    return count


async def _send(
    connection: LoadConnection, request: bytes, recorder: LatencyRecorder
) -> bytes | None:
    """Return the body of the response to a step that is done, else None."""
    sent_at = time.perf_counter()
    try:
        response = await connection.send(request)
    except ConnectionLost:
        recorder.lost += 1
        return None
    recorder.record(response.status, sent_at)
    return response.body if response.status in _DONE else None

"""The load generators send each request once, count every response, and end in time."""

import os
import shutil
import sys
import time
from pathlib import Path

import pytest

from gotovo.bench.load.generator import (
    RequestFile,
    raw_request,
    repeated_request_file,
    run_load,
    run_program,
)
from gotovo.bench.load.generator import write_request_file as write
from gotovo.bench.run.measure import BenchError
from tests.support.bench.fake_server import CHUNKED, OK, REFUSED, fake_server

WITHOUT_WRK = pytest.mark.skipif(shutil.which("wrk") is None, reason="wrk is not installed")

both = pytest.mark.parametrize("tool", ["own", pytest.param("wrk", marks=WITHOUT_WRK)])


def _requests(folder: Path, count: int) -> RequestFile:
    requests = (
        raw_request("POST", "/", {"Idempotency-Key": f"key-{number}"}, b"{}" * number)
        for number in range(count)
    )
    return write(folder / "requests", requests)


@both
async def test_each_request_is_sent_once_and_the_last_one_ends_the_load(
    tmp_path: Path, tool: str
) -> None:
    async with fake_server(lambda _: OK) as received:
        result = await run_load(received.port, _requests(tmp_path, 100), 8, 30, tool)
    assert sorted(received.keys) == sorted(f"key-{number}" for number in range(100))
    assert (result.tool, result.count, result.lost) == (tool, 100, 0)
    assert 0 < result.seconds < 30
    assert 0 < result.latencies.p50_ms <= result.latencies.p99_ms <= result.latencies.p999_ms


@both
async def test_repeated_requests_are_sent_until_the_time_is_over(tmp_path: Path, tool: str) -> None:
    requests = (raw_request("GET", "/", {"Idempotency-Key": key}) for key in ("one", "two"))
    async with fake_server(lambda _: OK) as received:
        request_file = repeated_request_file(tmp_path / "requests", *requests)
        began_at = time.perf_counter()
        result = await run_load(received.port, request_file, 1, 0.3, tool)
        took_seconds = time.perf_counter() - began_at
    assert received.keys[:6] == ["one", "two"] * 3
    assert result.count == len(received.keys) > 6
    assert result.seconds <= took_seconds >= 0.3


async def test_each_connection_sends_once_however_short_the_time_is(tmp_path: Path) -> None:
    async with fake_server(lambda _: OK) as received:
        result = await run_load(received.port, _requests(tmp_path, 99), 20, 1e-6, "own")
    assert result.count == 20


@both
async def test_responses_are_counted_by_their_status(tmp_path: Path, tool: str) -> None:
    replies = [OK, REFUSED, CHUNKED]
    async with fake_server(lambda turn: replies[turn % 3]) as received:
        result = await run_load(received.port, _requests(tmp_path, 99), 4, 30, tool)
    assert result.statuses == {200: 66, 503: 33}
    assert result.failures() == 33
    assert result.sample().failures == 33


@both
async def test_a_request_without_a_response_is_counted_as_lost(tmp_path: Path, tool: str) -> None:
    async with fake_server(lambda turn: b"" if turn == 5 else OK) as received:
        result = await run_load(received.port, _requests(tmp_path, 20), 2, 3, tool)
    assert (result.count, result.lost, result.failures()) == (19, 1, 1)


async def test_a_server_that_never_responds_ends_in_an_error(tmp_path: Path) -> None:
    async with fake_server(lambda _: b"") as received:
        with pytest.raises(BenchError, match="no request was answered"):
            await run_load(received.port, _requests(tmp_path, 3), 1, 1, "own")


async def test_a_generator_that_hangs_is_killed(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    program = f"import os, time; open({str(note)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    began_at = time.monotonic()
    with pytest.raises(BenchError, match="did not end"):
        await run_program([sys.executable, "-c", program], 1.0)
    assert time.monotonic() - began_at < 30
    with pytest.raises(ProcessLookupError):
        os.kill(int(note.read_bytes()), 0)


async def test_the_error_output_of_a_generator_is_passed_on() -> None:
    with pytest.raises(BenchError, match="no such file"):
        await run_program([sys.executable, "-c", "raise SystemExit('no such file')"], 30)


@both
async def test_one_slow_response_is_counted_as_one(tmp_path: Path, tool: str) -> None:
    """By default wrk adds the requests that might have been sent meanwhile."""
    async with fake_server(lambda _: OK, slow=300) as received:
        result = await run_load(received.port, _requests(tmp_path, 400), 1, 30, tool)
    assert result.latencies.p999_ms >= 1_000
    assert result.latencies.p99_ms < 500
